"""The steps that settle who is writing and that the insurance covers it: login and policy number."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from clinic.ages import ADULT
from clinic.clock import to_oslo
from clinic.coverage import CoverageResult, CoverageStatus, Policy
from clinic.identity.national_id import age_on
from clinic.intake.answers import looks_like_national_id, policy_digits, yes_or_no
from clinic.intake.context import Context, say
from clinic.intake.model import Intake, Reply, Say

MAX_POLICY_FAILURES = 3
"""Wrong policy numbers after which the bot stops asking and offers help."""

_SAID_OF = {
    CoverageStatus.MALFORMED: "utter_policy_malformed",
    CoverageStatus.UNKNOWN: "utter_policy_unknown",
    # The same words as for a number that does not exist: nobody learns whose a number is.
    CoverageStatus.NOT_ON_POLICY: "utter_policy_unknown",
    CoverageStatus.NOT_ACTIVE: "utter_policy_not_active",
    CoverageStatus.NO_DIGITAL_DOCTOR: "utter_policy_no_digital_doctor",
    CoverageStatus.WAITING: "utter_policy_waiting",
}
GROUP_CHOICE = "policy-"
"""Begins the choice of an employer's policy, which has no number of the patient's own."""


def said_of(result: CoverageResult) -> Say:
    """What is said of a policy number that does not give the digital doctor."""
    values = {"from_day": f"{result.covered_from:%d.%m.%Y}"} if result.covered_from else {}
    return say(_SAID_OF[result.status], **values)


def said_of_pause(context: Context, result: CoverageResult) -> Say:
    """That there were too many wrong numbers, and until when nobody is asked for more."""
    until = to_oslo(context.now + timedelta(seconds=result.wait_s + 60))
    return say("utter_policy_paused", until=f"{until:%H:%M}")


def answer_login(context: Context) -> Reply | None:
    """The login happens in the browser; a message here either follows it or is about something else."""
    if context.person is not None:
        return welcome(context)
    if context.is_aside():
        return None
    if context.awaits_code:
        return Reply((say("utter_ask_login_code"),), understood=False, asks=True)
    if context.utterance.intent in {"login_done", "logged_in", "affirm"}:
        return Reply((say("utter_not_logged_in_yet"),), asks=True)
    return Reply((say("utter_login_first"),), understood=False)


def welcome(context: Context) -> Reply:
    """Says hello to the person who has just logged in and takes them into the intake."""
    assert context.person is not None
    taken = take_login(context)
    return replace(taken, says=(say("utter_logged_in", first_name=context.person.first_name), *taken.says))


def take_login(context: Context) -> Reply:
    """Takes the logged-in person into the intake, with what holds for a person under 18."""
    person = context.person
    assert person is not None
    context.intake.person_id = person.id
    age = age_on(person.birth_date, context.today)
    if age < context.ages.own_decision:
        # Put away, not stopped: "go on" must not lead past this.
        context.intake.status = "abandoned"
        return Reply((say("utter_under_16_with_parent", age=context.ages.own_decision),), ends=True)
    if age < ADULT:
        return Reply((say("utter_16_17_decides", age=context.ages.own_decision),))
    return Reply()


def answer_policy_number(context: Context) -> Reply | None:
    """A policy number as people write it, checked in the register; each failure has its own words and a way on."""
    if looks_like_national_id(context.utterance.text):
        return Reply((say("utter_policy_not_national_id"),), asks=True)
    assert context.intake.person_id is not None
    offered = context.coverage.group_policies(context.intake.person_id, context.today)
    chosen = _offered_policy(context, offered)
    if chosen is not None:
        context.intake.policy_id = chosen.id
        context.intake.policy_failures = 0
        return Reply((say("utter_policy_ok"),))
    digits = policy_digits(context.utterance.text)
    if digits is None:
        if context.utterance.intent == "dont_know":
            # With an employer's policy to choose, the question itself says so.
            return Reply() if offered else Reply((say("utter_policy_where"),), asks=True)
        if context.is_aside():
            return None
        return Reply((say("utter_policy_number_needed"),), understood=False, asks=not offered)
    result = context.coverage.check(digits, context.intake.person_id, context.today, context.utterance.origin)
    if result.status is CoverageStatus.OK:
        context.intake.policy_id = result.policy_id
        context.intake.policy_failures = 0
        return Reply((say("utter_policy_ok"),))
    if result.status is CoverageStatus.PAUSED:
        context.intake.policy_help = True
        return Reply((said_of_pause(context, result),), ends=True)
    if result.status is CoverageStatus.UNAVAILABLE:
        return Reply((check_later(context.intake, digits),))
    return _failed(context, said_of(result))


def _offered_policy(context: Context, offered: list[Policy]) -> Policy | None:
    """The employer's policy that a message chooses: by its button, or by yes where there is one."""
    choice = context.utterance.choice or ""
    if choice.startswith(GROUP_CHOICE):
        return next((policy for policy in offered if policy.id == choice[len(GROUP_CHOICE) :]), None)
    if len(offered) == 1 and yes_or_no(context.utterance.text, context.utterance.intent) is True:
        return offered[0]
    return None


def check_later(intake: Intake, number: str) -> Say:
    """Go on without the insurer, who does not answer; the number is checked again before anything is booked."""
    intake.told_policy, intake.coverage_pending = number, True
    return say("utter_policy_later")


def settle(context: Context, result: CoverageResult) -> Reply | None:
    """What follows from checking again before the booking; None when the policy is in order now."""
    intake = context.intake
    if result.status is CoverageStatus.OK:
        intake.policy_id = result.policy_id
        intake.told_policy, intake.coverage_pending = None, False
        return None
    intake.status = "active"
    if result.status is CoverageStatus.UNAVAILABLE:
        return Reply((say("utter_policy_still_away"),), ends=True)
    intake.told_policy, intake.coverage_pending = None, False
    said = said_of_pause(context, result) if result.status is CoverageStatus.PAUSED else said_of(result)
    return Reply((said,), asks=True)


def _failed(context: Context, said: Say) -> Reply:
    context.intake.policy_failures += 1
    if context.intake.policy_failures >= MAX_POLICY_FAILURES:
        context.intake.policy_help = True
        context.intake.policy_failures = 0
        return Reply((said, say("utter_policy_help")), ends=True)
    # The second time in other words; the third time the asking ends.
    again = said.key == "utter_policy_unknown" and context.intake.policy_failures > 1
    return Reply((replace(said, key=f"{said.key}_2") if again else said,), asks=True)
