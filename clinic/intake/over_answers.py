"""Keeps what a message says beside the question it answers, so that nobody is asked what they have said already."""

from __future__ import annotations

from clinic.coverage import Child, CoverageStatus
from clinic.intake.answers import fold
from clinic.intake.context import Context, Say, say
from clinic.intake.facts import Facts, facts_in
from clinic.intake.identity_steps import check_later, said_of, said_of_pause
from clinic.intake.model import Intake, Step
from clinic.intake.patient_steps import child_named, insured_children, take_insured


def land(context: Context) -> list[Say]:
    """Keep what the message says for steps that are still open, and what follows from what was said before.

    Nothing that was answered already is changed by it. Returns what the patient should hear.
    """
    if not context.utterance.is_button:
        _note(context.intake, facts_in(context.utterance.text), context.step)
    return [*_told_policy(context), *_told_child(context)]


def _note(intake: Intake, facts: Facts, step: Step) -> None:
    if (
        intake.policy_id is None
        and not intake.coverage_pending
        and facts.policy_number
        and step is not Step.POLICY_NUMBER
    ):
        intake.told_policy = facts.policy_number
    if intake.subject is None and facts.subject is not None:
        intake.subject = facts.subject
    if facts.subject == "child" and intake.subject == "child" and intake.child_name is None:
        intake.told_child_name = facts.child_name or intake.told_child_name
        intake.told_child_age = facts.child_age if facts.child_age is not None else intake.told_child_age


def _told_policy(context: Context) -> list[Say]:
    """Check a policy number that was written before its time, once it is known who writes."""
    intake = context.intake
    if intake.told_policy is None or intake.policy_id is not None or context.person is None or intake.coverage_pending:
        return []
    if intake.person_id != context.person.id:
        return []
    number, intake.told_policy = intake.told_policy, None
    result = context.coverage.check(number, context.person.id, context.today, context.utterance.origin)
    if result.status is CoverageStatus.PAUSED:
        return [said_of_pause(context, result)]
    if result.status is CoverageStatus.UNAVAILABLE:
        return [check_later(intake, number)]
    if result.status is not CoverageStatus.OK:
        intake.policy_failures += 1
        return [said_of(result)]
    intake.policy_id = result.policy_id
    return [say("utter_policy_ok")]


def _told_child(context: Context) -> list[Say]:
    """The one insured child that fits what was said of it; with none or several it is asked."""
    intake = context.intake
    if intake.subject != "child" or intake.child_name is not None or intake.policy_id is None:
        return []
    children = insured_children(context)
    fitting = [child for child in children if child_named(child, context.utterance.text)]
    name, age = intake.told_child_name, intake.told_child_age
    if not fitting and name is None and age is None:
        return []
    fitting = fitting or [child for child in children if _fits(child, name, age)]
    intake.told_child_name = intake.told_child_age = None
    if len(fitting) != 1:
        return []
    (child,) = fitting
    return [say("utter_child_taken", name=child.first_name, age=child.age), *take_insured(context, child).says]


def _fits(child: Child, name: str | None, age: int | None) -> bool:
    return (name is None or fold(name) == fold(child.first_name)) and (age is None or age == child.age)
