"""Putting messages into an outbox that sends to a Twilio of our own, and waiting for what comes of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from clinic.clock import FixedClock
from clinic.container import Container
from clinic.messaging import Message, Outbox, Queued
from clinic.messaging.senders import TwilioSender
from tests.support.twilio import ACCOUNT_SID, AUTH_TOKEN, SMS_FROM, TwilioApi

PHONE = "+4790000001"


PATIENCE_S = 20


def outbox_to(container: Container, twilio: TwilioApi) -> Outbox:
    """An outbox as in production, sending to that Twilio."""
    sender = TwilioSender(ACCOUNT_SID, AUTH_TOKEN, SMS_FROM, twilio.url)
    return Outbox(container.database, container.clock, container.texts, {"sms": sender})


def put(
    container: Container,
    outbox: Outbox,
    key: str,
    text: str = "hei",
    conversation: str = "sms-1",
    expires_at: datetime | None = None,
) -> bool:
    """Queue an SMS of the conversation; False when the key was taken."""
    container.conversations.get_or_create(conversation, "sms", address=PHONE)
    return outbox.put(Message(key, conversation, "sms", "chat_reply", text=text, expires_at=expires_at))


def send_all(outbox: Outbox) -> None:
    """Send until nothing is due."""
    while outbox.send_one():
        pass


def only(outbox: Outbox) -> Queued:
    """The one message there is."""
    (message,) = outbox.newest()
    return message


def wait_until(until: Callable[[], bool]) -> None:
    """Wait until it has happened; fails after `PATIENCE_S` seconds."""
    give_up = time.monotonic() + PATIENCE_S
    while not until():
        assert time.monotonic() < give_up, "it did not happen in time"
        time.sleep(0.02)


def later(clock: FixedClock, by: timedelta) -> None:
    """Let time pass."""
    clock.set(clock.now() + by)
