"""What the bot says, written for SMS: numbers for buttons, plain signs, and no longer than the gateway takes."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.links import text_with_link
from connectors.messages import Outbound

LONGEST_SMS = 1500
"""Characters of one message; Twilio refuses more than 1600 (error 21617)."""

# One sign outside the GSM 7-bit alphabet makes a segment 70 characters long instead of 160 (3GPP TS 23.038).
_PLAIN = str.maketrans(
    dict.fromkeys("«»“”„", '"') | dict.fromkeys("’‘", "'") | dict.fromkeys("–—", "-") | {"…": "...", "\u00a0": " "}
)


def as_sms(outbounds: Sequence[Outbound]) -> list[str]:
    """All bubbles as one text, or as few as fit; choices are numbered through, as the numbers are read back."""
    pieces: list[str] = []
    number = 0
    for outbound in outbounds:
        if outbound.text:
            pieces += _cut(text_with_link(outbound).translate(_PLAIN))
        choices: list[str] = []
        for choice in outbound.choices:
            number += 1
            choices.append(f"{number} {choice.title}".translate(_PLAIN))
        if choices:
            pieces += _cut("\n".join(choices))
    return _joined(pieces)


def _joined(pieces: Sequence[str]) -> list[str]:
    """The pieces put together while they fit into one message."""
    texts: list[str] = []
    for piece in pieces:
        if texts and len(texts[-1]) + 1 + len(piece) <= LONGEST_SMS:
            texts[-1] += f"\n{piece}"
        else:
            texts.append(piece)
    return texts


def _cut(text: str) -> list[str]:
    """A text in parts that fit: cut after a line, else after a word, else anywhere."""
    parts: list[str] = []
    while len(text) > LONGEST_SMS:
        room = text[:LONGEST_SMS]
        end = max(room.rfind("\n"), 0) or max(room.rfind(" "), 0) or LONGEST_SMS
        parts.append(text[:end].rstrip())
        text = text[end:].lstrip()
    return [*parts, text] if text else parts
