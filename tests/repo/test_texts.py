"""The clinic's own texts: the same keys and placeholders in both languages, and nothing empty."""

from __future__ import annotations

import re

import pytest

from clinic.texts import FOLDER, LANGUAGES, TextMissing, Texts

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
