"""When nothing was understood: a kind question, then choices, then the telephone. Nothing said is lost."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions import turn as turns
from clinic import hours

_BY_MISSES = {1: "utter_misunderstood", 2: "utter_misunderstood_choices"}


class Misunderstood(Action):
    """Answers what was not understood outside the form; inside it the step itself does."""

    def name(self) -> str:
        """Name in the domain; also Rasa's fallback when no rule fits."""
        return "action_misunderstood"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """An empty message is not a misunderstanding; with an open intake the way back is offered.

        At night the nurses' number comes with it: whoever is not understood then may need help now.
        """
        turn = turns.read(tracker)
        if not turn.utterance.text.strip():
            dispatcher.utter_message(response="utter_empty_message")
            return []
        misses = turn.misses + 1
        if misses <= 2 and not turns.in_form(tracker) and turn.clinic.intakes.state(turn.conversation_id) is not None:
            dispatcher.utter_message(response="utter_resume_offer")
        else:
            dispatcher.utter_message(response=_BY_MISSES.get(misses, "utter_misunderstood_phone"))
        now = turn.clinic.clock.now()
        if not hours.is_open(now):
            dispatcher.utter_message(response="utter_closed", opens=f"{hours.next_opening(now):%H:%M}")
        return [SlotSet("misses", misses)]
