"""Sentences that nobody looks at while changing the knowledge: how many alarms are found, how many harmless pass.

`pytest -s` prints the figures as they fall, and what was missed is printed when a limit is not met.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from clinic.triage import screen

FOLDER = Path(__file__).parent
ALARMS = frozenset({"emergency", "mental_crisis", "poison", "clarify"})
"""Decisions that count as an alarm; `urgent` is counted apart."""
FEWEST_FOUND = 0.80
MOST_FALSE = 0.03
FEWEST_EXACT = 0.78
"""The limits lie just below what the first version reached untuned (110 of 133, 1 of 121, 114 of 141). They say what is
so, not what is good enough: they are to be raised with the knowledge, never lowered."""

Row = tuple[str, str, str]


def _read(name: str) -> dict[str, object]:
    content = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


def _alarms() -> list[Row]:
    """Expected decision, chapter, sentence."""
    return [
        (decision, chapter, text)
        for decision, chapters in _read("alarms.yml").items()
        for chapter, texts in chapters.items()
        for text in texts
    ]


def _harmless() -> list[tuple[str, str]]:
    """What makes it tempting, sentence."""
    return [(kind, text) for kind, texts in _read("harmless.yml").items() for text in texts]


def test_sentences_are_different_and_enough() -> None:
    alarms, harmless = [row[2] for row in _alarms()], [row[1] for row in _harmless()]
    assert len(alarms) >= 100 and len(harmless) >= 100
    assert len({*alarms, *harmless}) == len(alarms) + len(harmless)


def test_alarms_are_found(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [row for row in _alarms() if row[0] in ALARMS]
    missed = [(row, decision) for row in rows if (decision := screen(row[2]).decision) not in ALARMS]
    found = 1 - len(missed) / len(rows)
    _report(capsys, f"held out: {len(rows) - len(missed)} of {len(rows)} alarms found ({found:.1%})")
    assert found >= FEWEST_FOUND, "\n".join(map(str, missed))


def test_harmless_messages_pass(capsys: pytest.CaptureFixture[str]) -> None:
    rows = _harmless()
    stopped = [(*row, finding.explanation) for row in rows if (finding := screen(row[1])).decision in ALARMS]
    share = len(stopped) / len(rows)
    _report(capsys, f"held out: {len(stopped)} of {len(rows)} harmless messages stopped ({share:.1%})")
    assert share <= MOST_FALSE, "\n".join(map(str, stopped))


def test_decisions_are_the_expected(capsys: pytest.CaptureFixture[str]) -> None:
    rows = _alarms()
    wrong = [(row, decision) for row in rows if (decision := screen(row[2]).decision) != row[0]]
    exact = 1 - len(wrong) / len(rows)
    _report(capsys, f"held out: {len(rows) - len(wrong)} of {len(rows)} decisions exact ({exact:.1%})")
    assert exact >= FEWEST_EXACT, "\n".join(map(str, wrong))


def test_the_service_and_prescriptions_never_raise_an_alarm() -> None:
    rows = [row for row in _harmless() if row[0] in ("service", "prescriptions", "booking")]
    assert [row for row in rows if screen(row[1]).decision != "none"] == []


def _report(capsys: pytest.CaptureFixture[str], line: str) -> None:
    with capsys.disabled():
        print(f"\n{line}")
