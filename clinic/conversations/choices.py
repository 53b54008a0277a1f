"""Understands an answer that names one of the choices last offered: by number or by title."""

from __future__ import annotations

import re
from collections.abc import Sequence

from clinic.conversations.model import OfferedChoice

_NUMBER = re.compile(r"\(?([1-9][0-9]?)\s*[.):]?")
_MARKS = " .,:;!?\"'«»“”()[]"


def match(text: str, choices: Sequence[OfferedChoice]) -> OfferedChoice | None:
    """Return the choice that `text` names, "2", "2." or the title in any case; None when it names none."""
    number = _NUMBER.fullmatch(text.strip())
    if number is not None:
        position = int(number.group(1))
        return next((choice for choice in choices if choice.position == position), None)
    wanted = _fold(text)
    named = [choice for choice in choices if wanted and _fold(choice.title) == wanted]
    return named[0] if len(named) == 1 else None


def _fold(text: str) -> str:
    return " ".join(text.casefold().split()).strip(_MARKS)
