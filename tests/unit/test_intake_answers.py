"""Short answers as people write them: numbers, yes and no, dates, names."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.intake.answers import (
    NATIONAL_ID_MARK,
    BirthDateUnreadable,
    NameAndDate,
    find_date,
    fold,
    looks_like_national_id,
    name_and_date,
    policy_digits,
    says,
    yes_or_no,
)

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("12345678", "12345678"),
        ("123 45 678", "12345678"),
        ("123.45.678", "12345678"),
        ("1234-5678", "12345678"),
        ("polisenummeret er 12345678", "12345678"),
        ("Polisenr.: 12345678.", "12345678"),
        ("policy no. 1234 5678 I think", "12345678"),
        ("det er 12345678, tror jeg, jeg er 46 år", "12345678"),
        ("jeg er 46 og nummeret er 1234 5678", "12345678"),
        ("1", "1"),
        ("12 3", "123"),
        ("9" * 200, "9" * 200),
        ("#1234 5678#", "12345678"),
        ("jeg vet ikke", None),
        ("jeg har 2 barn", None),
        ("", None),
        ("😷", None),
        ("Robert'); DROP TABLE policies;--", None),
    ],
)
def test_policy_numbers(text: str, digits: str | None) -> None:
    assert policy_digits(text) == digits


@given(st.text(max_size=60))
def test_a_policy_number_is_digits_or_nothing(text: str) -> None:
    digits = policy_digits(text)
    assert digits is None or (digits and digits.isdecimal())


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("170580 12345", True),
        ("17058012345", True),
        (f"det er {NATIONAL_ID_MARK}", True),
        ("12345678", False),
        ("jeg vet ikke", False),
    ],
)
def test_national_numbers_are_told_from_policy_numbers(text: str, is_one: bool) -> None:
    assert looks_like_national_id(text) is is_one


@pytest.mark.parametrize(
    "text",
    [
        "ja",
        "Ja!",
        "JA",
        "ja takk",
        "jepp",
        "jau",
        "yes",
        "Yes, please",
        "ok",
        "stemmer",
        "ja, det stemmer alt sammen",
        "j",
    ],
)
def test_yes(text: str) -> None:
    assert yes_or_no(text, "") is True


@pytest.mark.parametrize(
    "text",
    ["nei", "Nei.", "NEI takk", "nope", "no", "no thanks", "ingen av dem", "nei, heldigvis ikke", "None of these", "n"],
)
def test_no(text: str) -> None:
    assert yes_or_no(text, "") is False


@pytest.mark.parametrize(
    "text", ["kanskje", "vet ikke", "", "😷", "nok", "jammen", "nothing", "yesterday", "neida vel da", "12"]
)
def test_neither(text: str) -> None:
    assert yes_or_no(text, "") is None


def test_what_was_understood_decides_only_when_the_words_do_not() -> None:
    assert yes_or_no("det gjør det absolutt", "affirm") is True
    assert yes_or_no("slett ikke", "deny") is False
    assert yes_or_no("nei", "affirm") is False
    assert yes_or_no("ja", "deny") is True


def test_short_answers_compare_without_case_spaces_and_marks() -> None:
    assert fold("  Det  er\nALT!! ") == "det er alt"
    assert says("finished", "That’s all.")
    assert says("me", "Meg selv")
    assert says("child", "Barnet mitt!")
    assert not says("finished", "det er alt annet enn bra")


@pytest.mark.parametrize(
    ("text", "born"),
    [
        ("10.05.2019", date(2019, 5, 10)),
        ("10.5.19", date(2019, 5, 10)),
        ("10/5-2019", date(2019, 5, 10)),
        ("10 05 2019", date(2019, 5, 10)),
        ("10-05-2019", date(2019, 5, 10)),
        ("2019-05-10", date(2019, 5, 10)),
        ("100519", date(2019, 5, 10)),
        ("10052019", date(2019, 5, 10)),
        ("10. mai 2019", date(2019, 5, 10)),
        ("10 mai 2019", date(2019, 5, 10)),
        ("10. Mai 19", date(2019, 5, 10)),
        ("10th of May 2019", date(2019, 5, 10)),
        ("10 May 2019", date(2019, 5, 10)),
        ("May 10, 2019", date(2019, 5, 10)),
        ("May 10th 2019", date(2019, 5, 10)),
        ("1. januar 2020", date(2020, 1, 1)),
        ("3. desember 2018", date(2018, 12, 3)),
        ("3. okt. 2018", date(2018, 10, 3)),
        ("29.02.2020", date(2020, 2, 29)),
        ("hun er født 10.05.2019 på Ullevål", date(2019, 5, 10)),
        ("01.01.26", date(2026, 1, 1)),
        ("01.01.27", date(1927, 1, 1)),
        ("05.06.99", date(1999, 6, 5)),
        ("12.11.2019", date(2019, 11, 12)),
    ],
)
def test_dates(text: str, born: date) -> None:
    found = find_date(text, TODAY)
    assert found is not None
    assert found[0] == born
    start, end = found[1]
    assert any(character.isdigit() for character in text[start:end])


@pytest.mark.parametrize(
    "text",
    [
        "31.02.2019",
        "31. februar 2019",
        "32.01.2019",
        "10.13.2019",
        "2019-02-30",
        "29.02.2019",
        "310219",
        "00.01.2019",
        "31 April 2019",
    ],
)
def test_days_that_do_not_exist(text: str) -> None:
    with pytest.raises(BirthDateUnreadable):
        find_date(text, TODAY)


@pytest.mark.parametrize("text", ["", "Emma", "fire år", "12345678901", "jeg har 3 barn", "ring 113", "😷"])
def test_no_date(text: str) -> None:
    assert find_date(text, TODAY) is None


@pytest.mark.parametrize(
    ("text", "name", "born"),
    [
        ("Emma", "Emma", None),
        ("Emma Lise 10.05.2019", "Emma Lise", date(2019, 5, 10)),
        ("10.05.2019 Emma", "Emma", date(2019, 5, 10)),
        ("hun heter Emma", "Emma", None),
        ("Hun heter Emma og er født 10. mai 2019", "Emma", date(2019, 5, 10)),
        ("sønnen min heter Jonas, 2. juni 2013", "Jonas", date(2013, 6, 2)),
        ("my daughter is called Anne-Marie, born 10 May 2019", "Anne-Marie", date(2019, 5, 10)),
        ("Åse Ødegård", "Åse Ødegård", None),
        ("D’Angelo O'Brien", "D’Angelo O'Brien", None),
        ("José María", "José María", None),
        ("محمد", "محمد", None),
        ("10.05.2019", None, date(2019, 5, 10)),
        ("X", None, None),
        ("12345", None, None),
        ("<script>alert(1)</script>", None, None),
        ("Robert'); DROP TABLE persons;--", None, None),
        ("a " * 100, None, None),
        ("😷😷", None, None),
        ("", None, None),
    ],
)
def test_names_and_birth_dates(text: str, name: str | None, born: date | None) -> None:
    assert name_and_date(text, TODAY) == NameAndDate(name, born)


@given(st.text(max_size=80))
def test_nothing_breaks_the_reading_of_a_name(text: str) -> None:
    try:
        written = name_and_date(text, TODAY)
    except BirthDateUnreadable:
        return
    assert written.name is None or 1 < len(written.name) <= 60
