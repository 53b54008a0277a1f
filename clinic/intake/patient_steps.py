"""The steps that settle who the patient is: oneself or a child under 18, and which child."""

from __future__ import annotations

import re
from datetime import date

from clinic.ages import ADULT
from clinic.coverage import Child
from clinic.identity.national_id import age_on
from clinic.intake.answers import BirthDateUnreadable, NameAndDate, fold, name_and_date, says, yes_or_no
from clinic.intake.context import Context, say
from clinic.intake.facts import facts_in
from clinic.intake.model import Intake, Reply

OTHER_CHILD = "other"
"""The choice for a child who is not on the list."""

_OLDEST_BIRTH_YEAR = 1900
_SURE_OF_ONESELF = 0.5
_NAME_WORDS = 2
_NO_NAMES = ("agree", "refuse", "child", "me", "no_name", "youngest", "oldest")


def answer_patient(context: Context) -> Reply | None:
    """Me or my child."""
    utterance = context.utterance
    told = None if utterance.is_button else facts_in(utterance.text).subject
    if told is None and any(child_named(child, utterance.text) for child in insured_children(context)):
        told = "child"
    if told == "child":
        context.intake.subject = "child"
        return Reply()
    if told == "self" or utterance.intent == "for_me" or says("me", utterance.text):
        context.intake.subject = "self"
        return Reply()
    if utterance.intent == "for_child" or says("child", utterance.text):
        context.intake.subject = "child"
        return Reply()
    if context.is_aside():
        return None
    return Reply((say("utter_patient_again"),), understood=False)


def child_named(child: Child, text: str) -> bool:
    """Whether a message holds the first name of a child, with the genitive or without."""
    return bool(re.search(rf"(?<!\w){re.escape(fold(child.first_name))}(?:s|'s)?(?!\w)", fold(text)))


def insured_children(context: Context) -> list[Child]:
    """The children on the intake's policy who are under 18 today, youngest first."""
    if context.intake.policy_id is None:
        return []
    children = context.coverage.children_on(context.intake.policy_id, context.today)
    return sorted(
        (child for child in children if child.person_id != context.intake.person_id), key=lambda child: child.age
    )


def answer_child(context: Context) -> Reply | None:
    """A child of the list (button, first name, "the youngest"), or another one by name and birth date."""
    utterance = context.utterance
    if _is_for_me(context):
        return Reply()
    children = insured_children(context)
    if utterance.choice == OTHER_CHILD or says("other_child", utterance.text):
        return Reply((say("utter_child_name"),), asks=True)
    try:
        written = name_and_date(utterance.text, context.today)
    except BirthDateUnreadable:
        return Reply((say("utter_birth_date_unreadable"),))
    meant = _listed_child(context, children, written)
    if meant is not None:
        return take_insured(context, meant)
    known = context.intake.child_birth_date
    if (
        written.birth_date is not None
        and written.name is None
        and _refuse_birth_date(written.birth_date, context.today) is None
    ):
        context.intake.child_birth_date = written.birth_date
        return Reply((say("utter_child_name_only"),), asks=True)
    looks_like_name = utterance.text[:1].isupper() and len(utterance.text.split()) <= _NAME_WORDS
    if written.birth_date is None and not looks_like_name and (context.is_aside() or utterance.is_button):
        return None
    if written.name is None or any(says(kind, written.name) for kind in _NO_NAMES):
        return _ask_name_again(children)
    if written.birth_date is None:
        if known is not None:
            context.intake.child_name = written.name
            return _take_birth_date(context, known)
        if children:
            # Beside a list, a word alone may be anything: another child is given with the birth date.
            return _ask_name_again(children)
        context.intake.child_name = written.name
        return Reply()
    refused = _refuse_birth_date(written.birth_date, context.today)
    if refused is not None:
        return refused
    context.intake.child_name = written.name
    return _take_birth_date(context, written.birth_date)


def answer_child_birth_date(context: Context) -> Reply | None:
    """The birth date of a child who was given by name; a child of the list, or oneself, is a way back."""
    if _is_for_me(context):
        return Reply()
    try:
        written = name_and_date(context.utterance.text, context.today)
    except BirthDateUnreadable:
        return Reply((say("utter_birth_date_unreadable"),))
    meant = _listed_child(context, insured_children(context), written)
    if meant is not None:
        return take_insured(context, meant)
    if written.birth_date is None:
        return None if context.is_aside() else Reply((say("utter_birth_date_again"),), understood=False)
    return _refuse_birth_date(written.birth_date, context.today) or _take_birth_date(context, written.birth_date)


