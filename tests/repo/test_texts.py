"""The clinic's own texts: the same keys and placeholders in both languages, and nothing empty."""

from __future__ import annotations

import re

import pytest

from clinic.texts import FOLDER, LANGUAGES, TextMissing, Texts
from tests.repo.readability import flesch, lix, measured

TEXTS = Texts()
KEYS = sorted(frozenset().union(*(TEXTS.keys(language) for language in LANGUAGES)))


def test_both_languages_have_the_same_files() -> None:
    files = {language: {path.name for path in (FOLDER / language).glob("*.yml")} for language in LANGUAGES}
    assert files["nb"] == files["en"] and files["nb"]


@pytest.mark.parametrize("key", KEYS)
def test_both_languages_say_the_same(key: str) -> None:
    for language in LANGUAGES:
        assert key in TEXTS.keys(language), f"{key} is missing in {language}"
    assert TEXTS.placeholders(key, "nb") == TEXTS.placeholders(key, "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_filled_and_tidy(language: str) -> None:
    for key in TEXTS.keys(language):
        values = {name: name for name in TEXTS.placeholders(key, language)}
        text = TEXTS.get(key, language, **values)
        assert text, f"{key} is empty"
        assert not re.search(r"  |\t| \n|\{|\}", text), f"{key} has stray spaces or braces"


def test_a_missing_text_and_a_missing_value_are_named() -> None:
    with pytest.raises(TextMissing, match=r"nothing\.here"):
        TEXTS.get("nothing.here")
    key = next(key for key in KEYS if TEXTS.placeholders(key, "nb"))
    with pytest.raises(TextMissing, match="needs a value"):
        TEXTS.get(key)


def test_an_unknown_language_gets_bokmaal() -> None:
    key = next(key for key in KEYS if not TEXTS.placeholders(key, "nb"))
    assert TEXTS.get(key, "fr") == TEXTS.get(key, "nb")


def test_texts_for_patients_are_easy_to_read() -> None:
    hard = [f"{one.key} ({one.language}): {one.figure:.0f}" for one in measured() if not one.is_plain]
    assert not hard, hard


def test_the_measures_tell_plain_from_hard() -> None:
    assert (
        lix("Jeg er her. Du er der.") < 10 < 50 < lix("Forsikringsselskapet behandler personopplysninger fortløpende")
    )
    assert (
        flesch("The cat sat on the mat.") > 90 > 30 > flesch("Confidentiality obligations necessitate documentation.")
    )


def test_nothing_is_shouted_where_it_is_serious() -> None:
    for language in LANGUAGES:
        assert [
            key for key in TEXTS.keys(language) if key.startswith("triage.") and "!" in TEXTS.get(key, language)
        ] == []
