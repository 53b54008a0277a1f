"""When nothing was understood: what it may have meant, then choices, then the telephone. Nothing said is lost."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions import turn as turns
from clinic import hours
from clinic.texts import TextMissing

_BY_MISSES = {1: "utter_misunderstood", 2: "utter_misunderstood_choices"}
_MISSES_UNTIL_CHOICES = 2
_MISSES_UNTIL_PHONE = 3
_WORTH_OFFERING = 0.1
"""Confidence from which a meaning is offered; the classifier acts by itself only from 0.35."""
_MOST_OFFERED = 3


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
        has_intake = not turns.in_form(tracker) and turn.clinic.intakes.state(turn.conversation_id) is not None
        if misses == 1 and has_intake:
            dispatcher.utter_message(response="utter_resume_offer")
        elif misses > _MISSES_UNTIL_CHOICES or not _offer_meanings(dispatcher, turn):
            dispatcher.utter_message(response=_BY_MISSES.get(misses, "utter_misunderstood_phone"))
        now = turn.clinic.clock.now()
        if not hours.is_open(now):
            dispatcher.utter_message(response="utter_closed", opens=f"{hours.next_opening(now):%H:%M}")
        return [SlotSet("misses", misses)]


def help_in_form(dispatcher: CollectingDispatcher, turn: turns.Turn, misses: int) -> None:
    """What is said beside a step that was not understood `misses` times in a row.

    Said again only after as many misses more: nobody wants the same sentence each time.
    """
    round_of_misses = misses % _MISSES_UNTIL_PHONE
    if round_of_misses == 0:
        dispatcher.utter_message(response="utter_misunderstood_phone")
    elif round_of_misses == _MISSES_UNTIL_CHOICES and not _offer_meanings(dispatcher, turn):
        dispatcher.utter_message(response="utter_misunderstood_choices")


def _offer_meanings(dispatcher: CollectingDispatcher, turn: turns.Turn) -> bool:
    """The two or three likeliest meanings as buttons, and a human; False when nothing is likely enough."""
    buttons: list[dict[str, str]] = []
    for intent, confidence in turn.likely:
        title = _title(turn, intent)
        if title and confidence >= _WORTH_OFFERING and len(buttons) < _MOST_OFFERED:
            buttons.append({"title": title, "payload": f"/{intent}"})
    if not buttons:
        return False
    buttons.append({"title": turn.text("choices.meaning.talk_to_human"), "payload": "/talk_to_human"})
    dispatcher.utter_message(response="utter_did_you_mean", buttons=buttons)
    return True


def _title(turn: turns.Turn, intent: str) -> str | None:
    """What a meaning is called on a button; None for those that are not offered."""
    if intent == "talk_to_human":
        return None  # stands there always
    try:
        return turn.text(f"choices.meaning.{intent}")
    except TextMissing:
        return None
