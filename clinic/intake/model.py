"""The words of an intake: its steps, what a patient said, what is kept, what is answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Any


class Step(str, Enum):
    """The steps in the order they are asked. The values are the names of the form's slots."""

    LOGIN = "login"
    POLICY_NUMBER = "policy_number"
    PATIENT = "patient"
    CHILD = "child"
    CHILD_BIRTH_DATE = "child_birth_date"
    GUARDIAN = "guardian"
    YOUNG_AGREEMENT = "young_agreement"
    REASON = "reason"
    FOLLOW_UP_1 = "follow_up_1"
    FOLLOW_UP_2 = "follow_up_2"
    WARNING_SIGNS = "warning_signs"
    CONFIRMATION = "confirmation"


FREE_TEXT_STEPS = frozenset({Step.REASON, Step.FOLLOW_UP_1, Step.FOLLOW_UP_2})
"""Steps where the patient's own words are the answer and are kept word for word."""


@dataclass(frozen=True)
class Utterance:
    """One message as understood: the text, the likeliest intent, and the choice when a button was pressed.

    `clauses`: the same for each clause of a message that says more than one thing; empty when it says only one.
    `origin`: a keyed hash of where it came from, None where that means nothing.
    """

    text: str
    intent: str
    confidence: float = 1.0
    choice: str | None = None
    clauses: tuple[Utterance, ...] = ()
    origin: str | None = None

    @property
    def is_button(self) -> bool:
        """Whether it came from a button that we sent (its payload is trusted, its text is a title)."""
        return self.choice is not None


@dataclass(frozen=True)
class Say:
    """A text to say: the key of a response and the values it needs."""

    key: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Reply:
    """What follows an answer: texts to say, whether it was understood, and what comes next.

    `ends`: the questions end here. `asks`: the texts ask themselves, so that the step's question is not repeated.
    `pending`: what the texts ask beside the intake, for the next yes or no.
    """

    says: tuple[Say, ...] = ()
    understood: bool = True
    ends: bool = False
    asks: bool = False
    pending: str | None = None


@dataclass
class Note:
    """The patient's own words, as written, and the step they were written in."""

    step: str
    text: str


@dataclass
class Intake:
    """One intake as stored. Dates are civil dates in Norway.

    What is `told_…` was said before it was asked for, and waits until it can be used. Ages are in whole years.
    `coverage_pending`: the insurer did not answer; the number in `told_policy` is checked again before booking.
    """

    id: str
    conversation_id: str
    channel: str
    language: str
    status: str = "active"
    person_id: str | None = None
    policy_id: str | None = None
    policy_failures: int = 0
    policy_help: bool = False
    subject: str | None = None
    child_person_id: str | None = None
    child_name: str | None = None
    child_birth_date: date | None = None
    child_on_policy: bool | None = None
    young_agreed: bool | None = None
    guardian_confirmed: bool | None = None
    reason_kind: str | None = None
    reason_done: bool = False
    duration_text: str | None = None
    severity_text: str | None = None
    warning_answer: str | None = None
    told_policy: str | None = None
    coverage_pending: bool = False
    told_child_name: str | None = None
    told_child_age: int | None = None
    notes: list[Note] = field(default_factory=list)
    updated_at: datetime | None = None
    """When it was last worked on, in UTC."""

    def words(self) -> list[str]:
        """What the patient wrote as the reason, word for word, in order."""
        return [note.text for note in self.notes if note.step == Step.REASON.value]
