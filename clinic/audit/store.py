"""The audit_events table: rows are added and read, never changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from clinic.clock import Clock
from clinic.storage import Database
from clinic.storage.tables import AuditEventRow


@dataclass(frozen=True)
class AuditEvent:
    """One thing that was done, at a UTC time."""

    at: datetime
    actor: str
    action: str
    subject_type: str
    subject_id: str
    detail: dict[str, Any]


class Audit:
    """Writes the trail in the transaction that is open, so that a deed and its trace stand or fall together."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Keep the trail in `database`."""
        self._database = database
        self._clock = clock

    def record(self, actor: str, action: str, subject_type: str, subject_id: str, **detail: Any) -> None:
        """Note that `actor` ("patient", "system", "operator" …) did `action` ("intake.booked" …) to a record.

        `detail` must be JSON and must not hold personal data: no names, numbers, addresses or health text.
        """
        with self._database.session() as session:
            session.add(
                AuditEventRow(
                    at=self._clock.now(),
                    actor=actor,
                    action=action,
                    subject_type=subject_type,
                    subject_id=subject_id,
                    detail=detail,
                )
            )

    def list(self, subject_type: str, subject_id: str) -> list[AuditEvent]:
        """Return what was done to one record, oldest first."""
        statement = (
            select(AuditEventRow)
            .where(AuditEventRow.subject_type == subject_type, AuditEventRow.subject_id == subject_id)
            .order_by(AuditEventRow.at)
        )
        with self._database.read() as session:
            return [
                AuditEvent(row.at, row.actor, row.action, row.subject_type, row.subject_id, row.detail)
                for row in session.execute(statement).scalars()
            ]
