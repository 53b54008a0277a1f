"""Who writes in another language is told so in it; nobody who writes in ours is."""

from __future__ import annotations

import pytest

from bot import nlu_examples
from clinic.other_languages import note_in, other_language
from tests.triage.sets import rows

NO_BREAK_SPACE = "\u00a0"
WRITTEN = [
    ("pl", "Dzień dobry, potrzebuję lekarza, boli mnie brzuch"),
    ("pl", "boli mnie gardlo od trzech dni i mam goraczke"),
    ("uk", "Добрий день, мені потрібен лікар"),
    ("lt", "Labas, man skauda galvą jau dvi dienas"),
    ("ar", "أحتاج إلى طبيب، عندي حمى"),
    ("so", "Waxaan u baahanahay dhakhtar, madaxa ayaa i xanuunaya"),
    ("ti", "ሓኪም የድልየኒ ኣሎ"),
    ("fa", "من به دکتر نیاز دارم"),
    ("ru", "Мне нужен врач, болит живот"),
    ("es", "Necesito un médico, me duele la cabeza"),
    ("de", "Ich brauche einen Arzt, ich habe Fieber"),
]


@pytest.mark.parametrize(("code", "text"), WRITTEN)
def test_the_ten_are_told_apart_and_each_note_names_the_numbers(code: str, text: str) -> None:
    assert other_language(text) == code
    note = note_in(code).replace(NO_BREAK_SPACE, " ")
    assert all(number in note for number in ("113", "116 117", "23 01 48 00"))


@pytest.mark.parametrize("code", ["ar", "fa"])
def test_from_right_to_left_a_number_stays_in_order(code: str) -> None:
    """A no-break space joins the groups of digits to one number (bidi class CS); a space would swap them."""
    assert f"116{NO_BREAK_SPACE}117" in note_in(code) and "116 117" not in note_in(code)


@pytest.mark.parametrize(
    "text", ["", "12345678", "Emma", "Ibux", "ja", "Mvh Wojciech Kowalski", "Paracet 500 mg", "???"]
)
def test_names_numbers_and_medicines_are_no_language(text: str) -> None:
    assert other_language(text) is None


def test_hardly_any_norwegian_or_english_message_is_taken_for_another_language() -> None:
    examples = nlu_examples.read(nlu_examples.training_files())
    ours = [example.text for example in examples if example.intent != "other_language"]
    ours += [row.text for row in rows("development")]
    taken = [text for text in ours if other_language(text)]
    assert len(taken) <= len(ours) * 0.0005, taken
