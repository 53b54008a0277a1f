"""What cannot be sent is tried again, given up in time, and holds nothing else back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from clinic.clock import FixedClock
from clinic.container import Container
from clinic.messaging import Outbox, Queued, Worker
from clinic.messaging.outbox import FIRST_RETRY, LONGEST_RETRY, MAX_ATTEMPTS
from tests.support.outbox import later, only, outbox_to, put, send_all, wait_until
from tests.support.twilio import TwilioApi, running_twilio


@pytest.mark.parametrize("status", [302, 401, 403, 404, 408, 429, 500, 502, 503])
def test_what_passes_is_tried_again(
    container: Container, outbox: Outbox, twilio: TwilioApi, clock: FixedClock, status: int
) -> None:
    put(container, outbox, "one")
    twilio.statuses = [status]
    assert outbox.send_one()
    assert not outbox.send_one(), "not at once"
    waiting = only(outbox)
    assert FIRST_RETRY / 2 <= waiting.due_at - clock.now() <= FIRST_RETRY
    clock.set(waiting.due_at)
    assert outbox.send_one()
    assert len(twilio.posted) == 2
    assert only(outbox).sent_at


@pytest.mark.parametrize("status", [400, 410, 422])
def test_what_is_refused_is_given_up(
    container: Container, outbox: Outbox, twilio: TwilioApi, clock: FixedClock, status: int
) -> None:
    put(container, outbox, "one")
    twilio.statuses = [status]
    send_all(outbox)
    later(clock, timedelta(hours=1))
    send_all(outbox)
    assert len(twilio.posted) == 1
    message = only(outbox)
    assert message.failed_at and not message.sent_at


def test_an_api_that_cannot_be_reached_is_tried_again(container: Container, clock: FixedClock) -> None:
    with running_twilio() as gone:
        pass
    outbox = outbox_to(container, gone)
    put(container, outbox, "one")
    assert outbox.send_one()
    message = only(outbox)
    assert message.due_at > clock.now() and not message.failed_at


def test_the_waits_grow_and_end(container: Container, outbox: Outbox, twilio: TwilioApi, clock: FixedClock) -> None:
    put(container, outbox, "one")
    twilio.statuses = [500] * (MAX_ATTEMPTS + 3)
    waits = []
    for _ in range(MAX_ATTEMPTS):
        assert outbox.send_one()
        waits.append(only(outbox).due_at - clock.now())
        clock.set(max(only(outbox).due_at, clock.now()))
    assert not outbox.send_one()
    assert len(twilio.posted) == MAX_ATTEMPTS
    assert only(outbox).failed_at
    for number, wait in enumerate(waits[:-1]):
        longest = min(FIRST_RETRY * 2**number, LONGEST_RETRY)
        assert longest / 2 <= wait <= longest


def test_nothing_is_sent_when_it_is_too_late(
    container: Container, outbox: Outbox, twilio: TwilioApi, clock: FixedClock
) -> None:
    put(container, outbox, "one", expires_at=clock.now() + timedelta(minutes=5))
    twilio.statuses = [503]
    send_all(outbox)
    later(clock, timedelta(minutes=5, seconds=1))
    send_all(outbox)
    assert len(twilio.posted) == 1
    assert only(outbox).failed_at


def test_hundreds_that_are_too_late_do_not_stop_the_rest(
    container: Container, outbox: Outbox, twilio: TwilioApi, clock: FixedClock
) -> None:
    with container.database.session():
        for number in range(400):
            put(container, outbox, f"{number:04}", "late", expires_at=clock.now() - timedelta(hours=1))
        put(container, outbox, "new", "still wanted", "sms-2")
    send_all(outbox)
    assert twilio.bodies() == ["still wanted"]


def test_withdrawing_takes_back_only_what_has_not_left(container: Container, outbox: Outbox, twilio: TwilioApi) -> None:
    put(container, outbox, "link:1:a", "gone already")
    send_all(outbox)
    for key in ("link:1:b", "link:12", "link_1:c", "%"):
        put(container, outbox, key, key, f"sms-{key}")
    outbox.withdraw("link:1:", "_")
    send_all(outbox)
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
    put(container, outbox, "a", "bad")
    put(container, outbox, "b", "good", "sms-2")
    worker = Worker(outbox, idle_s=0.05)
    worker.start()
    wait_until(lambda: sent == ["good"])
    put(container, outbox, "c", "later", "sms-3")
    wait_until(lambda: sent == ["good", "later"])
    worker.stop()
    bad = next(message for message in outbox.newest() if message.text == "bad")
    assert bad.due_at > clock.now() and not bad.failed_at
