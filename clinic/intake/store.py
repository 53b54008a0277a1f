"""Intakes in the database. Every call works inside the caller's transaction."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinic.intake.model import Intake, Note
from clinic.storage.tables import IntakeNoteRow, IntakeRow

OPEN = ("active", "confirmed")
"""Statuses of an intake that is still under way."""

_PLAIN = (
    "status", "person_id", "policy_id", "policy_failures", "policy_help", "subject", "child_person_id", "child_name",
    "child_on_policy", "young_agreed", "reason_kind", "reason_done", "duration_text", "severity_text", "warning_answer",
    "language", "guardian_confirmed", "coverage_pending", "told_policy", "told_child_name", "told_child_age",
)  # fmt: skip


class IntakeStore:
    """Reads and writes intakes with their notes."""

    def create(self, session: Session, conversation_id: str, channel: str, language: str, now: datetime) -> Intake:
        """A new, empty, active intake."""
        row = IntakeRow(
            conversation_id=conversation_id, channel=channel, language=language, status="active",
            policy_failures=0, policy_help=False, reason_done=False, created_at=now, updated_at=now,
        )  # fmt: skip
        session.add(row)
        session.flush()
        return _intake(row, [])

    def open_in(self, session: Session, conversation_id: str) -> Intake | None:
        """The intake under way in a conversation, None when there is none."""
        return self._find(session, conversation_id, open_only=True)

    def latest_in(self, session: Session, conversation_id: str) -> Intake | None:
        """The newest intake of a conversation, whatever became of it."""
        return self._find(session, conversation_id, open_only=False)

    def get(self, session: Session, intake_id: str) -> Intake | None:
        """An intake by its id."""
        row = session.get(IntakeRow, intake_id)
        return None if row is None else _intake(row, self._notes(session, row.id))

    def save(self, session: Session, intake: Intake, now: datetime) -> None:
        """Writes everything that may have changed, notes included; notes are never deleted."""
        row = session.get(IntakeRow, intake.id)
        for name in _PLAIN:
            setattr(row, name, getattr(intake, name))
        row.child_birth_date = intake.child_birth_date.isoformat() if intake.child_birth_date else None
        row.updated_at = now
        kept = self._notes(session, intake.id)
        for position, note in enumerate(intake.notes):
            if position < len(kept):
                kept[position].step = note.step
            else:
                session.add(
                    IntakeNoteRow(
                        intake_id=intake.id, position=position, step=note.step, text=note.text, created_at=now
                    )
                )
        session.flush()

    def open_elsewhere(self, session: Session, person_id: str, conversation_id: str) -> Intake | None:
        """The newest active intake of a person in any other conversation."""
        query = select(IntakeRow).where(
            IntakeRow.person_id == person_id, IntakeRow.conversation_id != conversation_id, IntakeRow.status == "active"
        )
        row = session.scalars(query.order_by(IntakeRow.updated_at.desc())).first()
        return None if row is None else _intake(row, self._notes(session, row.id))

    def move(self, session: Session, intake: Intake, replaced: Intake, now: datetime) -> None:
        """Let an intake go on in the conversation, channel and language of the one it replaces, which is put away."""
        replaced.status = "abandoned"
        self.save(session, replaced, now)
        intake.conversation_id, intake.channel = replaced.conversation_id, replaced.channel
        intake.language = replaced.language
        row = session.get(IntakeRow, intake.id)
        row.conversation_id, row.channel = intake.conversation_id, intake.channel
        self.save(session, intake, now)

    def _find(self, session: Session, conversation_id: str, open_only: bool) -> Intake | None:
        query = select(IntakeRow).where(IntakeRow.conversation_id == conversation_id)
        if open_only:
            query = query.where(IntakeRow.status.in_(OPEN))
        row = session.scalars(query.order_by(IntakeRow.created_at.desc(), IntakeRow.updated_at.desc())).first()
        return None if row is None else _intake(row, self._notes(session, row.id))

    def _notes(self, session: Session, intake_id: str) -> list[IntakeNoteRow]:
        query = select(IntakeNoteRow).where(IntakeNoteRow.intake_id == intake_id).order_by(IntakeNoteRow.position)
        return list(session.scalars(query))


def _intake(row: IntakeRow, notes: list[IntakeNoteRow]) -> Intake:
    intake = Intake(row.id, row.conversation_id, row.channel, row.language)
    for name in _PLAIN:
        setattr(intake, name, getattr(row, name))
    intake.child_birth_date = date.fromisoformat(row.child_birth_date) if row.child_birth_date else None
    intake.updated_at = row.updated_at
    intake.notes = [Note(note.step, note.text) for note in notes]
    return intake
