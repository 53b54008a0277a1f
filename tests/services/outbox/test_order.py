"""The outbox: written with what it tells about, sent once and in order, by however many workers."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from clinic.clock import FixedClock
from clinic.container import Container
from clinic.messaging import Message, Outbox, Permanent, Queued, Worker
from clinic.messaging.outbox import LONGEST_RETRY
from clinic.messaging.store import LEASE
from tests.support.outbox import PATIENCE_S, PHONE, later, only, outbox_to, put, send_all, wait_until
from tests.support.twilio import TwilioApi

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


def test_two_messages_with_one_key_are_one(container: Container, outbox: Outbox, twilio: TwilioApi) -> None:
    assert put(container, outbox, "one", "first")
    assert not put(container, outbox, "one", "second")
    send_all(outbox)
    assert not put(container, outbox, "one", "third"), "also after it was sent"
    send_all(outbox)
    assert twilio.bodies() == ["first"]


def test_a_taken_key_leaves_the_transaction_around_it_whole(container: Container, outbox: Outbox) -> None:
    put(container, outbox, "one")
    with container.database.session():
        assert not put(container, outbox, "one")
        assert put(container, outbox, "two")
    assert {message.unique_key for message in outbox.newest()} == {"one", "two"}


def test_messages_of_a_conversation_leave_in_order(
    container: Container, outbox: Outbox, twilio: TwilioApi, clock: FixedClock
) -> None:
    for number in range(5):
        put(container, outbox, f"k{9 - number}", f"text {number}")
        later(clock, timedelta(milliseconds=1))
    send_all(outbox)
    assert twilio.bodies() == [f"text {number}" for number in range(5)]


def test_a_message_that_must_wait_holds_back_those_behind_it_and_no_other_conversation(
    container: Container, outbox: Outbox, twilio: TwilioApi, clock: FixedClock
) -> None:
    put(container, outbox, "a", "first")
    later(clock, timedelta(seconds=1))
    put(container, outbox, "b", "second")
    put(container, outbox, "c", "elsewhere", "sms-2")
    twilio.statuses = [503]
    send_all(outbox)
    assert twilio.bodies() == ["first", "elsewhere"]
    later(clock, LONGEST_RETRY)
    send_all(outbox)
    assert twilio.bodies() == ["first", "elsewhere", "first", "second"]


def test_a_new_message_has_what_waits_before_it_tried_at_once(
    container: Container, outbox: Outbox, twilio: TwilioApi, clock: FixedClock
) -> None:
    put(container, outbox, "a", "first")
    twilio.statuses = [503, 503, 503]
    for _ in range(3):
        outbox.send_one()
        clock.set(only(outbox).due_at)
    clock.set(clock.now() - timedelta(seconds=5))
    send_all(outbox)
    assert len(twilio.posted) == 3, "it waits"
    put(container, outbox, "b", "Ring 113 nå.")
    send_all(outbox)
    assert twilio.bodies()[3:] == ["first", "Ring 113 nå."]


def test_a_message_for_later_waits_for_its_time_and_holds_nothing_back(
    container: Container, outbox: Outbox, twilio: TwilioApi, clock: FixedClock
) -> None:
    container.conversations.get_or_create("sms-1", "sms", address=PHONE)
    soon = clock.now() + timedelta(minutes=10)
    outbox.put(Message("reminder", "sms-1", "sms", "reminder", text="the doctor comes soon", due_at=soon))
    put(container, outbox, "now", "hello")
    send_all(outbox)
    assert twilio.bodies() == ["hello"]
    clock.set(soon)
    send_all(outbox)
    assert twilio.bodies() == ["hello", "the doctor comes soon"]


def test_a_worker_whose_lease_ran_out_changes_nothing(
    container: Container, outbox: Outbox, twilio: TwilioApi, clock: FixedClock
) -> None:
    put(container, outbox, "one")

    class TooSlow:
        def send(self, message: Queued) -> None:
            later(clock, LEASE)
            assert outbox.send_one(), "another worker takes it over"
            raise Permanent("refused at last")

    Outbox(container.database, container.clock, container.texts, {"sms": TooSlow()}).send_one()
    message = only(outbox)
    assert message.sent_at and not message.failed_at


def test_a_message_that_is_given_up_holds_nothing_back(
    container: Container, outbox: Outbox, twilio: TwilioApi, clock: FixedClock
) -> None:
    put(container, outbox, "a", "refused")
    put(container, outbox, "b", "out of date", expires_at=clock.now() - timedelta(seconds=1))
    put(container, outbox, "c", "good")
    twilio.statuses = [400]
    send_all(outbox)
    assert twilio.bodies() == ["refused", "good"]


def test_what_a_killed_process_was_sending_is_sent_after_its_lease(
    container: Container, outbox: Outbox, twilio: TwilioApi, clock: FixedClock
) -> None:
    put(container, outbox, "one", "important")
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
    later(clock, LEASE)
    assert outbox.send_one()
    assert twilio.bodies() == ["important", "important"]
    message = only(outbox)
    assert message.sent_at == clock.now()
    assert message.attempts == 2


def test_several_workers_send_each_message_once_and_in_order(container: Container, twilio: TwilioApi) -> None:
    other = Container(container.settings, container.clock)
    outboxes = [outbox_to(clinic, twilio) for clinic in (container, container, other, other)]
    for conversation in range(8):
        for number in range(4):
            put(container, outboxes[0], f"{conversation}-{number}", f"{conversation}-{number}", f"sms-{conversation}")
    workers = [Worker(outbox, idle_s=0.05) for outbox in outboxes]
    for worker in workers:
        worker.start()
    wait_until(lambda: all(message.sent_at for message in outboxes[0].newest()))
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
            put(container, outbox, "one")
            time.sleep(0.3)
            assert twilio.bodies() == [], "nothing leaves before it is certain"
        wait_until(lambda: twilio.bodies() == ["hei"])
    finally:
        worker.stop()


def test_a_rolled_back_message_never_leaves(container: Container, outbox: Outbox, twilio: TwilioApi) -> None:
    container.conversations.get_or_create("sms-1", "sms", address=PHONE)
    with pytest.raises(InterruptedError), container.database.session():
        put(container, outbox, "one")
        raise InterruptedError
    send_all(outbox)
    assert twilio.bodies() == []
    assert outbox.newest() == []
