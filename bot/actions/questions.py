"""Answers to questions about the service, at any time."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions import turn as turns
from clinic import hours
from clinic.intake.asides import questions_in


class AnswerQuestion(Action):
    """Says the response named after the intent; the form, when active, then asks its step again."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_answer_question"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Several questions get several answers; a human is another number at night."""
        turn = turns.read(tracker)
        intent = turn.utterance.intent
        if intent == "talk_to_human":
            is_open = hours.is_open(turn.clinic.clock.now())
            dispatcher.utter_message(response="utter_talk_to_human" if is_open else "utter_talk_to_human_closed")
            return [SlotSet("misses", 0)]
        # Of several questions each clause is clearer than the whole.
        for asked in questions_in(turn.utterance) or [intent]:
            dispatcher.utter_message(response=f"utter_{asked}")
        return [SlotSet("misses", 0)]
