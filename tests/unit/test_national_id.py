"""National numbers: real and synthetic forms, control digits, birth dates and ages."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.exceptions import ValidationError
from stdnum.no import fodselsnummer

from clinic.identity import national_id
from clinic.identity.national_id import NationalIdError, NumberKind, age_on, parse, synthetic_number

TODAY = date(2026, 3, 2)
REAL_FORM = "15108695088"  # the worked example of python-stdnum's documentation
DAYS = st.dates(date(1900, 1, 1), date(2039, 12, 31))


def raised(number: str, by: int) -> str:
    """Return a number with the month raised by `by`, and control digits that fit."""
    nine = f"{number[:2]}{int(number[2:4]) + by:02d}{number[4:9]}"
    for control in range(100):
        candidate = f"{nine}{control:02d}"
        if national_id.has_valid_control_digits(candidate, TODAY):
            return candidate
    return raised(f"{number[:6]}{int(number[6:9]) + 1:03d}{number[9:]}", by)


def test_a_real_form_number() -> None:
    checked = parse("151086 95088", TODAY, allow_synthetic=False)
    assert (checked.birth_date, checked.kind) == (date(1986, 10, 15), NumberKind.BIRTH_NUMBER)
    assert not checked.is_synthetic


@pytest.mark.parametrize("by", [80, 65, 40])
def test_synthetic_numbers_are_taken_in_development_only(by: int) -> None:
    number = raised(REAL_FORM, by)
    checked = parse(number, TODAY, allow_synthetic=True)
    assert checked.is_synthetic and checked.birth_date == date(1986, 10, 15)
    with pytest.raises(NationalIdError, match="not accepted in production"):
        parse(number, TODAY, allow_synthetic=False)


@given(st.integers(1, 31), st.integers(1, 12), st.integers(0, 99), st.integers(0, 999), st.booleans())
def test_birth_dates_are_those_of_the_library(day: int, month: int, year: int, serial: int, is_d: bool) -> None:
    nine = f"{day + 40 * is_d:02d}{month:02d}{year:02d}{serial:03d}"
    fits = (f"{nine}{control:02d}" for control in range(100))
    number = next((one for one in fits if national_id.has_valid_control_digits(one, TODAY)), None)
    if number is None:
        return  # no number can begin like this
    try:
        expected = fodselsnummer.get_birth_date(number)
    except ValidationError:
        expected = None
    if expected is None or expected > TODAY:
        with pytest.raises(NationalIdError):
            parse(number, TODAY, allow_synthetic=True)
    else:
        assert parse(number, TODAY, allow_synthetic=True).birth_date == expected


def test_d_numbers() -> None:
    number = synthetic_number(date(1992, 10, 5), d_number=True)
    checked = parse(number, TODAY, allow_synthetic=True)
    assert number.startswith("45") and checked.kind is NumberKind.D_NUMBER
    assert checked.birth_date == date(1992, 10, 5)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "eleven digits"),
        ("1510869508", "eleven digits"),
        ("151086950888", "eleven digits"),
        ("1510869508x", "eleven digits"),
        ("١٥١٠٨٦٩٥٠٨٨", "eleven digits"),
        ("15108695089", "control digits"),
        ("15108695078", "control digits"),
        ("00000000000", "date of birth"),
    ],
)
def test_what_is_refused(text: str, said: str) -> None:
    with pytest.raises(NationalIdError, match=said) as caught:
        parse(text, TODAY, allow_synthetic=True)
    assert not text or text not in str(caught.value)


def test_dates_that_do_not_exist_or_are_to_come_are_refused() -> None:
    impossible = raised(f"31{REAL_FORM[2:]}".replace("3110", "3102", 1), 80)
    with pytest.raises(NationalIdError, match="date of birth"):
        parse(impossible, TODAY, allow_synthetic=True)
    with pytest.raises(NationalIdError, match="future"):
        parse(synthetic_number(TODAY + timedelta(days=1)), TODAY, allow_synthetic=True)
    assert parse(synthetic_number(TODAY), TODAY, allow_synthetic=True).birth_date == TODAY


def test_control_digits_from_2032() -> None:
    """From 2032 the first control digit may leave 1, 2 or 3 over; before, such a number is wrong."""
    nine = REAL_FORM[:9]
    new_ones = [
        f"{nine}{control:02d}"
        for control in range(100)
        if national_id.has_valid_control_digits(f"{nine}{control:02d}", date(2032, 1, 1))
    ]
    assert REAL_FORM in new_ones and len(new_ones) > 1
    assert [n for n in new_ones if national_id.has_valid_control_digits(n, date(2031, 12, 31))] == [REAL_FORM]


@given(DAYS, st.booleans(), st.integers(0, 300))
def test_made_numbers_are_valid_and_give_the_birth_date_back(born: date, d_number: bool, serial: int) -> None:
    number = synthetic_number(born, serial, d_number)
    checked = parse(number, date(2039, 12, 31), allow_synthetic=True)
    assert checked.birth_date == born and checked.is_synthetic
    assert (checked.kind is NumberKind.D_NUMBER) is d_number


@given(st.from_regex(r"[0-9]{11}", fullmatch=True))
def test_real_numbers_are_judged_as_the_library_judges_them(number: str) -> None:
    """Before 2032 and outside synthetic months, the wrapper and python-stdnum agree on every number."""
    if int(number[2:4]) > 12 or int(number[:2]) >= 80:
        return
    try:
        ours = bool(parse(number, date.today(), allow_synthetic=False))
    except NationalIdError:
        ours = False
    assert ours == fodselsnummer.is_valid(number)


def test_the_number_is_not_shown() -> None:
    assert REAL_FORM not in repr(parse(REAL_FORM, TODAY, allow_synthetic=False))


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2008, 3, 2), TODAY, 18),
        (date(2008, 3, 3), TODAY, 17),
        (date(2004, 2, 29), date(2025, 2, 28), 20),
        (date(2004, 2, 29), date(2025, 3, 1), 21),
        (TODAY, TODAY, 0),
    ],
)
def test_ages(born: date, day: date, age: int) -> None:
    assert age_on(born, day) == age


def test_only_births_with_a_serial_range_are_made() -> None:
    for born in (date(1899, 12, 31), date(2040, 1, 1)):
        with pytest.raises(NationalIdError, match="1900 to 2039"):
            synthetic_number(born)
