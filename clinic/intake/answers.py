"""Reading short answers: yes and no, me or my child, dates, names, policy numbers. Pure and forgiving."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import dateparser
import yaml

NATIONAL_ID_MARK = "•••••• •••••"
"""Stands in a message where a national number was taken out before anything was kept."""

_WHOLE_WORD = 4
_HERE = Path(__file__).parent
_NUMERIC_DATE = re.compile(r"(?<!\d)(\d{1,2})\s*[./\- ]\s*(\d{1,2})\s*[./\- ]\s*(\d{4}|\d{2})(?!\d)")
_ISO_DATE = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_MONTH = r"(?:jan|feb|mar|apr|mai|may|jun|jul|aug|sep|okt|oct|nov|des|dec)[a-zæøå]*"
_WORDED_DATE = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:\.|st|nd|rd|th)?\s+(?:of\s+)?({_MONTH})\.?,?\s+(\d{{4}}|\d{{2}})(?!\d)"
    rf"|({_MONTH})\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})(?!\d)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d(?:[\s. \-]{0,2}\d){3,}")
_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|['’ .-]){0,59}")


class BirthDateUnreadable(ValueError):
    """A date was written, but no such day exists (31 February) or it cannot be read."""


@dataclass(frozen=True)
class NameAndDate:
    """What a parent wrote about a child: a name, a birth date, or both."""

    name: str | None
    birth_date: date | None


@lru_cache(maxsize=1)
def _words() -> dict[str, frozenset[str]]:
    raw = yaml.safe_load((_HERE / "words.yml").read_text(encoding="utf-8"))
    return {key: frozenset(fold(word) for word in words) for key, words in raw.items()}


def fold(text: str) -> str:
    """Lower case, one space between words, no punctuation at the ends: the form in which short answers compare."""
    plain = unicodedata.normalize("NFC", text).casefold().replace("’", "'")
    return re.sub(r"\s+", " ", plain).strip(' .,!?;:()"\n\t')


def says(kind: str, text: str) -> bool:
    """Whether the whole message is one of the known short answers of a kind (`agree`, `refuse`, `me`, `child`, …)."""
    return fold(text) in _words()[kind]


def mentions(kind: str, text: str) -> bool:
    """Whether a message holds one of the words of a kind (`reservation`, `warning`, `addition`) anywhere.

    Longer words stand for their beginnings ("besvim" for "besvimte"), words of up to four letters for themselves.
    """
    words = re.sub(r"[^\w]+", " ", fold(text)).split()
    folded = f" {' '.join(words)} "
    return any(f" {word} " in folded if len(word) <= _WHOLE_WORD else f" {word}" in folded for word in _words()[kind])


def asks(text: str) -> bool:
    """Whether a message is put as a question: a question mark, or a question's first word."""
    first = re.split(r"[\s,.!]+", fold(text), maxsplit=1)[0]
    return "?" in text or first in _words()["question_starts"]


def yes_or_no(text: str, intent: str) -> bool | None:
    """True for yes, False for no, None when it is neither. The first word decides in longer messages."""
    if says("agree", text):
        return True
    if says("refuse", text):
        return False
    first = re.split(r"[\s,.!]+", fold(text), maxsplit=1)[0]
    if first in {"ja", "yes", "jepp", "yep", "jau"}:
        return True
    if first in {"nei", "no", "nope", "næ"}:
        return False
    return {"affirm": True, "deny": False}.get(intent)


def policy_digits(text: str) -> str | None:
    """The digits of a policy number in a message, spaces, dots and dashes taken out; None when there is no number."""
    runs = [re.sub(r"\D", "", run) for run in _NUMBER.findall(text)]
    if (
        not runs
        and any(character.isdecimal() for character in text)
        and not any(character.isalpha() for character in text)
    ):
        return re.sub(r"\D", "", text)
    return max(runs, key=len) if runs else None


def looks_like_national_id(text: str) -> bool:
    """A national number written where the policy number was asked for: taken out already, or eleven digits."""
    return NATIONAL_ID_MARK in text or len(policy_digits(text) or "") == 11


def _year(text: str, today: date) -> int:
    year = int(text)
    if len(text) == 4:
        return year
    return 2000 + year if 2000 + year <= today.year else 1900 + year


def _checked(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise BirthDateUnreadable(str(error)) from error


def find_date(text: str, today: date) -> tuple[date, tuple[int, int]] | None:
    """A birth date in a message and where it stands; day before month, as in Norway.

    Raises BirthDateUnreadable when something written as a date is no day of the calendar.
    """
    if match := _ISO_DATE.search(text):
        return _checked(int(match[1]), int(match[2]), int(match[3])), match.span()
    if match := _NUMERIC_DATE.search(text):
        return _checked(_year(match[3], today), int(match[2]), int(match[1])), match.span()
    if match := _WORDED_DATE.search(text):
        parsed = dateparser.parse(
            match[0],
            languages=["nb", "nn", "en"],
            settings={"DATE_ORDER": "DMY", "REQUIRE_PARTS": ["day", "month", "year"]},
        )
        if parsed is None:
            raise BirthDateUnreadable(match[0])
        return parsed.date(), match.span()
    if match := re.search(r"(?<!\d)(\d{2})(\d{2})(\d{4}|\d{2})(?!\d)", text):
        return _checked(_year(match[3], today), int(match[2]), int(match[1])), match.span()
    return None


def name_and_date(text: str, today: date) -> NameAndDate:
    """The child's name and birth date in a message. Raises BirthDateUnreadable (see `find_date`)."""
    found = find_date(text, today)
    rest = text if found is None else text[: found[1][0]] + " " + text[found[1][1] :]
    lead_ins = "|".join(sorted((re.escape(word) for word in _words()["lead_ins"]), key=len, reverse=True))
    rest = re.sub(rf"\b(?:{lead_ins})\b", " ", rest, flags=re.IGNORECASE)
    rest = re.sub(r"\s+", " ", rest).strip(" .,:;-\n")
    rest = re.sub(r"\s+(og|and|er|is|den|on|the)$", "", rest, flags=re.IGNORECASE)
    name = rest if _NAME.fullmatch(rest) and len(rest) > 1 and len(rest.split()) <= 5 else None
    return NameAndDate(name=name, birth_date=found[0] if found else None)
