"""The intents are understood well enough, on sentences that were never learnt."""

from __future__ import annotations

import pytest

from bot import nlu_examples
from bot.nlu_report import Report, report

LEAST_MACRO_F1 = 0.92
LEAST_HELD_OUT = 15


@pytest.fixture(scope="module")
def result() -> Report:
    return report()


def test_macro_f1(result: Report) -> None:
    assert result.macro_f1() >= LEAST_MACRO_F1


@pytest.mark.parametrize("language", ["nb", "en"])
def test_each_language_by_itself(result: Report, language: str) -> None:
    assert result.macro_f1(language) >= LEAST_MACRO_F1 - 0.02


def test_nynorsk_and_dialect_are_not_left_behind(result: Report) -> None:
    assert result.macro_f1(variety="nynorsk_dialect") >= result.macro_f1("nb") - 0.06


def test_every_learnt_intent_has_enough_held_out_sentences_in_both_languages(result: Report) -> None:
    learnt = {example.intent for example in nlu_examples.learnt(nlu_examples.read(nlu_examples.training_files()))}
    too_few = {intent: result.count(intent) for intent in sorted(learnt) if result.count(intent) < LEAST_HELD_OUT}
    one_language = [
        intent for intent in sorted(learnt) if not (result.count(intent, "nb") and result.count(intent, "en"))
    ]
    assert (too_few, one_language) == ({}, [])
    assert learnt == set(result.intents)


def test_no_held_out_sentence_is_learnt() -> None:
    learnt = {example.folded for example in nlu_examples.read(nlu_examples.training_files())}
    leaked = [example.text for example in nlu_examples.read(nlu_examples.held_out_files()) if example.folded in learnt]
    assert leaked == []


def test_no_sentence_is_an_example_of_two_intents() -> None:
    intents: dict[str, set[str]] = {}
    for example in nlu_examples.read(nlu_examples.training_files()):
        intents.setdefault(example.folded, set()).add(example.intent)
    assert {text: names for text, names in intents.items() if len(names) > 1} == {}
