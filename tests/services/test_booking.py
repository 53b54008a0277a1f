"""Booking: exactly once, only what was answered and confirmed, and only while open."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from clinic.booking import Appointment, AppointmentStatus, IntakeIncomplete, ServiceClosed
from clinic.booking.model import PROMISE
from clinic.booking.reference import ALPHABET, new_reference
from clinic.clock import FixedClock
from clinic.container import Container
from clinic.intake.store import IntakeStore
from clinic.storage import DatabaseUnavailable
from tests.support.bookings import booked_count, intake_status, message_kinds
from tests.support.intakes import WORDS, change, ready_intake

PRESSES = 12


def test_a_doctor_is_promised_within_20_minutes(container: Container, clock: FixedClock) -> None:
    ready = ready_intake(container)
    appointment = container.appointments.book(ready.intake_id)
    assert appointment.booked_at == clock.now()
    assert appointment.contact_before == clock.now() + timedelta(minutes=20)
    assert timedelta(minutes=20) == PROMISE
    assert appointment.status is AppointmentStatus.BOOKED
    assert intake_status(container, ready.intake_id) == "booked"
    assert container.appointments.waiting_for(ready.person.id) == appointment
    (event,) = container.audit.list("appointment", appointment.id)
    assert (event.action, event.actor) == ("appointment.booked", "patient")


def test_the_message_has_reference_time_and_link_and_nothing_about_health(container: Container) -> None:
    appointment = container.appointments.book(ready_intake(container).intake_id)
    (message,) = container.outbox.newest()
    assert message.kind == "booked"
    assert message.channel == "sms"
    for part in (appointment.reference, "12:20", container.video.link(appointment), "113"):
        assert part in message.text
    for secret in ("Kari", "Prøvesen", WORDS, "to dager", "12345678"):
        assert secret not in message.text


def test_pressing_again_gives_the_same_appointment(container: Container, clock: FixedClock) -> None:
    intake_id = ready_intake(container).intake_id
    first = container.appointments.book(intake_id)
    clock.set("2026-03-02T12:05:00")
    assert container.appointments.book(intake_id) == first
    clock.set("2026-03-02T23:10:00")
    assert container.appointments.book(intake_id) == first, "what was booked in time stays booked after closing"
    assert booked_count(container) == 1
    assert message_kinds(container) == ["booked"]


def test_pressed_by_many_at_the_same_instant_it_is_booked_once(container: Container) -> None:
    intake_id = ready_intake(container).intake_id
    together = threading.Barrier(PRESSES)

    def press(_number: int) -> Appointment:
        together.wait(timeout=10)
        return container.appointments.book(intake_id)

    with ThreadPoolExecutor(PRESSES) as pool:
        booked = list(pool.map(press, range(PRESSES)))
    assert len({appointment.id for appointment in booked}) == 1
    assert len({appointment.reference for appointment in booked}) == 1
    assert booked_count(container) == 1
    assert message_kinds(container) == ["booked"]
    assert len(container.audit.list("appointment", booked[0].id)) == 1


def test_two_processes_book_once(container: Container) -> None:
    intake_id = ready_intake(container).intake_id
    other = Container(container.settings, container.clock)
    together = threading.Barrier(2)

    def press(which: Container) -> Appointment:
        together.wait(timeout=10)
        return which.appointments.book(intake_id)

    with ThreadPoolExecutor(2) as pool:
        one, two = pool.map(press, (container, other))
    other.close()
    assert one == two
    assert booked_count(container) == 1
    assert message_kinds(container) == ["booked"]


@pytest.mark.parametrize(
    "missing",
    [
        {"status": "active"},
        {"status": "stopped"},
        {"status": "abandoned"},
        {"person_id": None},
        {"policy_id": None},
        {"subject": None},
        {"reason_done": False},
        {"duration_text": None},
        {"severity_text": None},
        {"warning_answer": None},
        {"warning_answer": "yes"},
        {"subject": "child"},
        {"subject": "child", "child_name": "Emma"},
        {"subject": "child", "child_birth_date": date(2022, 9, 14)},
        {"subject": "child", "child_name": "Sander", "child_birth_date": date(2009, 7, 19)},
        {"subject": "child", "child_name": "Sander", "child_birth_date": date(2009, 7, 19), "young_agreed": False},
    ],
    ids=str,
)
def test_an_intake_with_a_step_missing_is_not_booked(container: Container, missing: dict[str, object]) -> None:
    ready = ready_intake(container)
    with container.database.session() as session:
        intake = IntakeStore().get(session, ready.intake_id)
    assert intake is not None
    change(container, intake, **missing)
    with pytest.raises(IntakeIncomplete):
        container.appointments.book(ready.intake_id)
    assert booked_count(container) == 0
    assert message_kinds(container) == []


def test_a_child_and_an_agreeing_young_person_can_be_booked_for(container: Container) -> None:
    child = ready_intake(
        container, subject="child", child_name="Emma Lise", child_birth_date=date(2022, 9, 14), child_on_policy=True
    )
    appointment = container.appointments.book(child.intake_id)
    assert container.appointments.patient_of(appointment).first_name == "Emma"
    young = ready_intake(
        container, "Ola", date(1979, 1, 1), "23456789",
        subject="child", child_name="Sander", child_birth_date=date(2009, 7, 19), young_agreed=True,
        guardian_confirmed=True,
    )  # fmt: skip
    assert container.appointments.book(young.intake_id).person_id == young.person.id


def test_nothing_is_booked_for_a_child_without_a_link_or_on_cover_that_was_never_checked(container: Container) -> None:
    child = ready_intake(container, subject="child", child_name="Emma", child_birth_date=date(2022, 9, 14))
    pending = ready_intake(container, "Ola", date(1979, 1, 1), "23456789", policy_id=None, coverage_pending=True)
    for ready in (child, pending):
        with pytest.raises(IntakeIncomplete):
            container.appointments.book(ready.intake_id)


def test_an_unknown_intake_is_not_booked(container: Container) -> None:
    with pytest.raises(IntakeIncomplete):
        container.appointments.book("00000000-0000-0000-0000-000000000000")


@pytest.mark.parametrize(
    "moment",
    [
        "2026-03-02T07:00:00+01:00",
        "2026-03-02T21:59:59+01:00",
        # The morning after the night that loses an hour, and the one after the night that gains one.
        "2026-03-29T07:00:00+02:00",
        "2026-03-29T06:00:00+01:00",  # the same instant
        "2026-03-29T21:59:59+02:00",
        "2026-10-25T07:00:00+01:00",
        "2026-10-25T21:59:59+01:00",
    ],
)
def test_open(container: Container, clock: FixedClock, moment: str) -> None:
    clock.set(moment)
    appointment = container.appointments.book(ready_intake(container).intake_id)
    assert appointment.contact_before - appointment.booked_at == timedelta(minutes=20)


@pytest.mark.parametrize(
    "moment",
    [
        "2026-03-02T22:00:00+01:00",
        "2026-03-02T06:59:59+01:00",
        "2026-03-02T00:00:00+01:00",
        "2026-03-29T05:59:59+01:00",  # the same instant as 06:59:59 in summer time
        "2026-03-29T01:59:59+01:00",
        "2026-03-29T03:00:00+02:00",
        "2026-03-29T06:59:59+02:00",
        "2026-03-29T22:00:00+02:00",
        "2026-10-25T02:30:00+02:00",
        "2026-10-25T02:30:00+01:00",
        "2026-10-25T07:59:59+02:00",  # still 06:59:59 in Norway
        "2026-10-25T22:00:00+01:00",
    ],
)
def test_closed(container: Container, clock: FixedClock, moment: str) -> None:
    ready = ready_intake(container)
    clock.set(moment)
    with pytest.raises(ServiceClosed):
        container.appointments.book(ready.intake_id)
    assert booked_count(container) == 0
    assert message_kinds(container) == []
    assert intake_status(container, ready.intake_id) == "confirmed", "the intake is kept for the morning"


def test_when_the_transaction_fails_neither_booking_nor_message_nor_trace_is_left(container: Container) -> None:
    ready = ready_intake(container)
    made: list[Appointment] = []

    class PowerCut(Exception):
        pass

    with pytest.raises(PowerCut), container.database.session():
        made.append(container.appointments.book(ready.intake_id))
        assert message_kinds(container) == ["booked"]
        raise PowerCut
    assert booked_count(container) == 0
    assert message_kinds(container) == []
    assert container.audit.list("appointment", made[0].id) == []
    assert intake_status(container, ready.intake_id) == "confirmed"
    assert container.appointments.book(ready.intake_id).id != made[0].id


def test_without_an_outbox_nothing_is_booked(container: Container) -> None:
    ready = ready_intake(container)
    with container.database.session() as session:
        session.execute(text("ALTER TABLE outbox_messages RENAME TO outbox_away"))
    with pytest.raises(DatabaseUnavailable):
        container.appointments.book(ready.intake_id)
    assert booked_count(container) == 0
    assert intake_status(container, ready.intake_id) == "confirmed"
    with container.database.session() as session:
        session.execute(text("ALTER TABLE outbox_away RENAME TO outbox_messages"))
    container.appointments.book(ready.intake_id)
    assert message_kinds(container) == ["booked"]


def test_references_can_be_read_aloud() -> None:
    assert not set(ALPHABET) & set("01OILBS")
    assert len(set(ALPHABET)) == len(ALPHABET)
    references = [new_reference() for _ in range(2000)]
    assert all(re.fullmatch(rf"HL-[{ALPHABET}]{{6}}", reference) for reference in references)
    assert len(set(references)) == len(references)
