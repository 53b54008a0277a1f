"""Booking as the bot uses it: each call is one transaction, with its outbox messages and its audit event."""

from __future__ import annotations

from clinic import hours
from clinic.ages import Ages
from clinic.audit import Audit
from clinic.booking.model import Appointment, IntakeIncomplete, Patient, ServiceClosed
from clinic.booking.store import AppointmentStore
from clinic.clock import Clock, oslo_date, to_oslo
from clinic.identity.persons import Persons
from clinic.intake.progress import next_step, progress
from clinic.intake.store import IntakeStore
from clinic.messaging import Message, Outbox
from clinic.storage import Database
from clinic.video import Video


class Appointments:
    """Books, finds and cancels. Everyone only ever reaches their own: look-ups take the person's id."""

    def __init__(
        self, database: Database, clock: Clock, persons: Persons, outbox: Outbox, video: Video, audit: Audit, ages: Ages
    ) -> None:
        self._database = database
        self._clock = clock
        self._persons = persons
        self._outbox = outbox
        self._video = video
        self._audit = audit
        self._ages = ages
        self._store = AppointmentStore()
        self._intakes = IntakeStore()

    def book(self, intake_id: str) -> Appointment:
        """Books a confirmed intake; the same appointment however often it is called.

        Raises ServiceClosed outside opening hours, IntakeIncomplete when a step is missing.
        """
        now = self._clock.now()
        with self._database.session() as session:
            self._store.take_turns(session, intake_id)
            already = self._store.of_intake(session, intake_id)
            if already is not None:
                return already
            if not hours.is_open(now):
                raise ServiceClosed("Bookings can be made from 07:00 to 22:00, Oslo time.")
            intake = self._intakes.get(session, intake_id)
            if intake is None or intake.person_id is None or intake.status != "confirmed":
                raise IntakeIncomplete("The patient has not confirmed the intake.")
            if next_step(progress(intake, self._persons.get(intake.person_id), oslo_date(now), self._ages)) is not None:
                raise IntakeIncomplete("A step of the intake is not answered.")
            if intake.policy_id is None:
                raise IntakeIncomplete("The insurance has not been checked.")
            appointment, is_new = self._store.insert(session, intake_id, intake.person_id, now)
            if is_new:
                intake.status = "booked"
                self._intakes.save(session, intake, now)
                self._tell(appointment, "booked", f"booked:{appointment.id}")
                self._audit.record("patient", "appointment.booked", "appointment", appointment.id)
        return appointment

    def waiting_for(self, person_id: str, conversation_id: str | None = None) -> Appointment | None:
        """The person's appointment for which a doctor is still expected.

        Of several, the one made in this conversation is meant, else the newest.
        """
        with self._database.read() as session:
            found = self._store.of_person(session, person_id, conversation_id)
        return next((appointment for appointment in found if appointment.is_waiting(self._clock.now())), None)

    def get(self, appointment_id: str) -> Appointment | None:
        """An appointment by its id, for whoever holds its video link."""
        with self._database.read() as session:
            return self._store.get(session, appointment_id)

    def patient_of(self, appointment: Appointment) -> Patient:
        """Who the consultation is for: the child where it is about a child, else the person who booked."""
        with self._database.read() as session:
            intake = self._intakes.get(session, appointment.intake_id)
        assert intake is not None, "an appointment cannot be without its intake: the database forbids it"
        if intake.subject == "child" and intake.child_name:
            return Patient(intake.child_name.split()[0], intake.language)
        person = self._persons.get(appointment.person_id)
        return Patient(person.first_name if person else "", intake.language)

    def cancel(self, appointment_id: str, person_id: str) -> bool:
        """Cancels the person's own appointment; False when it is not theirs or was cancelled already."""
        with self._database.session() as session:
            appointment = self._store.get(session, appointment_id)
            if appointment is None or appointment.person_id != person_id:
                return False
            if not self._store.cancel(session, appointment_id, self._clock.now()):
                return False
            self._outbox.withdraw(f"booked:{appointment_id}", f"link:{appointment_id}")
            self._tell(appointment, "cancelled", f"cancelled:{appointment_id}")
            self._audit.record("patient", "appointment.cancelled", "appointment", appointment_id)
        return True

    def resend_link(self, appointment: Appointment) -> None:
        """Sends the message with the link again, at most once a minute."""
        minute = self._clock.now().strftime("%Y%m%d%H%M")
        with self._database.session():
            self._tell(appointment, "booked", f"link:{appointment.id}:{minute}")

    def _tell(self, appointment: Appointment, kind: str, unique_key: str) -> None:
        with self._database.session() as session:
            conversation_id, channel, language = self._store.conversation_of(session, appointment.intake_id)
            self._outbox.put(
                Message(
                    unique_key=unique_key,
                    conversation_id=conversation_id,
                    channel=channel,
                    kind=kind,
                    language=language,
                    values={
                        "reference": appointment.reference,
                        "before": f"{to_oslo(appointment.contact_before):%H:%M}",
                        "link": self._video.link(appointment),
                    },
                    expires_at=self._video.expires_at(appointment),
                )
            )
