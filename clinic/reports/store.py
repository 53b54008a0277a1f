"""Reads bookings together with their intake, the patient's own words and the policy."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinic.clock import oslo_date
from clinic.identity.national_id import age_on
from clinic.intake.note import NoteItem, note_of
from clinic.reports.model import BookingReport
from clinic.storage import Database
from clinic.storage.tables import AppointmentRow, IntakeNoteRow, IntakeRow, PersonRow, PolicyRow


class Reports:
    """Reads the database; changes nothing."""

    def __init__(self, database: Database) -> None:
        """Read from `database`."""
        self._database = database

    def bookings(self, limit: int = 1000) -> list[BookingReport]:
        """Return the newest bookings, newest first; ages are those on the day of booking, in Oslo."""
        statement = (
            select(AppointmentRow, IntakeRow, PersonRow.birth_date, PolicyRow.number)
            .join(IntakeRow, IntakeRow.id == AppointmentRow.intake_id)
            .join(PersonRow, PersonRow.id == AppointmentRow.person_id)
            .outerjoin(PolicyRow, PolicyRow.id == IntakeRow.policy_id)
            .order_by(AppointmentRow.booked_at.desc(), AppointmentRow.id)
            .limit(limit)
        )
        with self._database.read() as session:
            found = session.execute(statement).all()
            words = _words(session, [intake.id for _, intake, _, _ in found])
        return [
            BookingReport(
                appointment_id=appointment.id,
                reference=appointment.reference,
                status=appointment.status,
                booked_at=appointment.booked_at,
                contact_before=appointment.contact_before,
                cancelled_at=appointment.cancelled_at,
                channel=intake.channel,
                language=intake.language,
                subject=intake.subject,
                patient_age=_patient_age(appointment, intake, birth_date),
                reason_kind=intake.reason_kind,
                words=words.get(intake.id, ()),
                duration=intake.duration_text,
                severity=intake.severity_text,
                policy_number=number,
                note=tuple(_note(intake, words.get(intake.id, ()))),
            )
            for appointment, intake, birth_date, number in found
        ]


def _note(intake: IntakeRow, words: tuple[str, ...]) -> list[NoteItem]:
    return note_of(words, intake.duration_text, intake.severity_text, intake.warning_answer)


def _patient_age(appointment: AppointmentRow, intake: IntakeRow, booked_by: date) -> int | None:
    """Return the patient's age; None for a child whose birth date is not known."""
    born: date | None = booked_by
    if intake.subject == "child":
        born = date.fromisoformat(intake.child_birth_date) if intake.child_birth_date else None
    return None if born is None else age_on(born, oslo_date(appointment.booked_at))


def _words(session: Session, intake_ids: list[str]) -> dict[str, tuple[str, ...]]:
    """Return the patient's messages by intake, word for word, in the order they were written."""
    statement = (
        select(IntakeNoteRow.intake_id, IntakeNoteRow.text)
        .where(IntakeNoteRow.intake_id.in_(intake_ids))
        .order_by(IntakeNoteRow.intake_id, IntakeNoteRow.position)
    )
    words: defaultdict[str, list[str]] = defaultdict(list)
    for intake_id, text in session.execute(statement):
        words[intake_id].append(text)
    return {intake_id: tuple(texts) for intake_id, texts in words.items()}
