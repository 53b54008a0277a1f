"""What the bot says when the screen has found something, and how the patient goes on from there."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions import turn as turns
from bot.actions.booking import say_waiting
from clinic.triage import screen

_MAY_GO_ON = frozenset({"urgent", "mental_crisis", "poison"})
"""Decisions after which the patient may still want a doctor here; after `emergency` it must have been a mistake."""


class Screen(Action):
    """Gives the advice of the screen's finding and stops the questions; nothing said is lost."""

    def name(self) -> str:
        """Name in the domain; predicted by the screen policy."""
        return "action_screen"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """The finding itself was recorded where the message came in (connectors)."""
        turn = turns.read(tracker)
        decision = turn.utterance.intent
        key = turn.advice or screen(turn.utterance.text, child_age=turn.child_age).advice_key or decision
        turn.clinic.intakes.keep_words(turn.conversation_id, turn.utterance)
        say_advice(dispatcher, turn, decision, key)
        pending = "clarify" if decision == "clarify" else None
        return [*turns.leave_form(), SlotSet("pending_question", pending), SlotSet("misses", 0)]


def say_advice(dispatcher: CollectingDispatcher, turn: turns.Turn, decision: str, advice_key: str) -> None:
    """The advice with the ways on that fit the decision."""
    if decision == "clarify":
        buttons = [("yes", "/affirm"), ("no", "/deny")]
    elif decision in _MAY_GO_ON:
        buttons = [("carry_on", "/carry_on"), ("not_emergency", "/not_emergency")]
    else:
        buttons = [("not_emergency", "/not_emergency")]
    dispatcher.utter_message(
        text=turn.text(f"triage.{advice_key}"),
        buttons=[{"title": turn.text(f"choices.{key}"), "payload": payload} for key, payload in buttons],
        json_message={"type": "advice", "decision": decision},
    )


def happening_now(dispatcher: CollectingDispatcher, turn: turns.Turn) -> list[EventType]:
    """Yes, it is happening now: the advice for an emergency."""
    say_advice(dispatcher, turn, "emergency", "emergency")
    return [*turns.leave_form(), SlotSet("pending_question", None)]


def not_happening_now(dispatcher: CollectingDispatcher, turn: turns.Turn) -> list[EventType]:
    """No: thanks for answering, 113 if it comes back, and on where the patient was."""
    dispatcher.utter_message(response="utter_not_happening_now")
    return go_on_or_menu(dispatcher, turn)


class NotEmergency(Action):
    """ "This was a mistake": recorded for clinical review; goes on exactly where the patient was."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_not_emergency"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """113 stays in the text."""
        turn = turns.read(tracker)
        if not turn.clinic.findings.list(turn.conversation_id) and not turn.clinic.intakes.was_stopped(
            turn.conversation_id
        ):
            # "It's urgent" is near "it is not urgent" for a classifier: without an alarm before, it is no mistake.
            dispatcher.utter_message(response="utter_faq_how_fast")
            return []
        turn.clinic.findings.mark_mistake(turn.conversation_id)
        dispatcher.utter_message(response="utter_not_emergency")
        return go_on_or_menu(dispatcher, turn)


def go_on_or_menu(dispatcher: CollectingDispatcher, turn: turns.Turn) -> list[EventType]:
    """Back to the step of the open intake, else to the appointment that is waited for, else what can be done here.

    What led to the alarm does not count again.
    """
    turn.clinic.recent_words.forget(turn.conversation_id)
    if turn.clinic.intakes.resume(turn.conversation_id):
        return turns.go_on()
    if not say_waiting(dispatcher, turn):
        dispatcher.utter_message(response="utter_menu")
    return [SlotSet("pending_question", None)]
