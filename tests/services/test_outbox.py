"""The outbox: written with what it tells about, sent once and in order, tried again, given up in time, never loud."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from clinic.clock import FixedClock
from clinic.container import Container
from clinic.messaging import Message, Outbox, Permanent, Queued, Worker
from clinic.messaging.outbox import FIRST_RETRY, LONGEST_RETRY, MAX_ATTEMPTS
from clinic.messaging.senders import Recorded, TwilioSender, mobile_number, senders
from clinic.messaging.store import LEASE
from clinic.settings import Settings
from tests.support.twilio import ACCOUNT_SID, AUTH_TOKEN, SMS_FROM, TwilioApi, running_twilio

PHONE = "+4790000001"
PATIENCE_S = 20
ROOT = Path(__file__).parents[2]
SENDS_ONE = """
import sys
from clinic.container import Container
from clinic.clock import FixedClock
from clinic.messaging import Outbox
from clinic.messaging.senders import TwilioSender
from clinic.settings import Settings
url, secret, now, twilio = sys.argv[1:]
clinic = Container(Settings.from_env({"CLINIC_DATABASE_URL": url, "CLINIC_SECRET_KEY": secret}), FixedClock(now))
sender = TwilioSender("AC1", "token", "+4759440000", twilio)
Outbox(clinic.database, clinic.clock, clinic.texts, {"sms": sender}).send_one()
"""


@pytest.fixture
def twilio() -> Iterator[TwilioApi]:
    """Twilio's API, answering 201 unless told otherwise."""
    with running_twilio() as api:
        yield api


@pytest.fixture
def outbox(container: Container, twilio: TwilioApi) -> Outbox:
    """The outbox of production, sending to that API."""
    return _outbox(container, twilio)


def _outbox(container: Container, twilio: TwilioApi) -> Outbox:
    sender = TwilioSender(ACCOUNT_SID, AUTH_TOKEN, SMS_FROM, twilio.url)
    return Outbox(container.database, container.clock, container.texts, {"sms": sender})


def _put(
    container: Container,
    outbox: Outbox,
    key: str,
    text: str = "hei",
    conversation: str = "sms-1",
    expires_at: datetime | None = None,
) -> bool:
    container.conversations.get_or_create(conversation, "sms", address=PHONE)
    return outbox.put(Message(key, conversation, "sms", "chat_reply", text=text, expires_at=expires_at))


def _send_all(outbox: Outbox) -> None:
    while outbox.send_one():
        pass


def _only(outbox: Outbox) -> Queued:
    (message,) = outbox.newest()
    return message


