"""What the screen returns, what is kept of it, and how kept findings are chosen for review."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol


class SpanLike(Protocol):
    """A piece of the message, by offsets."""

    @property
    def start(self) -> int:
        """Offset of the first character."""
        ...

    @property
    def end(self) -> int:
        """Offset after the last character."""
        ...


class FindingLike(Protocol):
    """What the screen returned, as `clinic.triage.Finding` has it."""

    @property
    def text(self) -> str:
        """The message."""
        ...

    @property
    def decision(self) -> str:
        """What to do."""
        ...

    @property
    def category(self) -> str | None:
        """Which chapter it belongs to."""
        ...

    @property
    def evidence(self) -> Sequence[SpanLike]:
        """The words that decided."""
        ...

    @property
    def cancelled(self) -> Sequence[SpanLike]:
        """The words that were seen but do not count."""
        ...

    @property
    def advice_key(self) -> str | None:
        """Which advice was given."""
        ...

    @property
    def explanation(self) -> str:
        """Which rules were met, without the patient's words."""
        ...

    @property
    def language(self) -> str | None:
        """The language of the message."""
        ...


@dataclass(frozen=True)
class FindingSummary:
    """A kept finding without anything the patient wrote; `explanation` is None where it was not kept yet."""

    id: str
    at: datetime
    channel: str
    step: str | None
    decision: str
    category: str | None
    explanation: str | None
    cancelled: int | None
    """How many pieces of the message were seen but did not count; None where it was not kept yet."""
    language: str | None
    marked_mistake_at: datetime | None


@dataclass(frozen=True)
class FindingRecord:
    """A kept finding; `evidence` and `cancelled` are lists of {"start", "end"} offsets into `text`.

    `cancelled` and `explanation` are None for findings from before they were kept.
    """

    id: str
    conversation_id: str
    intake_id: str | None
    at: datetime
    channel: str
    step: str | None
    decision: str
    category: str | None
    advice_key: str | None
    evidence: list[dict[str, int]]
    cancelled: list[dict[str, int]] | None
    explanation: str | None
    text: str
    language: str | None
    marked_mistake_at: datetime | None


@dataclass(frozen=True)
class FindingFilter:
    """Which findings to show; what is None or False lets all through. Days are those of Norway, both included."""

    decision: str | None = None
    category: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    only_mistakes: bool = False

    def as_json(self) -> dict[str, str | bool]:
        """What has been chosen, for the audit trail."""
        chosen = {
            "decision": self.decision,
            "category": self.category,
            "first_day": self.first_day and self.first_day.isoformat(),
            "last_day": self.last_day and self.last_day.isoformat(),
            "only_mistakes": self.only_mistakes,
        }
        return {name: value for name, value in chosen.items() if value}


@dataclass(frozen=True)
class FindingPage:
    """Some of the findings that a filter lets through: page `number` of `pages`, of `total` findings in all."""

    findings: list[FindingRecord]
    number: int
    pages: int
    total: int
