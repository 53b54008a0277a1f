"""Norwegian national numbers: fødselsnummer and D-number, real ones and the synthetic ones of test environments.

python-stdnum refuses most synthetic ones, which are real in form but have the month raised by 80 (Skatteetaten's
Tenor), 65 or 40; and it does not know the control digits of numbers given out from 2032 (Skatteetaten, "Nye
fødselsnummer og d-nummer"). So it reads what people write, and the number itself is checked here, fast enough for a
register of a million; a test compares the two on real forms.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from functools import lru_cache
from operator import mul

from stdnum.no import fodselsnummer

from clinic.errors import ClinicError

SYNTHETIC_MONTHS = (80, 65, 40)
D_NUMBER_DAYS = 40
NEW_CONTROL_DIGITS_FROM = date(2032, 1, 1)
_ELEVEN_DIGITS = re.compile(r"[0-9]{11}", re.ASCII)
_WEIGHTS_1 = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
_WEIGHTS_2 = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)


class NationalIdError(ClinicError):
    """This is not a national number that may be used here; the message never holds the number."""


class NumberKind(str, Enum):
    """Which register the number comes from."""

    BIRTH_NUMBER = "birth_number"
    D_NUMBER = "d_number"


@dataclass(frozen=True)
class NationalId:
    """A checked national number. The number is left out of `repr`, so that no log or traceback shows it."""

    number: str = field(repr=False)
    birth_date: date
    kind: NumberKind
    is_synthetic: bool


def parse(text: str, today: date, allow_synthetic: bool) -> NationalId:
    """Check a national number, with or without a space in the middle.

    `allow_synthetic` is for development and tests only: nobody may log in with a made-up number in production.

    Raises:
        NationalIdError: wrong length, control digits or date, a birth in the future, or synthetic where not allowed.
    """
    # A register has them as they should be, a million at a time; people write them with all sorts of spaces.
    number = text if _ELEVEN_DIGITS.fullmatch(text) else fodselsnummer.compact(text)
    if not _ELEVEN_DIGITS.fullmatch(number):
        raise NationalIdError("A national number has eleven digits")
    kind, day, month, is_synthetic = _real_day(number)
    if is_synthetic and not allow_synthetic:
        raise NationalIdError("Synthetic national numbers are not accepted in production")
    if not has_valid_control_digits(number, today):
        raise NationalIdError("The control digits of the national number are wrong")
    year = int(number[4:6])
    birth_date = _birth_date(_century(year, int(number[6:9])), year, month, day)
    if birth_date is None:
        raise NationalIdError("The national number does not begin with a date of birth")
    if birth_date > today:
        raise NationalIdError("The date of birth in the national number is in the future")
    return NationalId(number, birth_date, kind, is_synthetic)


def age_on(birth_date: date, day: date) -> int:
    """Return the age in whole years on `day`; someone born on 29 February is a year older from 1 March."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def has_valid_control_digits(number: str, today: date) -> bool:
    """Return whether the last two digits fit the first nine (modulus 11); from 2032 the first one may be off by 0–3."""
    digits = list(map(int, number))
    remainder_1 = sum(map(mul, _WEIGHTS_1, digits)) % 11
    remainder_2 = sum(map(mul, _WEIGHTS_2, digits)) % 11
    allowed = range(4) if today >= NEW_CONTROL_DIGITS_FROM else range(1)
    return remainder_1 in allowed and remainder_2 == 0


def synthetic_number(birth_date: date, first_serial: int = 0, d_number: bool = False) -> str:
    """Return a synthetic number (month + 80, as in Tenor) for a person who does not exist.

    `first_serial` moves on from the first possible serial number, to tell two persons born on one day apart.

    Raises:
        NationalIdError: no number can be made for that date: only births from 1900 to 2039 have one here.
    """
    if not 1900 <= birth_date.year <= 2039:
        raise NationalIdError("Synthetic numbers are made for births from 1900 to 2039 only")
    lowest, highest = (0, 499) if birth_date.year < 2000 else (500, 999)
    day = birth_date.day + (D_NUMBER_DAYS if d_number else 0)
    start = f"{day:02d}{birth_date.month + SYNTHETIC_MONTHS[0]:02d}{birth_date.year % 100:02d}"
    for serial in range(lowest + first_serial, highest + 1):
        digits = _with_control_digits(f"{start}{serial:03d}")
        if digits is not None:
            return digits
    raise NationalIdError("No serial number is left for that date")


def _century(year: int, serial: int) -> int | None:
    """The century of birth, from the year's two digits and the three digits after them; None: no such numbers.

    Source: Skatteetaten's table of the individual number; python-stdnum has the same (a test compares them).
    """
    if serial < 500:
        return 1900
    if serial < 750 and year >= 54:
        return 1800
    if year < 40:
        return 2000
    return 1900 if serial >= 900 else None


@lru_cache(maxsize=50_000)
def _birth_date(century: int | None, year: int, month: int, day: int) -> date | None:
    """The date, None when there is no such day. A register has every day many times."""
    if century is None:
        return None
    try:
        return date(century + year, month, day)
    except ValueError:
        return None


def _with_control_digits(nine: str) -> str | None:
    first = -sum(w * int(d) for w, d in zip(_WEIGHTS_1, nine, strict=False)) % 11
    if first == 10:
        return None
    second = -sum(w * int(d) for w, d in zip(_WEIGHTS_2, f"{nine}{first}", strict=False)) % 11
    return None if second == 10 else f"{nine}{first}{second}"


def _real_day(number: str) -> tuple[NumberKind, int, int, bool]:
    """Return the kind, the real day and month, and whether the month was raised."""
    day, month = int(number[:2]), int(number[2:4])
    kind = NumberKind.BIRTH_NUMBER
    if D_NUMBER_DAYS < day < 80:
        kind, day = NumberKind.D_NUMBER, day - D_NUMBER_DAYS
    if month <= 12:
        return kind, day, month, False
    raised_by = next((raise_ for raise_ in SYNTHETIC_MONTHS if raise_ < month <= raise_ + 12), 0)
    return kind, day, month - raised_by, raised_by != 0
