"""Taking out of a message what may not be kept: control characters and national numbers."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from clinic.identity.national_id import NationalIdError, parse
from clinic.intake.answers import NATIONAL_ID_MARK

LONGEST_TEXT = 10_000
"""Characters kept of one message; the screen still reads all of it."""

# Looked for at every place, since a number may begin inside what another eleven digits before it would take.
_ELEVEN_DIGITS = re.compile(r"(?<!\d)(?=(\d(?:[\s.\-/_]?\d){10})(?!\d))")
_KEPT_CONTROLS = frozenset("\n\t")
# Marks that turn the direction of text: they can make a message look other than it is.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean(text: str, today: date) -> str:
    """The message as it may be kept: no control or direction marks, no half characters, no real national number."""
    whole = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode("utf-8"))
    shown = "".join(
        character
        for character in whole
        if character in _KEPT_CONTROLS or (unicodedata.category(character) != "Cc" and character not in _TURNING)
    )

    return _without_national_ids(shown, today).strip()


def _without_national_ids(text: str, today: date) -> str:
    """Only digits that are a valid number are taken out: a telephone or policy number has other check digits."""
    kept: list[str] = []
    end = 0
    for match in _ELEVEN_DIGITS.finditer(text):
        if match.start() >= end and _is_national_id(match[1], today):
            kept += [text[end : match.start()], NATIONAL_ID_MARK]
            end = match.end(1)
    return "".join([*kept, text[end:]])


def _is_national_id(written: str, today: date) -> bool:
    try:
        parse(re.sub(r"\D", "", written), today, allow_synthetic=True)
    except NationalIdError:
        return False
    return True