def _is_for_me(context: Context) -> bool:
    """The way back from a child: it is about oneself after all."""
    sure = context.utterance.intent == "for_me" and context.utterance.confidence >= _SURE_OF_ONESELF
    if not sure and not says("me", context.utterance.text):
        return False
    context.intake.subject = "self"
    forget_child(context.intake)
    return True


def _listed_child(context: Context, children: list[Child], written: NameAndDate) -> Child | None:
    """The one child of the list that a message means, None when it means none or several."""
    utterance = context.utterance
    if children and says("youngest", utterance.text):
        return children[0]
    if children and says("oldest", utterance.text):
        return children[-1]
    words = set(fold(utterance.text).replace(",", " ").replace(".", " ").split())
    meant = [
        child
        for child in children
        if utterance.choice == child.person_id
        or (fold(child.first_name) in words and written.birth_date in (None, child.birth_date))
    ]
    return meant[0] if len(meant) == 1 else None


def _ask_name_again(children: list[Child]) -> Reply:
    if children:
        return Reply((say("utter_child_not_listed"),), understood=False)
    return Reply((say("utter_child_name_again"),), understood=False, asks=True)


def answer_young_agreement(context: Context) -> Reply | None:
    """Whether a 16- or 17-year-old is with the parent and agrees; without that they log in themselves."""
    agreed = yes_or_no(context.utterance.text, context.utterance.intent)
    if agreed is None:
        return None if context.is_aside() else Reply((say("utter_yes_or_no"),), understood=False)
    context.intake.young_agreed = agreed
    if agreed:
        return Reply()
    context.intake.status = "stopped"
    return Reply((say("utter_young_own_login", name=context.intake.child_name),), ends=True)


def answer_guardian(context: Context) -> Reply | None:
    """Whether the adult has parental responsibility for a child that the policy does not link to them."""
    confirmed = yes_or_no(context.utterance.text, context.utterance.intent)
    if confirmed is None:
        return None if context.is_aside() else Reply((say("utter_yes_or_no"),), understood=False)
    context.intake.guardian_confirmed = confirmed
    if confirmed:
        return Reply()
    context.intake.status = "stopped"
    return Reply((say("utter_not_guardian", name=context.intake.child_name),), ends=True)


def forget_child(intake: Intake) -> None:
    """Takes out everything about the child, for a correction."""
    intake.child_person_id = intake.child_name = intake.child_birth_date = None
    intake.child_on_policy = intake.young_agreed = intake.guardian_confirmed = None


def _refuse_birth_date(born: date, today: date) -> Reply | None:
    if born > today:
        return Reply((say("utter_birth_date_future"),))
    if born.year < _OLDEST_BIRTH_YEAR:
        return Reply((say("utter_birth_date_unreadable"),))
    if age_on(born, today) >= ADULT:
        return Reply((say("utter_child_is_adult"),), asks=True)
    return None


def take_insured(context: Context, child: Child) -> Reply:
    """Take a child of the policy as the patient; says what follows from its age."""
    context.intake.child_person_id = child.person_id
    context.intake.child_name = child.first_name
    return _take_birth_date(context, child.birth_date)


def _take_birth_date(context: Context, born: date) -> Reply:
    intake = context.intake
    intake.child_birth_date = born
    if intake.child_person_id is None:
        same = [
            child
            for child in insured_children(context)
            if child.birth_date == born and fold(child.first_name) == fold((intake.child_name or "").split(" ")[0])
        ]
        intake.child_person_id = same[0].person_id if len(same) == 1 else None
    intake.child_on_policy = intake.child_person_id is not None
    says = [] if intake.child_on_policy or intake.coverage_pending else [say("utter_child_not_on_policy")]
    age, ages = age_on(born, context.today), context.ages
    if ages.heard_alone <= age < ages.own_decision:
        says.append(say("utter_12_15_alone", name=intake.child_name, age=ages.heard_alone))
    return Reply(tuple(says))
