"""Appointments in the database. Every call works inside the caller's transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clinic.booking.model import PROMISE, Appointment, AppointmentStatus
from clinic.booking.reference import new_reference
from clinic.storage.tables import AppointmentRow, IntakeRow


class AppointmentStore:
    """Reads and writes appointments."""

    def insert(self, session: Session, intake_id: str, person_id: str, now: datetime) -> tuple[Appointment, bool]:
        """A new appointment and True, or the one that this intake has already got and False."""
        existing = self.of_intake(session, intake_id)
        if existing is not None:
            return existing, False
        row = AppointmentRow(
            intake_id=intake_id, person_id=person_id, reference=self._free_reference(session), status="booked",
            booked_at=now, contact_before=now + PROMISE,
        )  # fmt: skip
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:
            # Another process was quicker between the look and the insert: its appointment is this one.
            existing = self.of_intake(session, intake_id)
            if existing is None:
                raise
            return existing, False
        return _appointment(row), True

    def take_turns(self, session: Session, intake_id: str) -> None:
        """Lets two bookings of one intake follow each other, so that the second sees all that the first did."""
        session.execute(select(IntakeRow.id).where(IntakeRow.id == intake_id).with_for_update())

    def of_intake(self, session: Session, intake_id: str) -> Appointment | None:
        """The appointment of an intake."""
        row = session.scalars(select(AppointmentRow).where(AppointmentRow.intake_id == intake_id)).first()
        return None if row is None else _appointment(row)

    def get(self, session: Session, appointment_id: str) -> Appointment | None:
        """An appointment by its id."""
        row = session.get(AppointmentRow, appointment_id)
        return None if row is None else _appointment(row)

    def of_person(self, session: Session, person_id: str, conversation_id: str | None = None) -> list[Appointment]:
        """A person's appointments, newest first; before all others those made in this conversation."""
        query = (
            select(AppointmentRow)
            .join(IntakeRow, IntakeRow.id == AppointmentRow.intake_id)
            .where(AppointmentRow.person_id == person_id)
            .order_by((IntakeRow.conversation_id == conversation_id).desc(), AppointmentRow.booked_at.desc())
        )
        return [_appointment(row) for row in session.scalars(query)]

    def cancel(self, session: Session, appointment_id: str, now: datetime) -> bool:
        """Marks a booked appointment as cancelled; False when it was so already."""
        row = session.get(AppointmentRow, appointment_id, with_for_update=True)
        if row is None or row.status != AppointmentStatus.BOOKED.value:
            return False
        row.status, row.cancelled_at = AppointmentStatus.CANCELLED.value, now
        return True

    def conversation_of(self, session: Session, intake_id: str) -> tuple[str, str, str]:
        """Conversation id, channel and language of an intake."""
        row = session.get(IntakeRow, intake_id)
        return row.conversation_id, row.channel, row.language

    def _free_reference(self, session: Session) -> str:
        while True:
            reference = new_reference()
            taken = session.scalars(select(AppointmentRow.id).where(AppointmentRow.reference == reference)).first()
            if taken is None:
                return reference


def _appointment(row: AppointmentRow) -> Appointment:
    return Appointment(
        row.id, row.intake_id, row.person_id, row.reference, AppointmentStatus(row.status), row.booked_at,
        row.contact_before,
    )  # fmt: skip
