"""The findings table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from clinic.clock import Clock
from clinic.findings.model import FindingLike, FindingRecord, SpanLike
from clinic.storage import Database
from clinic.storage.tables import FindingRow


class Findings:
    """Keeps findings for the doctor and for improving the screen."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Keep findings in `database`."""
        self._database = database
        self._clock = clock

    def record(
        self,
        finding: FindingLike,
        conversation_id: str,
        channel: str,
        step: str | None = None,
        intake_id: str | None = None,
    ) -> str:
        """Keep a finding and where it was made; return its id. The conversation need not exist yet."""
        row = FindingRow(
            conversation_id=conversation_id,
            intake_id=intake_id,
            at=self._clock.now(),
            channel=channel,
            step=step,
            decision=_plain(finding.decision),
            category=None if finding.category is None else _plain(finding.category),
            advice_key=finding.advice_key,
            evidence=_offsets(finding.evidence),
            cancelled=_offsets(finding.cancelled),
            explanation=finding.explanation,
            text=finding.text,
            language=finding.language,
        )
        with self._database.session() as session:
            session.add(row)
            session.flush()
            return str(row.id)

    def list(self, conversation_id: str | None = None, limit: int = 500) -> list[FindingRecord]:
        """Return the newest findings, of one conversation or of all, newest first."""
        statement = select(FindingRow).order_by(FindingRow.at.desc(), FindingRow.id).limit(limit)
        if conversation_id is not None:
            statement = statement.where(FindingRow.conversation_id == conversation_id)
        with self._database.read() as session:
            return [as_record(row) for row in session.execute(statement).scalars()]

    def mark_mistake(self, conversation_id: str) -> bool:
        """Note that the patient called the latest finding a mistake; return whether there was one to mark."""
        statement = (
            select(FindingRow)
            .where(FindingRow.conversation_id == conversation_id, FindingRow.marked_mistake_at.is_(None))
            .order_by(FindingRow.at.desc())
            .limit(1)
        )
        with self._database.session() as session:
            row = session.execute(statement).scalar_one_or_none()
            if row is None:
                return False
            row.marked_mistake_at = self._clock.now()
            return True


def as_record(row: FindingRow) -> FindingRecord:
    """What a row of the table holds."""
    return FindingRecord(
        row.id, row.conversation_id, row.intake_id, row.at, row.channel, row.step, row.decision, row.category,
        row.advice_key, row.evidence, row.cancelled, row.explanation, row.text, row.language, row.marked_mistake_at,
    )  # fmt: skip


def _offsets(spans: Sequence[SpanLike]) -> list[dict[str, int]]:
    return [{"start": span.start, "end": span.end} for span in spans]


def _plain(value: Any) -> str:
    """Return the value of an enumeration member, or the string itself."""
    return str(getattr(value, "value", value))
