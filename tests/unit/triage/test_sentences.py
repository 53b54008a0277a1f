"""The screen on hand-written messages: those it was made with, one by one, and those held out, in figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import pytest

from clinic.triage import screen
from tests.unit.triage.sentences import Sentence, sentences

ALARMS = frozenset({"emergency", "mental_crisis", "poison", "clarify"})
"""What interrupts the patient with 113 in the text; `urgent` is counted apart."""
LEAST_FOUND = 0.92
MOST_FALSE = 0.02

DEVELOPED = sentences("developed")
HELD_OUT = sentences("heldout")


def test_there_are_enough_sentences_of_every_kind() -> None:
    """At least 250 alarms and 250 harmless messages, each in one of the two sets only."""
    every = [sentence for sentence in (*DEVELOPED, *HELD_OUT)]
    assert sum(sentence.decision in ALARMS for sentence in every) >= 250
    assert sum(sentence.decision == "none" for sentence in every) >= 250
    assert not {one.text for one in DEVELOPED if one.text} & {one.text for one in HELD_OUT}


@pytest.mark.parametrize("sentence", DEVELOPED, ids=lambda one: f"{one.group}-{one.language}-{one.text[:60]}")
def test_decides_as_written(sentence: Sentence) -> None:
    """Every sentence for development gets exactly its decision."""
    finding = screen(sentence.text)
    assert finding.decision == sentence.decision, finding


def test_held_out_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    """Sentences that nothing was tuned on: the figures are printed as they fall and may not get worse than this."""
    found, false = _share(HELD_OUT, alarm=True), _share(HELD_OUT, alarm=False)
    with capsys.disabled():
        print(f"\n{_table(HELD_OUT)}")
    assert found >= LEAST_FOUND
    assert false <= MOST_FALSE


def test_questions_about_the_service_and_prescriptions_never_alarm() -> None:
    """Also those held out: what the service is asked every day must pass without exception."""
    asked = [one for one in (*DEVELOPED, *HELD_OUT) if one.group in ("service", "prescription", "answers")]
    assert [one.text for one in asked if screen(one.text).decision != "none"] == []


def _is_alarm(text: str) -> bool:
    return screen(text).decision in ALARMS


def _share(chosen: Iterable[Sentence], *, alarm: bool) -> float:
    """The share of alarms (or of harmless messages) that raise an alarm."""
    texts = [one.text for one in chosen if (one.decision in ALARMS if alarm else one.decision == "none")]
    return sum(map(_is_alarm, texts)) / len(texts)


def _table(chosen: Iterable[Sentence]) -> str:
    """One line a chapter or kind: how many messages, and how many were decided as written."""
    groups: defaultdict[tuple[str, str], list[bool]] = defaultdict(list)
    for one in chosen:
        groups[one.group, one.language].append(screen(one.text).decision == one.decision)
    lines = [f"{group:<16}{language:<4}{sum(right):>3} of {len(right)}" for (group, language), right in groups.items()]
    total = [right for rights in groups.values() for right in rights]
    return "\n".join([*lines, f"{'all':<20}{sum(total):>3} of {len(total)}"])
