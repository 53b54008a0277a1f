"""The screen on the messages it was made with, one by one. Those held out stand in `held_out/`, in figures."""

from __future__ import annotations

import pytest

from clinic.triage import screen
from tests.unit.triage.sentences import Sentence, sentences

ALARMS = frozenset({"emergency", "mental_crisis", "poison", "clarify"})
"""What interrupts the patient with 113 in the text; `urgent` is counted apart."""
DEVELOPED = sentences("developed")


def test_there_are_enough_sentences_of_every_kind() -> None:
    """At least 250 alarms and 250 harmless messages over both languages."""
    for language in ("nb", "en"):
        chosen = [sentence for sentence in DEVELOPED if sentence.language == language]
        assert sum(sentence.decision in ALARMS for sentence in chosen) >= 250
        assert sum(sentence.decision == "none" for sentence in chosen) >= 250


@pytest.mark.parametrize("sentence", DEVELOPED, ids=lambda one: f"{one.group}-{one.language}-{one.text[:60]}")
def test_decides_as_written(sentence: Sentence) -> None:
    """Every sentence for development gets exactly its decision."""
    finding = screen(sentence.text)
    assert finding.decision == sentence.decision, finding


def test_the_robust_forms_are_found() -> None:
    """Lower case, no æøå and no punctuation cost at most one alarm in a hundred."""
    alarms = [sentence.text for sentence in DEVELOPED if sentence.decision in ALARMS]
    for change in (str.lower, str.upper, _without_norwegian_letters, _without_punctuation):
        missed = [text for text in alarms if screen(change(text)).decision not in ALARMS]
        assert len(missed) <= len(alarms) / 100, (change, missed)


def _without_norwegian_letters(text: str) -> str:
    return text.translate(str.maketrans({"æ": "ae", "ø": "o", "å": "a", "Æ": "AE", "Ø": "O", "Å": "A"}))


def _without_punctuation(text: str) -> str:
    return "".join(letter for letter in text if letter not in ".,!?")
