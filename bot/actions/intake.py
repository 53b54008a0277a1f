"""Starting the intake, and taking each message as the answer to the step that was asked."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions import turn as turns
from bot.actions.misunderstandings import help_in_form
from clinic import hours
from clinic.clock import to_oslo
from clinic.intake import Step
from clinic.intake.corrections import PARTS, part_named

_ASKED_IN_FULL = frozenset({Step.LOGIN, Step.CHILD})
"""Steps whose question holds what is needed to answer it: a link, the names of the children."""


class StartIntake(Action):
    """Opens the intake when the service is open; what the patient wrote already is kept."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_start_intake"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Says so when closed; asks first when an appointment is already waiting; else starts the form."""
        turn = turns.read(tracker)
        now = turn.clinic.clock.now()
        if not hours.is_open(now):
            opens = hours.next_opening(now)
            dispatcher.utter_message(response="utter_closed", opens=f"{opens:%H:%M}")
            return turns.leave_form()
        if turns.in_form(tracker) and turn.clinic.intakes.state(turn.conversation_id) is not None:
            return []
        person = turn.clinic.login.person_of(turn.conversation_id)
        waiting = turn.clinic.appointments.waiting_for(person.id) if person else None
        if waiting is not None and turn.clinic.intakes.state(turn.conversation_id) is None:
            dispatcher.utter_message(response="utter_already_booked", before=f"{to_oslo(waiting.contact_before):%H:%M}")
            return [SlotSet("pending_question", "new_intake")]
        if turn.clinic.coverage.takes_time:
            turn.clinic.intakes.prepare(turn.conversation_id, None, turn.utterance)
        return begin(dispatcher, turn)


def begin(dispatcher: CollectingDispatcher, turn: turns.Turn) -> list[EventType]:
    """Opens the intake in the database and starts the form."""
    says = turn.clinic.intakes.begin(turn.conversation_id, turn.channel, turn.language, turn.utterance)
    turns.utter(dispatcher, says)
    return [SlotSet("misses", 0), *turns.go_on()]


class ValidateIntakeForm(Action):
    """Hands the message to the step that was asked; what is no answer is left to the rules."""

    def name(self) -> str:
        """Name in the domain; Rasa calls it whenever the form runs."""
        return "validate_intake_form"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Returns the steps' states; nothing at all when the message was no answer (the form then steps aside)."""
        turn = turns.read(tracker)
        step = turns.requested_step(tracker)
        misses = turn.misses
        ends = asks = False
        pending = None
        if turn.clinic.coverage.takes_time:
            turn.clinic.intakes.prepare(turn.conversation_id, step, turn.utterance)
        if step is not None and not turns.answered_beside(tracker):
            reply = turn.clinic.intakes.answer(turn.conversation_id, step, turn.utterance)
            if reply is None:
                return []
            misses = 0 if reply.understood else misses + 1
            # The second time in other words; what was not understood is asked once, not twice.
            again = misses > 0 and misses % 2 == 0
            turns.utter(dispatcher, turns.in_other_words(reply.says, domain) if again else reply.says)
            if not reply.understood:
                help_in_form(dispatcher, turn, misses)
            ends, pending = reply.ends, reply.pending
            asks = reply.asks or (not reply.understood and step not in _ASKED_IN_FULL)
        state = turn.clinic.intakes.state(turn.conversation_id)
        # Always one event, which tells the form that the message was taken.
        events: list[EventType] = [SlotSet("misses", misses)]
        events += turns.changed(tracker, {"already_asked": True if asks else None, **(state.steps if state else {})})
        if ends or state is None:
            events.append(SlotSet(turns.REQUESTED_SLOT, None))
        if pending is not None:
            events.append(SlotSet("pending_question", pending))
        return events


class ContinueAfterLogin(Action):
    """Goes on after a login that came while the form was not active."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_continue_after_login"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Says hello and takes up the intake, or what the login was asked for."""
        turn = turns.read(tracker)
        person = turn.clinic.login.person_of(turn.conversation_id)
        if person is None:
            dispatcher.utter_message(response="utter_not_logged_in_yet")
            return []
        dispatcher.utter_message(response="utter_logged_in", first_name=person.first_name)
        if turn.clinic.intakes.state(turn.conversation_id) is not None:
            return turns.go_on()
        dispatcher.utter_message(response="utter_menu")
        return []


class ChangeAnswer(Action):
    """Opens one part of the intake again when the form is not active (in the form the step does it)."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_change_answer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Changes the named part and goes on, or asks which part; says so when there is nothing to change."""
        turn = turns.read(tracker)
        if turn.clinic.intakes.was_stopped(turn.conversation_id):
            turn.clinic.intakes.resume(turn.conversation_id)
        if turn.clinic.intakes.state(turn.conversation_id) is None:
            dispatcher.utter_message(response="utter_nothing_to_change")
            return []
        choice = turn.utterance.choice
        part = Step(choice) if choice in {step.value for step in PARTS} else part_named(turn.utterance.text)
        if part is None:
            dispatcher.utter_message(response="utter_what_to_change")
            return []
        turn.clinic.intakes.correct(turn.conversation_id, part)
        dispatcher.utter_message(response="utter_changing")
        return turns.go_on()
