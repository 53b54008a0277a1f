"""What every action needs of a turn: who writes, where, in which language, what was understood; and how to answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from clinic.container import Container, current
from clinic.intake import Say, Step, Utterance

INTAKE_FORM = "intake_form"
REQUESTED_SLOT = "requested_slot"
_NOT_AN_ANSWER = frozenset({INTAKE_FORM, "action_extract_slots", "action_listen", "action_session_start"})


@dataclass(frozen=True)
class Turn:
    """One message of a conversation with what belongs to it."""

    conversation_id: str
    channel: str
    language: str
    utterance: Utterance
    child_age: float | None
    pending: str | None
    misses: int
    likely: tuple[tuple[str, float], ...] = ()
    """What the message may mean: intents with their confidence, likeliest first."""
    advice: str | None = None
    """The advice of the screen's finding, which has also read the messages before this one."""

    @property
    def clinic(self) -> Container:
        """The clinic of this process."""
        return current()

    def text(self, key: str, **values: Any) -> str:
        """A text of the clinic's catalogue (titles of buttons, advice) in the language of the conversation."""
        return self.clinic.texts.get(key, self.language, **values)


def read(tracker: Tracker) -> Turn:
    """The turn as the tracker has it. Identity is never read from slots."""
    message = tracker.latest_message
    metadata = message.get("metadata") or {}
    intent = message.get("intent") or {}
    choices = [entity["value"] for entity in message.get("entities") or [] if entity.get("entity") == "choice"]
    words = metadata.get("words", message.get("text")) or ""
    clauses = tuple(
        Utterance(
            words[clause["start"] : clause["end"]],
            clause["intent"],
            clause["confidence"],
            origin=metadata.get("origin"),
        )
        for clause in message.get("clauses") or ()
    )
    return Turn(
        conversation_id=tracker.sender_id,
        channel=tracker.get_latest_input_channel() or "rest",
        language=tracker.get_slot("language") or "nb",
        utterance=Utterance(
            text=words,
            intent=intent.get("name") or "",
            confidence=float(intent.get("confidence") or 0.0),
            choice=choices[0] if choices else None,
            clauses=clauses,
            origin=metadata.get("origin"),
        ),
        child_age=metadata.get("child_age"),
        pending=tracker.get_slot("pending_question"),
        misses=int(tracker.get_slot("misses") or 0),
        likely=tuple((one["name"], one["confidence"]) for one in message.get("intent_ranking") or () if one["name"]),
        advice=metadata.get("advice"),
    )


def answered_beside(tracker: Tracker) -> bool:
    """Whether another action has already answered the latest message, so that the form only asks its step again."""
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            return False
        if event.get("event") == "action" and event.get("name") not in _NOT_AN_ANSWER:
            return True
    return False


def in_form(tracker: Tracker) -> bool:
    """Whether the intake form is active."""
    return bool((tracker.active_loop or {}).get("name") == INTAKE_FORM)


def utter(dispatcher: CollectingDispatcher, says: Iterable[Say]) -> None:
    """Says each text in order."""
    for say in says:
        dispatcher.utter_message(response=say.key, **say.values)


def in_other_words(says: Iterable[Say], domain: dict[str, Any]) -> list[Say]:
    """The same in the words that are kept for the second time (`…_2`), where there are any."""
    responses = domain.get("responses") or {}
    return [replace(say, key=f"{say.key}_2") if f"{say.key}_2" in responses else say for say in says]


def leave_form() -> list[EventType]:
    """Events that end the form without losing what was said: that is in the database."""
    return [ActiveLoop(None), SlotSet(REQUESTED_SLOT, None)]


def go_on() -> list[EventType]:
    """Events that take the intake up again where it stopped."""
    return [SlotSet("pending_question", None), FollowupAction(INTAKE_FORM)]


def changed(tracker: Tracker, values: dict[str, Any]) -> list[EventType]:
    """Slot events for the values that differ: every event is checked, stored and replayed on each later turn."""
    return [SlotSet(name, value) for name, value in values.items() if tracker.get_slot(name) != value]


def requested_step(tracker: Tracker) -> Step | None:
    """The step the form has asked for."""
    slot = tracker.get_slot(REQUESTED_SLOT)
    return Step(slot) if slot in {step.value for step in Step} else None
