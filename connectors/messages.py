"""What goes in and out of every channel: one form for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Choice:
    """A button: what it says, and what pressing it sends back."""

    title: str
    payload: str


@dataclass(frozen=True)
class Outbound:
    """One bubble of the bot: text, buttons, and what else the channel may show (a link, for instance)."""

    text: str
    choices: tuple[Choice, ...] = ()
    custom: dict[str, Any] | None = None


@dataclass(frozen=True)
class Inbound:
    """One message of a person. `message_id` is the provider's, for repeats; `address` is where answers go.

    `origin` is where it came from when that is not the address (an IP address), so that tries can be counted.
    """

    channel: str
    conversation_id: str
    text: str
    message_id: str | None = None
    address: str | None = None
    origin: str | None = None
