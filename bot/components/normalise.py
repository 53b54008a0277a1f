"""Brings a message into the form that the intent model learns from: lower case, numbers as classes, æøå folded."""

from __future__ import annotations

import re
import unicodedata

from clinic.language import asked_for

_LONG_NUMBER = re.compile(r"\d(?:[\s.\-/]{0,2}\d){6,}|\d{5,}")
_SHORT_NUMBER = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
_STRETCHED = re.compile(r"(.)\1{2,}")
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'"})
_FOLDED = str.maketrans({"æ": "a", "ø": "o", "å": "a", "ä": "a", "ö": "o", "é": "e", "è": "e", "ò": "o", "ô": "o"})
_MAX_LENGTH = 2000
"""Characters looked at: the meaning of a longer message stands in its beginning, and time must not grow with it."""


def normalise(text: str) -> str:
    """Lower case, policy numbers as one class however they are spaced, "3" and "14" as another, "heeeei" as "heei".

    Numbers of three and four digits stay: 113 and 116 117 mean something by themselves.
    """
    text = unicodedata.normalize("NFKC", text[:_MAX_LENGTH]).casefold().translate(_APOSTROPHES)
    text = _LONG_NUMBER.sub("00000000", text)
    text = _SHORT_NUMBER.sub("0", text)
    return _STRETCHED.sub(_shorten, text)


def with_hints(text: str) -> str:
    """As `normalise`, with a word added for what single words cannot tell: which language is asked for.

    "I don't speak English" and "I don't speak Norwegian" differ in one word and mean the opposite of what it says.
    """
    language = asked_for(text)
    return f"{normalise(text)} asks_for_{language}" if language else normalise(text)


def fold(text: str) -> str:
    """As `normalise`, without the Norwegian letters: "får", "faar" and "far" become the same."""
    text = normalise(text).translate(_FOLDED)
    return text.replace("ae", "a").replace("oe", "o").replace("aa", "a")


def _shorten(stretched: re.Match[str]) -> str:
    letter = stretched.group(1)
    return stretched.group(0) if letter.isdigit() else letter * 2
