"""After the booking: cancelled once, waited for, the link once more, and everyone only their own."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

from clinic.booking import Appointment, AppointmentStatus
from clinic.booking.model import WAITED_FOR
from clinic.clock import FixedClock
from clinic.container import Container
from tests.support.bookings import message_kinds
from tests.support.intakes import ready_intake

PRESSES = 12


def test_cancelling_twice_is_cancelling_once(container: Container) -> None:
    ready = ready_intake(container)
    appointment = container.appointments.book(ready.intake_id)
    assert container.appointments.cancel(appointment.id, ready.person.id)
    assert not container.appointments.cancel(appointment.id, ready.person.id)
    assert container.appointments.waiting_for(ready.person.id) is None
    assert message_kinds(container) == ["booked", "cancelled"]
    kept = container.appointments.get(appointment.id)
    assert kept is not None and kept.status is AppointmentStatus.CANCELLED
    actions = [event.action for event in container.audit.list("appointment", appointment.id)]
    assert sorted(actions) == ["appointment.booked", "appointment.cancelled"]


def test_cancelled_by_many_at_the_same_instant_it_is_told_once(container: Container) -> None:
    ready = ready_intake(container)
    appointment = container.appointments.book(ready.intake_id)
    together = threading.Barrier(PRESSES)

    def press(_number: int) -> bool:
        together.wait(timeout=10)
        return container.appointments.cancel(appointment.id, ready.person.id)

    with ThreadPoolExecutor(PRESSES) as pool:
        assert Counter(pool.map(press, range(PRESSES))) == {True: 1, False: PRESSES - 1}
    assert message_kinds(container) == ["booked", "cancelled"]


def test_nobody_cancels_or_sees_the_appointment_of_another(container: Container) -> None:
    kari = ready_intake(container)
    ola = ready_intake(container, "Ola", date(1979, 1, 1), "23456789")
    karis = container.appointments.book(kari.intake_id)
    assert container.appointments.waiting_for(ola.person.id) is None
    assert not container.appointments.cancel(karis.id, ola.person.id)
    olas = container.appointments.book(ola.intake_id)
    assert container.appointments.waiting_for(kari.person.id) == karis
    assert container.appointments.waiting_for(ola.person.id) == olas
    assert not container.appointments.cancel("00000000-0000-0000-0000-000000000000", ola.person.id)
    assert "cancelled" not in message_kinds(container)


def test_a_message_that_has_not_left_is_withdrawn_by_cancelling(container: Container) -> None:
    ready = ready_intake(container)
    appointment = container.appointments.book(ready.intake_id)
    container.appointments.cancel(appointment.id, ready.person.id)
    while container.outbox.send_one():
        pass
    sent = {message.kind for message in container.outbox.newest() if message.sent_at}
    assert sent == {"cancelled"}


def test_the_doctor_is_waited_for_until_an_hour_after_the_promise(container: Container, clock: FixedClock) -> None:
    ready = ready_intake(container)
    appointment = container.appointments.book(ready.intake_id)
    clock.set(appointment.contact_before + WAITED_FOR)
    assert container.appointments.waiting_for(ready.person.id) == appointment
    clock.set(appointment.contact_before + WAITED_FOR + timedelta(seconds=1))
    assert container.appointments.waiting_for(ready.person.id) is None


def test_the_newest_appointment_is_the_one_that_is_waited_for(container: Container, clock: FixedClock) -> None:
    first = ready_intake(container)
    container.appointments.book(first.intake_id)
    clock.set("2026-03-02T12:10:00")
    second = ready_intake(container)
    newest = container.appointments.book(second.intake_id)
    assert container.appointments.waiting_for(first.person.id) == newest
    container.appointments.cancel(newest.id, first.person.id)
    waiting = container.appointments.waiting_for(first.person.id)
    assert waiting is not None and waiting.intake_id == first.intake_id


def test_of_several_the_one_made_in_this_conversation_is_meant(container: Container, clock: FixedClock) -> None:
    by_sms = ready_intake(container, channel="sms")
    on_the_web = ready_intake(container, channel="web")
    assert by_sms.person.id == on_the_web.person.id
    first = container.appointments.book(by_sms.intake_id)
    clock.set("2026-03-02T12:10:00")
    second = container.appointments.book(on_the_web.intake_id)

    def meant(conversation_id: str | None) -> Appointment | None:
        return container.appointments.waiting_for(by_sms.person.id, conversation_id)

    assert meant(by_sms.conversation_id) == first
    assert meant(on_the_web.conversation_id) == second
    assert meant("sms-elsewhere") == meant(None) == second
    container.appointments.cancel(first.id, by_sms.person.id)
    assert meant(by_sms.conversation_id) == second


def test_the_link_is_sent_again_at_most_once_a_minute(container: Container, clock: FixedClock) -> None:
    appointment = container.appointments.book(ready_intake(container).intake_id)
    for second in (10, 20, 50):
        clock.set(f"2026-03-02T12:01:{second}")
        container.appointments.resend_link(appointment)
    assert message_kinds(container) == ["booked", "booked"]
    clock.set("2026-03-02T12:02:00")
    container.appointments.resend_link(appointment)
    assert message_kinds(container) == ["booked", "booked", "booked"]
    assert all(container.video.link(appointment) in message.text for message in container.outbox.newest())
