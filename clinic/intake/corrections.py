"""Corrections: which part of the intake a patient wants to change, and opening just that part again."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml

from clinic.intake.answers import fold
from clinic.intake.model import Intake, Step
from clinic.intake.patient_steps import forget_child
from clinic.intake.reason_steps import rewrite_reason

PARTS = (Step.POLICY_NUMBER, Step.PATIENT, Step.CHILD, Step.REASON, Step.FOLLOW_UP_1, Step.FOLLOW_UP_2)
"""The parts that can be changed, in the order of the steps."""


@lru_cache(maxsize=1)
def _names() -> list[tuple[str, Step]]:
    raw = yaml.safe_load((Path(__file__).parent / "corrections.yml").read_text(encoding="utf-8"))
    pairs = [(fold(name), Step(part)) for part, names in raw.items() for name in names]
    return sorted(pairs, key=lambda pair: len(pair[0]), reverse=True)


def part_named(text: str) -> Step | None:
    """The part of the intake that a message names, None when it names none."""
    folded = f" {fold(text)} "
    return next((step for name, step in _names() if f" {name}" in folded), None)


def reopen(intake: Intake, part: Step) -> None:
    """Empties one part so that it is asked again; everything else stays. The last yes must be given anew.

    The question about warning signs is asked again with another patient or another reason: its no was not about them.
    """
    if part is Step.POLICY_NUMBER:
        intake.policy_id = None
        intake.policy_failures = 0
        intake.told_policy, intake.coverage_pending = None, False
    elif part is Step.PATIENT:
        intake.subject = None
        forget_child(intake)
        intake.warning_answer = None
    elif part is Step.CHILD:
        forget_child(intake)
        intake.subject = "child"
        intake.warning_answer = None
    elif part is Step.REASON:
        rewrite_reason(intake)
        intake.warning_answer = None
    elif part is Step.FOLLOW_UP_1:
        intake.duration_text = None
    elif part is Step.FOLLOW_UP_2:
        intake.severity_text = None
