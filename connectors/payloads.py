"""Payloads of our own buttons. Anything else that looks like one is just text."""

from __future__ import annotations

import re
from typing import Any

_PAYLOAD = re.compile(r"/(?P<intent>\w+)(?::(?P<choice>[\w-]+))?")


def parse(payload: str, title: str, language: str) -> dict[str, Any]:
    """What Rasa would have understood of a button that we sent: certain intent, the choice, the title as text.

    Raises ValueError for a payload that is not of the form `/intent` or `/intent:choice`. (Rasa's own form with JSON
    cannot stand in a response: its braces are taken for placeholders.)
    """
    match = _PAYLOAD.fullmatch(payload)
    if match is None:
        raise ValueError(f"not a payload: {payload[:40]}")
    entities = {"choice": match["choice"]} if match["choice"] else {}
    return trusted(match["intent"], title, language, entities)


def trusted(intent: str, text: str, language: str, entities: dict[str, str] | None = None) -> dict[str, Any]:
    """A message whose meaning is settled before Rasa sees it."""
    values = {**(entities or {}), "language": language}
    return {
        "text": text,
        "intent": {"name": intent, "confidence": 1.0},
        "intent_ranking": [{"name": intent, "confidence": 1.0}],
        "entities": [{"entity": name, "value": value, "start": 0, "end": 0} for name, value in values.items()],
    }


def as_text(text: str) -> str:
    """A message without the leading slashes that would make Rasa take it for a command."""
    return text.lstrip("/ \t\n") if text.startswith("/") else text
