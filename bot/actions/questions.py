"""Answers to questions about the service, at any time."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions import turn as turns
from clinic import hours


class AnswerQuestion(Action):
    """Says the response named after the intent; the form, when active, then asks its step again."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_answer_question"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """A human is another number at night."""
        turn = turns.read(tracker)
        key = f"utter_{turn.utterance.intent}"
        if turn.utterance.intent == "talk_to_human" and not hours.is_open(turn.clinic.clock.now()):
            key = "utter_talk_to_human_closed"
        dispatcher.utter_message(response=key)
        return [SlotSet("misses", 0)]
