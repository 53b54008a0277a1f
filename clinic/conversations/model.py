"""The words of conversations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from clinic.errors import ClinicError


class ConversationUnknown(ClinicError):
    """There is no conversation with this id; the channel makes it with `get_or_create` first."""


@dataclass(frozen=True)
class Conversation:
    """A conversation; `address` is where messages go (a phone number), None where the channel keeps a stream open.

    `turns` counts what the bot has said, its greeting included.
    """

    id: str
    channel: str
    language: str
    address: str | None
    misses: int
    turns: int = 0


class ChoiceLike(Protocol):
    """A button that is about to be sent."""

    @property
    def title(self) -> str:
        """What the button says."""
        ...

    @property
    def payload(self) -> str:
        """What pressing it sends."""
        ...


@dataclass(frozen=True)
class OfferedChoice:
    """A button that was sent; `position` counts from 1, as it is shown on channels without buttons."""

    position: int
    title: str
    payload: str


@dataclass(frozen=True)
class ChatEvent:
    """One event of the web chat; `id` grows with time within a conversation."""

    id: int
    kind: str
    body: dict[str, Any]
    created_at: datetime


@dataclass(frozen=True)
class AcceptedMessage:
    """A message that was stored before it was answered."""

    channel: str
    message_id: str
    conversation_id: str
    text: str
    address: str | None
