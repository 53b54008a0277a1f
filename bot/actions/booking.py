"""The booking and what comes after it: status, cancelling, the link once more. Everyone sees only their own."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions import turn as turns
from bot.actions.asking import send_login_link
from clinic import hours
from clinic.booking import Appointment, IntakeIncomplete, ServiceClosed
from clinic.clock import to_oslo
from clinic.identity.persons import Person
from clinic.intake import Step


class FinishIntake(Action):
    """Books when the patient has said yes to the summary; the database decides, not the slots."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_finish_intake"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Creates the booking exactly once; says so kindly when it closed in between."""
        turn = turns.read(tracker)
        state = turn.clinic.intakes.state(turn.conversation_id)
        if state is None or state.intake.status != "confirmed" or state.person is None:
            return []
        if state.intake.coverage_pending:
            unsettled = turn.clinic.intakes.settle_coverage(turn.conversation_id)
            if unsettled is not None:
                turns.utter(dispatcher, unsettled.says)
                if unsettled.ends:
                    return turns.leave_form()
                return [*turns.go_on(), SlotSet("already_asked", True)]
        try:
            appointment = turn.clinic.appointments.book(state.intake.id)
        except ServiceClosed:
            dispatcher.utter_message(response="utter_closed_now", opens=opening(turn))
            return turns.leave_form()
        except IntakeIncomplete:
            turn.clinic.intakes.resume(turn.conversation_id)
            return turns.go_on()
        _say_with_link(dispatcher, turn, "utter_booked", appointment)
        return [SlotSet("misses", 0)]


def opening(turn: turns.Turn) -> str:
    """When the service opens next, as Oslo clock time."""
    return f"{hours.next_opening(turn.clinic.clock.now()):%H:%M}"


def _say_with_link(dispatcher: CollectingDispatcher, turn: turns.Turn, key: str, appointment: Appointment) -> None:
    link = {
        "type": "link",
        "kind": "video",
        "url": turn.clinic.video.link(appointment),
        "label": turn.text("choices.video"),
        "reference": appointment.reference,
    }
    before = f"{to_oslo(appointment.contact_before):%H:%M}"
    dispatcher.utter_message(response=key, reference=appointment.reference, before=before, json_message=link)


def _say_status(dispatcher: CollectingDispatcher, turn: turns.Turn, appointment: Appointment) -> None:
    late = turn.clinic.clock.now() > appointment.contact_before
    _say_with_link(dispatcher, turn, "utter_appointment_late" if late else "utter_appointment_status", appointment)


def _waited_for(turn: turns.Turn) -> tuple[Person | None, Appointment | None]:
    """Who is logged in, and the appointment they wait for."""
    person = turn.clinic.login.person_of(turn.conversation_id)
    if person is None:
        return None, None
    return person, turn.clinic.appointments.waiting_for(person.id, turn.conversation_id)


def say_waiting(dispatcher: CollectingDispatcher, turn: turns.Turn) -> bool:
    """Remind a logged-in person of the appointment they wait for; False when there is none."""
    _, appointment = _waited_for(turn)
    if appointment is not None:
        _say_status(dispatcher, turn, appointment)
    return appointment is not None


def own_appointment(dispatcher: CollectingDispatcher, turn: turns.Turn) -> Appointment | None:
    """The logged-in person's waiting appointment; asks for login first, and says so when there is none."""
    person, appointment = _waited_for(turn)
    if person is None:
        send_login_link(dispatcher, turn, "utter_login_to_see")
    elif appointment is None:
        dispatcher.utter_message(response="utter_no_appointment")
    return appointment


class MyAppointment(Action):
    """When the doctor comes, and the link."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_my_appointment"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Only the logged-in person's own."""
        turn = turns.read(tracker)
        appointment = own_appointment(dispatcher, turn)
        if appointment is not None:
            _say_status(dispatcher, turn, appointment)
        return [SlotSet("misses", 0)]


class CancelAppointment(Action):
    """Asks before it cancels."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_cancel_appointment"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """The yes is taken by `action_affirm`."""
        turn = turns.read(tracker)
        appointment = own_appointment(dispatcher, turn)
        if appointment is None:
            return []
        before = f"{to_oslo(appointment.contact_before):%H:%M}"
        dispatcher.utter_message(response="utter_cancel_sure", before=before, reference=appointment.reference)
        return [*turns.leave_form(), SlotSet("pending_question", "cancel")]


def cancel_now(dispatcher: CollectingDispatcher, turn: turns.Turn) -> list[EventType]:
    """Cancels the logged-in person's appointment after their yes."""
    appointment = own_appointment(dispatcher, turn)
    if appointment is not None:
        turn.clinic.appointments.cancel(appointment.id, appointment.person_id)
        dispatcher.utter_message(response="utter_cancelled", reference=appointment.reference)
    return [SlotSet("pending_question", None)]


class ResendLink(Action):
    """Sends the video link again, here and through the outbox; while the login is asked for, the login link."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_resend_link"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Only the logged-in person's own."""
        turn = turns.read(tracker)
        if turns.requested_step(tracker) is Step.LOGIN:
            send_login_link(dispatcher, turn, "utter_ask_login")
            return [SlotSet("already_asked", True), SlotSet("misses", 0)]
        appointment = own_appointment(dispatcher, turn)
        if appointment is not None:
            turn.clinic.appointments.resend_link(appointment)
            _say_with_link(dispatcher, turn, "utter_link_again", appointment)
        return [SlotSet("misses", 0)]
