"""The questions of the intake that depend on what was answered before. Fixed questions are plain responses."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions import turn as turns
from clinic.clock import oslo_date
from clinic.identity.national_id import age_on
from clinic.intake.identity_steps import GROUP_CHOICE
from clinic.intake.model import Intake
from clinic.intake.note import NoteItem, note_of
from clinic.intake.patient_steps import OTHER_CHILD
from clinic.intake.service import State

_SHOWN_ITEMS = frozenset({"temperature", "course", "medicines", "allergies", "pregnant"})
"""Items of the note that are read out of the words; the others are shown as answers of their own."""
_NAMED_VALUES = frozenset({"not_better", "comes_and_goes", "worse", "better", "unchanged", "no"})
_SHOWN_OF_REASON = 600
"""Characters of the patient's words shown in the summary; the doctor sees all of them."""


class Ask(Action, ABC):
    """Asks one step with the intake at hand, unless the answer just given has asked already."""

    @abstractmethod
    def ask(self, dispatcher: CollectingDispatcher, turn: turns.Turn, state: State) -> None:
        """Says the question."""

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Reads the intake of this conversation and asks."""
        if tracker.get_slot("already_asked"):
            return [SlotSet("already_asked", None)]
        turn = turns.read(tracker)
        state = turn.clinic.intakes.state(turn.conversation_id)
        if state is not None:
            self.ask(dispatcher, turn, state)
        return []


class AskLogin(Ask):
    """Sends a one-time link to log in with BankID."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_ask_login"

    def ask(self, dispatcher: CollectingDispatcher, turn: turns.Turn, state: State) -> None:
        """With a link, unless one was sent a short while ago: a chat full of links helps nobody."""
        if turn.clinic.login.awaits_code(turn.conversation_id):
            dispatcher.utter_message(response="utter_ask_login_code")
        elif turn.clinic.login.has_fresh_link(turn.conversation_id):
            dispatcher.utter_message(response="utter_ask_login_above")
        else:
            send_login_link(dispatcher, turn, "utter_ask_login")


def send_login_link(dispatcher: CollectingDispatcher, turn: turns.Turn, key: str) -> None:
    """Says a text with a fresh login link of this conversation."""
    url = turn.clinic.login.create_link(turn.conversation_id)
    link = {"type": "link", "kind": "login", "url": url, "label": turn.text("choices.login")}
    dispatcher.utter_message(response=key, json_message=link)


class AskPolicyNumber(Ask):
    """Asks for the policy number."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_ask_policy_number"

    def ask(self, dispatcher: CollectingDispatcher, turn: turns.Turn, state: State) -> None:
        """With where to find it; who is insured through work need not know a number."""
        today = oslo_date(turn.clinic.clock.now())
        offered = turn.clinic.coverage.group_policies(state.person.id, today) if state.person else []
        if not offered:
            dispatcher.utter_message(response="utter_ask_policy_number")
            return
        key = "utter_ask_policy_group" if len(offered) == 1 else "utter_ask_policy_groups"
        buttons = [
            {
                "title": turn.text("choices.use_policy", product=policy.product),
                "payload": f"/choose:{GROUP_CHOICE}{policy.id}",
            }
            for policy in offered
        ]
        dispatcher.utter_message(response=key, buttons=buttons)


class AskPatient(Ask):
    """Asks whether it is about oneself or a child."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_ask_patient"

    def ask(self, dispatcher: CollectingDispatcher, turn: turns.Turn, state: State) -> None:
        """With two buttons."""
        dispatcher.utter_message(response="utter_ask_patient")


class AskChildBirthDate(Ask):
    """Asks when a child was born that was given by name."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_ask_child_birth_date"

    def ask(self, dispatcher: CollectingDispatcher, turn: turns.Turn, state: State) -> None:
        """With an example of the form."""
        dispatcher.utter_message(response="utter_ask_child_birth_date")


class AskChild(Ask):
    """Lets the parent choose among the insured children, or name another."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_ask_child"

    def ask(self, dispatcher: CollectingDispatcher, turn: turns.Turn, state: State) -> None:
        """Buttons with first name and age; without insured children it asks for name and birth date."""
        children = turn.clinic.intakes.insured_children(turn.conversation_id)
        if not children:
            dispatcher.utter_message(response="utter_ask_child_by_name")
            return
        buttons = [
            {
                "title": turn.text("choices.child", name=child.first_name, age=child.age),
                "payload": f"/choose:{child.person_id}",
            }
            for child in children
        ]
        buttons.append({"title": turn.text("choices.other_child"), "payload": f"/choose:{OTHER_CHILD}"})
        dispatcher.utter_message(response="utter_ask_child", buttons=buttons)