def _wait(until: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while not until():
        assert time.monotonic() < give_up, "it did not happen in time"
        time.sleep(0.02)


def _later(clock: FixedClock, by: timedelta) -> None:
    clock.set(clock.now() + by)


def test_it_is_posted_as_twilio_documents(container: Container, outbox: Outbox, twilio: TwilioApi) -> None:
    _put(container, outbox, "one", "Hei på deg 😷\nLes: https://x.example/a?b=1&c=2")
    _send_all(outbox)
    (posted,) = twilio.posted
    assert posted.path == f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"
    assert posted.content_type == "application/x-www-form-urlencoded"
    assert (posted.user, posted.password) == (ACCOUNT_SID, AUTH_TOKEN)
    assert posted.form == {"To": PHONE, "From": SMS_FROM, "Body": "Hei på deg 😷\nLes: https://x.example/a?b=1&c=2"}
    assert _only(outbox).sent_at == container.clock.now()


def test_a_text_comes_from_the_catalogue_in_the_language_asked_for(container: Container, outbox: Outbox) -> None:
    container.conversations.get_or_create("sms-1", "sms", address=PHONE)
    outbox.put(Message("one", "sms-1", "sms", "cancelled", language="en", values={"reference": "HL-AAAAAA"}))
    assert "HL-AAAAAA is cancelled" in _only(outbox).text


def test_two_messages_with_one_key_are_one(container: Container, outbox: Outbox, twilio: TwilioApi) -> None:
    assert _put(container, outbox, "one", "first")
    assert not _put(container, outbox, "one", "second")
    _send_all(outbox)
    assert not _put(container, outbox, "one", "third"), "also after it was sent"
    _send_all(outbox)
    assert twilio.bodies() == ["first"]


def test_a_taken_key_leaves_the_transaction_around_it_whole(container: Container, outbox: Outbox) -> None:
    _put(container, outbox, "one")
    with container.database.session():
        assert not _put(container, outbox, "one")
        assert _put(container, outbox, "two")
    assert {message.unique_key for message in outbox.newest()} == {"one", "two"}


def test_messages_of_a_conversation_leave_in_order(
    container: Container, outbox: Outbox, twilio: TwilioApi, clock: FixedClock
) -> None:
    for number in range(5):
        _put(container, outbox, f"k{9 - number}", f"text {number}")
        _later(clock, timedelta(milliseconds=1))
    _send_all(outbox)
    assert twilio.bodies() == [f"text {number}" for number in range(5)]


def test_a_message_that_must_wait_holds_back_those_behind_it_and_no_other_conversation(
    container: Container, outbox: Outbox, twilio: TwilioApi, clock: FixedClock
) -> None:
    _put(container, outbox, "a", "first")
    _later(clock, timedelta(seconds=1))
    _put(container, outbox, "b", "second")
    _put(container, outbox, "c", "elsewhere", "sms-2")
    twilio.statuses = [503]
    _send_all(outbox)
    assert twilio.bodies() == ["first", "elsewhere"]
    _later(clock, LONGEST_RETRY)
    _send_all(outbox)
    assert twilio.bodies() == ["first", "elsewhere", "first", "second"]


def test_a_new_message_has_what_waits_before_it_tried_at_once(
    container: Container, outbox: Outbox, twilio: TwilioApi, clock: FixedClock
) -> None:
    _put(container, outbox, "a", "first")
    twilio.statuses = [503, 503, 503]
    for _ in range(3):
        outbox.send_one()
        clock.set(_only(outbox).due_at)
    clock.set(clock.now() - timedelta(seconds=5))
    _send_all(outbox)
    assert len(twilio.posted) == 3, "it waits"
    _put(container, outbox, "b", "Ring 113 nå.")
    _send_all(outbox)
    assert twilio.bodies()[3:] == ["first", "Ring 113 nå."]


def test_a_message_for_later_waits_for_its_time_and_holds_nothing_back(
    container: Container, outbox: Outbox, twilio: TwilioApi, clock: FixedClock
) -> None:
    container.conversations.get_or_create("sms-1", "sms", address=PHONE)
    soon = clock.now() + timedelta(minutes=10)
    outbox.put(Message("reminder", "sms-1", "sms", "reminder", text="the doctor comes soon", due_at=soon))
    _put(container, outbox, "now", "hello")
    _send_all(outbox)
    assert twilio.bodies() == ["hello"]
    clock.set(soon)
    _send_all(outbox)
    assert twilio.bodies() == ["hello", "the doctor comes soon"]


def test_a_worker_whose_lease_ran_out_changes_nothing(
    container: Container, outbox: Outbox, twilio: TwilioApi, clock: FixedClock
) -> None:
    _put(container, outbox, "one")

    class TooSlow:
        def send(self, message: Queued) -> None:
            _later(clock, LEASE)
            assert outbox.send_one(), "another worker takes it over"
            raise Permanent("refused at last")

    Outbox(container.database, container.clock, container.texts, {"sms": TooSlow()}).send_one()
    message = _only(outbox)
    assert message.sent_at and not message.failed_at


def test_a_message_that_is_given_up_holds_nothing_back(
    container: Container, outbox: Outbox, twilio: TwilioApi, clock: FixedClock
) -> None:
    _put(container, outbox, "a", "refused")
    _put(container, outbox, "b", "out of date", expires_at=clock.now() - timedelta(seconds=1))
    _put(container, outbox, "c", "good")
    twilio.statuses = [400]
    _send_all(outbox)
    assert twilio.bodies() == ["refused", "good"]


def test_what_a_killed_process_was_sending_is_sent_after_its_lease(
    container: Container, outbox: Outbox, twilio: TwilioApi, clock: FixedClock
) -> None:
    _put(container, outbox, "one", "important")
    twilio.may_answer.clear()
    settings = container.settings
    arguments = [settings.database_url, settings.secret_key.decode(), clock.now().isoformat(), twilio.url]
    process = subprocess.Popen([sys.executable, "-c", SENDS_ONE, *arguments], cwd=ROOT)
    try:
        assert twilio.arrived.wait(PATIENCE_S)
    finally:
        process.kill()
        process.wait()
    twilio.may_answer.set()
    assert not outbox.send_one(), "it may still be on its way"
    _later(clock, LEASE)
    assert outbox.send_one()
    assert twilio.bodies() == ["important", "important"]
    message = _only(outbox)
    assert message.sent_at == clock.now()
    assert message.attempts == 2


def test_several_workers_send_each_message_once_and_in_order(container: Container, twilio: TwilioApi) -> None:
    other = Container(container.settings, container.clock)
    outboxes = [_outbox(clinic, twilio) for clinic in (container, container, other, other)]
    for conversation in range(8):
        for number in range(4):
            _put(container, outboxes[0], f"{conversation}-{number}", f"{conversation}-{number}", f"sms-{conversation}")
    workers = [Worker(outbox, idle_s=0.05) for outbox in outboxes]
    for worker in workers:
        worker.start()
    _wait(lambda: all(message.sent_at for message in outboxes[0].newest()))
    for worker in workers:
        worker.stop()
    other.close()
    assert set(Counter(twilio.bodies()).values()) == {1}
    assert len(twilio.posted) == 32
    for conversation in range(8):
        told = [body for body in twilio.bodies() if body.startswith(f"{conversation}-")]
        assert told == [f"{conversation}-{number}" for number in range(4)]


def test_a_waiting_worker_starts_when_the_transaction_is_done(
    container: Container, outbox: Outbox, twilio: TwilioApi
) -> None:
    worker = Worker(outbox, idle_s=600)
    worker.start()
    try:
        time.sleep(0.2)
        with container.database.session():
            _put(container, outbox, "one")
            time.sleep(0.3)
            assert twilio.bodies() == [], "nothing leaves before it is certain"
        _wait(lambda: twilio.bodies() == ["hei"])
    finally:
        worker.stop()


def test_a_rolled_back_message_never_leaves(container: Container, outbox: Outbox, twilio: TwilioApi) -> None:
    container.conversations.get_or_create("sms-1", "sms", address=PHONE)
    with pytest.raises(InterruptedError), container.database.session():
        _put(container, outbox, "one")
        raise InterruptedError
    _send_all(outbox)
    assert twilio.bodies() == []
    assert outbox.newest() == []


@pytest.mark.parametrize("status", [302, 401, 403, 404, 408, 429, 500, 502, 503])
def test_what_passes_is_tried_again(
    container: Container, outbox: Outbox, twilio: TwilioApi, clock: FixedClock, status: int
) -> None:
    _put(container, outbox, "one")
    twilio.statuses = [status]
    assert outbox.send_one()
    assert not outbox.send_one(), "not at once"
    waiting = _only(outbox)
    assert FIRST_RETRY / 2 <= waiting.due_at - clock.now() <= FIRST_RETRY
    clock.set(waiting.due_at)
    assert outbox.send_one()
    assert len(twilio.posted) == 2
    assert _only(outbox).sent_at


@pytest.mark.parametrize("status", [400, 410, 422])
def test_what_is_refused_is_given_up(
    container: Container, outbox: Outbox, twilio: TwilioApi, clock: FixedClock, status: int
) -> None:
    _put(container, outbox, "one")
    twilio.statuses = [status]
    _send_all(outbox)
    _later(clock, timedelta(hours=1))
    _send_all(outbox)
    assert len(twilio.posted) == 1
    message = _only(outbox)
    assert message.failed_at and not message.sent_at


def test_an_api_that_cannot_be_reached_is_tried_again(container: Container, clock: FixedClock) -> None:
    with running_twilio() as gone:
        pass
    outbox = _outbox(container, gone)
    _put(container, outbox, "one")
    assert outbox.send_one()
    message = _only(outbox)
    assert message.due_at > clock.now() and not message.failed_at


def test_the_waits_grow_and_end(container: Container, outbox: Outbox, twilio: TwilioApi, clock: FixedClock) -> None:
    _put(container, outbox, "one")
    twilio.statuses = [500] * (MAX_ATTEMPTS + 3)
    waits = []
    for _ in range(MAX_ATTEMPTS):
        assert outbox.send_one()
        waits.append(_only(outbox).due_at - clock.now())
        clock.set(max(_only(outbox).due_at, clock.now()))
    assert not outbox.send_one()
    assert len(twilio.posted) == MAX_ATTEMPTS
    assert _only(outbox).failed_at
    for number, wait in enumerate(waits[:-1]):
        longest = min(FIRST_RETRY * 2**number, LONGEST_RETRY)
        assert longest / 2 <= wait <= longest


def test_nothing_is_sent_when_it_is_too_late(
    container: Container, outbox: Outbox, twilio: TwilioApi, clock: FixedClock
) -> None:
    _put(container, outbox, "one", expires_at=clock.now() + timedelta(minutes=5))
    twilio.statuses = [503]
    _send_all(outbox)
    _later(clock, timedelta(minutes=5, seconds=1))
    _send_all(outbox)
    assert len(twilio.posted) == 1
    assert _only(outbox).failed_at


def test_hundreds_that_are_too_late_do_not_stop_the_rest(
    container: Container, outbox: Outbox, twilio: TwilioApi, clock: FixedClock
) -> None:
    with container.database.session():
        for number in range(400):
            _put(container, outbox, f"{number:04}", "late", expires_at=clock.now() - timedelta(hours=1))
        _put(container, outbox, "new", "still wanted", "sms-2")
    _send_all(outbox)
    assert twilio.bodies() == ["still wanted"]


def test_withdrawing_takes_back_only_what_has_not_left(container: Container, outbox: Outbox, twilio: TwilioApi) -> None:
    _put(container, outbox, "link:1:a", "gone already")
    _send_all(outbox)
    for key in ("link:1:b", "link:12", "link_1:c", "%"):
        _put(container, outbox, key, key, f"sms-{key}")
    outbox.withdraw("link:1:", "_")
    _send_all(outbox)
    assert sorted(twilio.bodies()) == ["%", "gone already", "link:12", "link_1:c"]
    states = {message.unique_key: (bool(message.sent_at), bool(message.failed_at)) for message in outbox.newest()}
    assert states["link:1:a"] == (True, False)
    assert states["link:1:b"] == (False, True)


def test_a_sender_that_breaks_does_not_stop_the_other_messages(container: Container, clock: FixedClock) -> None:
    sent: list[str] = []

    class Breaks:
        def send(self, message: Queued) -> None:
            if message.text == "bad":
                raise ZeroDivisionError(message.address)
            sent.append(message.text)

    outbox = Outbox(container.database, container.clock, container.texts, {"sms": Breaks()})
    _put(container, outbox, "a", "bad")
    _put(container, outbox, "b", "good", "sms-2")
    worker = Worker(outbox, idle_s=0.05)
    worker.start()
    _wait(lambda: sent == ["good"])
    _put(container, outbox, "c", "later", "sms-3")
    _wait(lambda: sent == ["good", "later"])
    worker.stop()
    bad = next(message for message in outbox.newest() if message.text == "bad")
    assert bad.due_at > clock.now() and not bad.failed_at


def test_a_channel_without_sender_and_numbers_that_take_no_sms_are_given_up(
    container: Container, outbox: Outbox, twilio: TwilioApi
) -> None:
    container.conversations.get_or_create("fax-1", "fax")
    container.conversations.get_or_create("sms-3", "sms", address="+4722222222")
    outbox.put(Message("a", "fax-1", "fax", "chat_reply", text="x"))
    outbox.put(Message("b", "sms-3", "sms", "chat_reply", text="x"))
    _send_all(outbox)
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
        _put(container, outbox, f"k{number}", "svært hemmelig", f"sms-{number}")
        twilio.statuses.append(status)
    worker = Worker(outbox, idle_s=0.05)
    worker.start()
    _wait(lambda: len(twilio.posted) == 4)
    twilio.statuses = [500] * 3 * MAX_ATTEMPTS
    for _ in range(2 * MAX_ATTEMPTS):
        _later(clock, LONGEST_RETRY)
        time.sleep(0.06)
    worker.stop()
    assert "given up" in caplog.text, "the operator should hear of it"
    for secret in ("hemmelig", PHONE, PHONE[3:], AUTH_TOKEN):
        assert secret not in caplog.text


def test_a_messaging_service_may_stand_for_the_number(container: Container, twilio: TwilioApi) -> None:
    service = "MG" + "3" * 32
    sender = TwilioSender(ACCOUNT_SID, AUTH_TOKEN, service, twilio.url)
    outbox = Outbox(container.database, container.clock, container.texts, {"sms": sender})
    _put(container, outbox, "one")
    _send_all(outbox)
    assert twilio.posted[0].form == {"To": PHONE, "MessagingServiceSid": service, "Body": "hei"}


def test_production_without_twilio_does_not_pretend_to_send(container: Container) -> None:
    settings = replace(container.settings, env="prod", twilio_account_sid=None)
    outbox = Outbox(container.database, container.clock, container.texts, senders(settings))
    _put(container, outbox, "one")
    _send_all(outbox)
    assert _only(outbox).failed_at and not _only(outbox).sent_at


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
    _put(container, outbox, "one")
    time.sleep(0.2)
    assert twilio.bodies() == []
