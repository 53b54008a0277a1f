"""How a message leaves: as Twilio documents it, to numbers that take it, never loud, and only where it may."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import replace

import pytest

from clinic.clock import FixedClock
from clinic.container import Container
from clinic.messaging import Message, Outbox, Permanent, Worker
from clinic.messaging.outbox import LONGEST_RETRY, MAX_ATTEMPTS
from clinic.messaging.senders import Recorded, TwilioSender, mobile_number, senders
from clinic.settings import Settings
from tests.support.outbox import PHONE, later, only, put, send_all, wait_until
from tests.support.twilio import ACCOUNT_SID, AUTH_TOKEN, SMS_FROM, TwilioApi


def test_it_is_posted_as_twilio_documents(container: Container, outbox: Outbox, twilio: TwilioApi) -> None:
    put(container, outbox, "one", "Hei på deg 😷\nLes: https://x.example/a?b=1&c=2")
    send_all(outbox)
    (posted,) = twilio.posted
    assert posted.path == f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"
    assert posted.content_type == "application/x-www-form-urlencoded"
    assert (posted.user, posted.password) == (ACCOUNT_SID, AUTH_TOKEN)
    assert posted.form == {"To": PHONE, "From": SMS_FROM, "Body": "Hei på deg 😷\nLes: https://x.example/a?b=1&c=2"}
    assert only(outbox).sent_at == container.clock.now()


def test_a_text_comes_from_the_catalogue_in_the_language_asked_for(container: Container, outbox: Outbox) -> None:
    container.conversations.get_or_create("sms-1", "sms", address=PHONE)
    outbox.put(Message("one", "sms-1", "sms", "cancelled", language="en", values={"reference": "HL-AAAAAA"}))
    assert "HL-AAAAAA is cancelled" in only(outbox).text


def test_a_channel_without_sender_and_numbers_that_take_no_sms_are_given_up(
    container: Container, outbox: Outbox, twilio: TwilioApi
) -> None:
    container.conversations.get_or_create("fax-1", "fax")
    container.conversations.get_or_create("sms-3", "sms", address="+4722222222")
    outbox.put(Message("a", "fax-1", "fax", "chat_reply", text="x"))
    outbox.put(Message("b", "sms-3", "sms", "chat_reply", text="x"))
    send_all(outbox)
    assert all(message.failed_at for message in outbox.newest())
    assert twilio.posted == []


@pytest.mark.parametrize("address", ["+4790000001", "90 00 00 01", "004790000001", "+46701740605"])
def test_mobile_numbers_are_understood(address: str) -> None:
    assert mobile_number(address) in {"+4790000001", "+46701740605"}


@pytest.mark.parametrize("address", [None, "", "22 22 22 22", "113", "hei", "+4790", "+" + "9" * 60])
def test_other_numbers_are_refused_without_being_named(address: str | None) -> None:
    with pytest.raises(Permanent) as refused:
        mobile_number(address)
    assert not address or address not in str(refused.value)


def test_no_number_and_no_text_in_any_log(
    container: Container, outbox: Outbox, twilio: TwilioApi, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for number, status in enumerate((201, 400, 429, 500)):
        put(container, outbox, f"k{number}", "svært hemmelig", f"sms-{number}")
        twilio.statuses.append(status)
    worker = Worker(outbox, idle_s=0.05)
    worker.start()
    wait_until(lambda: len(twilio.posted) == 4)
    twilio.statuses = [500] * 3 * MAX_ATTEMPTS
    for _ in range(2 * MAX_ATTEMPTS):
        later(clock, LONGEST_RETRY)
        time.sleep(0.06)
    worker.stop()
    assert "given up" in caplog.text, "the operator should hear of it"
    for secret in ("hemmelig", PHONE, PHONE[3:], AUTH_TOKEN):
        assert secret not in caplog.text


def test_a_messaging_service_may_stand_for_the_number(container: Container, twilio: TwilioApi) -> None:
    service = "MG" + "3" * 32
    sender = TwilioSender(ACCOUNT_SID, AUTH_TOKEN, service, twilio.url)
    outbox = Outbox(container.database, container.clock, container.texts, {"sms": sender})
    put(container, outbox, "one")
    send_all(outbox)
    assert twilio.posted[0].form == {"To": PHONE, "MessagingServiceSid": service, "Body": "hei"}


def test_production_without_twilio_does_not_pretend_to_send(container: Container) -> None:
    settings = replace(container.settings, env="prod", twilio_account_sid=None)
    outbox = Outbox(container.database, container.clock, container.texts, senders(settings))
    put(container, outbox, "one")
    send_all(outbox)
    assert only(outbox).failed_at and not only(outbox).sent_at


def test_production_sends_by_twilio(settings: Settings) -> None:
    production = replace(
        settings, env="prod", twilio_account_sid=ACCOUNT_SID, twilio_auth_token=AUTH_TOKEN, sms_from=SMS_FROM
    )
    assert isinstance(senders(production)["sms"], TwilioSender)


def test_nothing_leaves_the_machine_in_development(settings: Settings) -> None:
    environ = {
        "CLINIC_SECRET_KEY": "x" * 40,
        "CLINIC_TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "CLINIC_TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        "CLINIC_SMS_FROM": SMS_FROM,
    }
    development = Settings.from_env(environ)
    assert development.is_dev
    assert all(isinstance(sender, Recorded) for sender in senders(development).values())


def test_a_stopped_worker_sends_nothing_more(container: Container, outbox: Outbox, twilio: TwilioApi) -> None:
    before = set(threading.enumerate())
    worker = Worker(outbox, idle_s=0.05)
    worker.start()
    (started,) = set(threading.enumerate()) - before
    worker.stop()
    assert not started.is_alive()
    put(container, outbox, "one")
    time.sleep(0.2)
    assert twilio.bodies() == []
