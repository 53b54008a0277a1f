"""Taking out of a message what may not be kept: control characters and national numbers."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from clinic.identity.national_id import NationalIdError, parse
from clinic.intake.answers import NATIONAL_ID_MARK

LONGEST_TEXT = 10_000
"""Characters kept of one message; the screen still reads all of it."""

_ELEVEN_DIGITS = re.compile(r"(?<!\d)\d{6}[ .\-]?\d{5}(?!\d)")
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

    def hide(match: re.Match[str]) -> str:
        try:
            parse(re.sub(r"\D", "", match[0]), today, allow_synthetic=True)
        except NationalIdError:
            return match[0]
        return NATIONAL_ID_MARK

    return _ELEVEN_DIGITS.sub(hide, shown).strip()
