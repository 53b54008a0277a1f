"""What the handler of a step may look at and change."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from clinic.ages import Ages
from clinic.coverage import Coverage
from clinic.identity.national_id import age_on
from clinic.identity.persons import Person
from clinic.intake.answers import asks
from clinic.intake.model import Intake, Say, Step, Utterance

ASIDES = frozenset(
    {
        "talk_to_human", "switch_to_english", "switch_to_norwegian", "stop", "start_over", "log_out",
        "my_appointment", "cancel_appointment", "resend_link", "bot_challenge", "insult", "menu", "goodbye",
        "other_language",
    }
)  # fmt: skip
"""Intents that are never an answer to a step, beside the questions (`faq_…`)."""

SMALL_TALK = frozenset({"greet", "thanks", "out_of_scope", "not_emergency", "carry_on"})
"""Intents that are no answer where the answer has a form of its own, but may be a part of free text."""

_SHORT_ASIDES = frozenset({"stop", "goodbye", "insult", "menu", "start_over", "log_out"})
_SHORT_ASIDE_WORDS = 4

ASIDE_CONFIDENCE = 0.4
FREE_TEXT_ASIDE_CONFIDENCE = 0.6
"""In free text the patient's words are the answer: only a clear question is taken as one."""


@dataclass
class Context:
    """One utterance at one step of one intake."""

    intake: Intake
    step: Step
    utterance: Utterance
    person: Person | None
    coverage: Coverage
    now: datetime
    today: date
    awaits_code: bool = False
    """Somebody has logged in for this conversation in another browser, and has not typed the code yet."""
    ages: Ages = field(default_factory=Ages)

    def is_aside(self, free_text: bool = False) -> bool:
        """Whether the message is a question or a wish beside the step, to be answered without leaving it."""
        intent, confidence = self.utterance.intent, self.utterance.confidence
        needed = FREE_TEXT_ASIDE_CONFIDENCE if free_text else ASIDE_CONFIDENCE
        if confidence < needed or (free_text and intent.startswith("faq_") and not asks(self.utterance.text)):
            # "Got diarrhoea from the antibiotics" is about the patient, not about the service.
            return False
        if free_text and intent in _SHORT_ASIDES and len(self.utterance.text.split()) > _SHORT_ASIDE_WORDS:
            # "Stop, I forgot: I take Marevan" is for the doctor.
            return False
        return intent.startswith("faq_") or intent in ASIDES or (intent in SMALL_TALK and not free_text)

    def child_age(self) -> int | None:
        """The child's age in whole years today, when the birth date is known."""
        born = self.intake.child_birth_date
        return None if born is None else age_on(born, self.today)


def say(key: str, **values: object) -> Say:
    """A `Say` in one line."""
    return Say(key, dict(values))
