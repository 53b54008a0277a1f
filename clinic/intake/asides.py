"""Questions that stand in a message beside the answer to a step."""

from __future__ import annotations

from clinic.intake.answers import asks
from clinic.intake.limits import REASON_KINDS
from clinic.intake.model import Step, Utterance

_SURE = 0.45
_MOST = 3
"""Questions answered in one turn; more would be a wall of text."""


def questions_in(utterance: Utterance, step: Step | None = None) -> list[str]:
    """The intents (`faq_…`) of the questions in a message of several clauses, in order, each once.

    While the reason is told, "can I get antibiotics?" belongs to the reason and has its own answer there.
    """
    found = [
        clause.intent
        for clause in utterance.clauses
        if clause.intent.startswith("faq_") and clause.confidence >= _SURE and asks(clause.text)
    ]
    if step is Step.REASON:
        found = [intent for intent in found if intent not in REASON_KINDS]
    return list(dict.fromkeys(found))[:_MOST]


def statements_in(utterance: Utterance) -> list[Utterance]:
    """The clauses that ask nothing: one of them may be the answer to the step."""
    return [clause for clause in utterance.clauses if not asks(clause.text)]
