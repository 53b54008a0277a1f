"""What the screen takes and what it answers."""

from __future__ import annotations

from dataclasses import dataclass

DECISIONS = ("emergency", "mental_crisis", "poison", "urgent", "clarify", "none")
"""Every decision, the most serious first.

emergency      a red criterion: 113
mental_crisis  suicidal plan, attempt or wish, self-harm, dangerous psychosis: always 116 123, 113 when in danger
poison         swallowed, inhaled, too much of a medicine: 113 with symptoms, else Giftinformasjonen
urgent         yellow in the Index: legevakt 116 117 now
clarify        a grave sign, unclear whether it is now: ask, with 113 in the text
none           nothing found; it does not mean that nothing is wrong
"""


@dataclass(frozen=True)
class Span:
    """A piece of the message: offsets as in `text[start:end]`, and the words themselves."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Context:
    """What was said before in the same conversation, oldest first; signs there count together with the message."""

    earlier: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """What the screen found in one message.

    Attributes:
        text: the message as it came.
        decision: one of `DECISIONS`.
        category: the chapter's short name ("breathing"), None when nothing was found.
        evidence: the words that decided, in the order of the message.
        cancelled: signs that were seen but do not count: denied, long past, feared, figurative, about an animal.
        advice_key: which advice to give, a name under `triage.` in the texts; None when nothing was found.
        explanation: one English sentence for the clinical review; it holds no words of the patient.
        language: "nb" or "en": the given one, else the one the message seems to be in.
    """

    text: str
    decision: str
    category: str | None
    evidence: tuple[Span, ...]
    cancelled: tuple[Span, ...]
    advice_key: str | None
    explanation: str
    language: str