class AskYoungAgreement(Ask):
    """Asks whether a 16- or 17-year-old is there and agrees."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_ask_young_agreement"

    def ask(self, dispatcher: CollectingDispatcher, turn: turns.Turn, state: State) -> None:
        """With the young person's name."""
        age = turn.clinic.settings.ages.own_decision
        dispatcher.utter_message(response="utter_ask_young_agreement", name=state.intake.child_name, age=age)


class AskGuardian(Ask):
    """Asks whether the adult has parental responsibility for a child that the policy does not link to them."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_ask_guardian"

    def ask(self, dispatcher: CollectingDispatcher, turn: turns.Turn, state: State) -> None:
        """With the child's name."""
        dispatcher.utter_message(response="utter_ask_guardian", name=state.intake.child_name)


class AskReason(Ask):
    """Asks why, then for more until that is all."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_ask_reason"

    def ask(self, dispatcher: CollectingDispatcher, turn: turns.Turn, state: State) -> None:
        """The open question first; once something is written, whether that is all."""
        if state.intake.words():
            # Someone may tell it in many messages: not the same sentence after each.
            again = len(state.intake.words()) % 2 == 0
            dispatcher.utter_message(response="utter_ask_reason_more_2" if again else "utter_ask_reason_more")
        elif state.intake.reason_kind:
            dispatcher.utter_message(response=f"utter_ask_reason_{state.intake.reason_kind}")
        elif state.intake.subject == "child":
            dispatcher.utter_message(response="utter_ask_reason_child", name=state.intake.child_name)
        else:
            dispatcher.utter_message(response="utter_ask_reason")


class AskFollowUp1(Ask):
    """The first follow-up: how long, which medicine, referred to what, from which date."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_ask_follow_up_1"

    def ask(self, dispatcher: CollectingDispatcher, turn: turns.Turn, state: State) -> None:
        """By the kind of help."""
        dispatcher.utter_message(response=f"utter_ask_follow_up_1_{_follow_up_kind(state)}")


class AskFollowUp2(Ask):
    """The second follow-up: how bad and what was tried."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_ask_follow_up_2"

    def ask(self, dispatcher: CollectingDispatcher, turn: turns.Turn, state: State) -> None:
        """By the kind of help."""
        dispatcher.utter_message(response=f"utter_ask_follow_up_2_{_follow_up_kind(state)}")


def _follow_up_kind(state: State) -> str:
    kind = state.intake.reason_kind
    return kind if kind in {"prescription", "referral", "sick_note"} else "symptom"


class AskWarningSigns(Ask):
    """The explicit question about warning signs, for an adult or for a child."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_ask_warning_signs"

    def ask(self, dispatcher: CollectingDispatcher, turn: turns.Turn, state: State) -> None:
        """The signs are clinical texts and stand with the screen's advice."""
        whom = "child" if state.intake.subject == "child" else "adult"
        dispatcher.utter_message(
            text=turn.text(f"triage.warning_signs_{whom}"),
            buttons=[
                {"title": turn.text("choices.yes"), "payload": "/affirm"},
                {"title": turn.text("choices.no"), "payload": "/deny"},
            ],
        )


def _noted(turn: turns.Turn, intake: Intake) -> str:
    """What was read out of the patient's words for the doctor, a line each; empty when that is nothing."""
    items = note_of(intake.words(), None, intake.severity_text)
    lines = [
        f"{turn.text(f'choices.note.{item.kind}')}: {_value(turn, item)}" for item in items if item.kind in _SHOWN_ITEMS
    ]
    return "".join(f"\n{line}" for line in dict.fromkeys(lines))


def _value(turn: turns.Turn, item: NoteItem) -> str:
    if item.value is None:
        return item.words
    return turn.text(f"choices.note_value.{item.value}") if item.value in _NAMED_VALUES else item.value


class AskConfirmation(Ask):
    """Shows what was said, to be confirmed or changed."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_ask_confirmation"

    def ask(self, dispatcher: CollectingDispatcher, turn: turns.Turn, state: State) -> None:
        """The summary in the patient's own words."""
        intake, person = state.intake, state.person
        if person is None:
            return
        words = "\n".join(intake.words())
        shown = words if len(words) <= _SHOWN_OF_REASON else words[:_SHOWN_OF_REASON].rstrip() + " …"
        kind = _follow_up_kind(state)
        values = {
            "reason": shown,
            "first_label": turn.text(f"choices.first_{kind}"),
            "first": intake.duration_text,
            "second_label": turn.text(f"choices.second_{kind}"),
            "second": intake.severity_text,
            "noted": _noted(turn, intake),
        }
        if intake.subject == "child" and intake.child_birth_date is not None:
            age = age_on(intake.child_birth_date, oslo_date(turn.clinic.clock.now()))
            values["who"] = turn.text("choices.child", name=intake.child_name, age=age)
        else:
            values["who"] = person.first_name
        dispatcher.utter_message(response="utter_ask_confirmation", **values)
