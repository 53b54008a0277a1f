"""The words of messaging."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from clinic.errors import ClinicError


class Temporary(ClinicError):
    """The message could not be sent now and will be tried again."""


class Permanent(ClinicError):
    """The message can never be sent as it is; trying again is useless."""


@dataclass(frozen=True)
class Message:
    """A message to put in the outbox. `kind` names its text (`sms.<kind>`) unless `text` is given.

    Two messages with the same `unique_key` are one. It is sent from `due_at` on (UTC; at once when None), and not later
    than `expires_at`.
    """

    unique_key: str
    conversation_id: str
    channel: str
    kind: str
    language: str = "nb"
    values: dict[str, str] = field(default_factory=dict)
    text: str | None = None
    due_at: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Queued:
    """A message in the outbox, with where it goes. `address` is None on channels that need none."""

    id: str
    unique_key: str
    conversation_id: str
    channel: str
    address: str | None
    kind: str
    text: str
    attempts: int
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None
    failed_at: datetime | None


class Sender(Protocol):
    """Sends over one channel."""

    def send(self, message: Queued) -> None:
        """Sends, or raises Temporary or Permanent."""
