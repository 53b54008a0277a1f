"""The conversation itself: hello, language, stop, start again, go on, log out, and yes or no to a side question."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions import turn as turns
from bot.actions.booking import cancel_now
from bot.actions.intake import begin
from bot.actions.safety import happening_now, not_happening_now
from clinic import hours
from clinic.intake import Say
from clinic.other_languages import note_in, other_language


class Greet(Action):
    """Says hello as a chatbot, with 113 and what can be done here; after hours also that it is closed."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_greet"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """The form, when active, asks its step again by itself."""
        turn = turns.read(tracker)
        now = turn.clinic.clock.now()
        if turns.in_form(tracker) and turn.clinic.intakes.state(turn.conversation_id) is not None:
            turns.utter(
                dispatcher, turn.clinic.intakes.welcome_back(turn.conversation_id) or [Say("utter_hello_again")]
            )
        elif hours.is_open(now):
            dispatcher.utter_message(response="utter_greet")
        else:
            dispatcher.utter_message(response="utter_greet_closed", opens=f"{hours.next_opening(now):%H:%M}")
        return [SlotSet("misses", 0)]


class SwitchLanguage(Action):
    """Goes over to the language asked for."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_switch_language"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Kept in the conversation, so that links, messages and pages follow."""
        turn = turns.read(tracker)
        language = "en" if turn.utterance.intent == "switch_to_english" else "nb"
        turn.clinic.conversations.set_language(turn.conversation_id, language)
        dispatcher.utter_message(text=turn.clinic.texts.get("choices.language_switched", language))
        if not turns.in_form(tracker) and turn.language == language:
            dispatcher.utter_message(response="utter_menu")
        return [SlotSet("language", language), SlotSet("misses", 0)]


class OtherLanguage(Action):
    """Says in the person's own language that we answer in Norwegian and English, and whom to call."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_other_language"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """What was written is kept for the doctor, who may understand it."""
        turn = turns.read(tracker)
        code = other_language(turn.utterance.text)
        if code is not None:
            dispatcher.utter_message(text=note_in(code), json_message={"type": "note", "language": code})
        turn.clinic.intakes.keep_words(turn.conversation_id, turn.utterance)
        dispatcher.utter_message(response="utter_which_language")
        return []


class Stop(Action):
    """Stops asking; what was said is kept."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_stop"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """With a way to go on, when there is something to go on with."""
        turn = turns.read(tracker)
        has_intake = turn.clinic.intakes.state(turn.conversation_id) is not None
        dispatcher.utter_message(response="utter_stopped_kept" if has_intake else "utter_stopped")
        return [*turns.leave_form(), SlotSet("pending_question", None), SlotSet("misses", 0)]


class StartOver(Action):
    """Asks before it puts an intake away; without one it just offers a new start."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_start_over"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """The yes or no is taken by `action_affirm` and `action_deny`."""
        turn = turns.read(tracker)
        if turn.clinic.intakes.state(turn.conversation_id) is None:
            dispatcher.utter_message(response="utter_menu")
            return turns.leave_form()
        dispatcher.utter_message(response="utter_start_over_sure")
        return [*turns.leave_form(), SlotSet("pending_question", "start_over")]


class CarryOn(Action):
    """Goes on with the intake that was stopped."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_carry_on"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Without an intake it shows what can be done here."""
        turn = turns.read(tracker)
        if turns.in_form(tracker):
            return []
        return resume(dispatcher, turn)


class LogOut(Action):
    """Ends the login."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_log_out"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """The intake stays, and needs a new login."""
        turn = turns.read(tracker)
        turn.clinic.login.log_out(turn.conversation_id)
        turn.clinic.recent_words.forget(turn.conversation_id)
        dispatcher.utter_message(response="utter_logged_out")
        if turn.channel == "web":
            # The same browser may still be logged in at BankID's own page.
            url = f"{turn.clinic.settings.public_url}/login/out"
            link = {"type": "link", "kind": "logout", "url": url, "label": turn.text("choices.logout")}
            dispatcher.utter_message(response="utter_log_out_there_too", json_message=link)
        return [*turns.leave_form(), SlotSet("pending_question", None)]


class Affirm(Action):
    """Yes to the question the bot asked beside the intake; without one, yes to going on."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_affirm"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Does what was asked about."""
        turn = turns.read(tracker)
        if turn.pending == "clarify":
            return happening_now(dispatcher, turn)
        if turn.pending == "cancel":
            return cancel_now(dispatcher, turn)
        if turn.pending == "start_over":
            turn.clinic.intakes.abandon(turn.conversation_id)
            return begin(dispatcher, turn)
        if turn.pending == "new_intake":
            return begin(dispatcher, turn)
        if turn.pending == "take_over":
            taken = turn.clinic.intakes.take_over(turn.conversation_id)
            dispatcher.utter_message(response="utter_taken_over" if taken else "utter_not_taken_over")
            return turns.go_on()
        return resume(dispatcher, turn)


class Deny(Action):
    """No to the question the bot asked beside the intake."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_deny"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Leaves everything as it was and goes on where the patient stood."""
        turn = turns.read(tracker)
        if turn.pending == "clarify":
            return not_happening_now(dispatcher, turn)
        if turn.pending == "cancel":
            dispatcher.utter_message(response="utter_cancel_not")
        if (
            turn.pending in {"cancel", "start_over", "take_over"}
            and turn.clinic.intakes.state(turn.conversation_id) is not None
        ):
            return turns.go_on()
        if turn.pending != "cancel":
            dispatcher.utter_message(response="utter_all_right")
        return [SlotSet("pending_question", None)]


def resume(dispatcher: CollectingDispatcher, turn: turns.Turn) -> list[EventType]:
    """Takes the open intake up again; without one, shows what can be done here. No intake goes on after hours."""
    now = turn.clinic.clock.now()
    if not hours.is_open(now):
        dispatcher.utter_message(response="utter_closed", opens=f"{hours.next_opening(now):%H:%M}")
        return turns.leave_form()
    if turn.clinic.intakes.resume(turn.conversation_id):
        return turns.go_on()
    dispatcher.utter_message(response="utter_menu")
    return [SlotSet("pending_question", None)]
