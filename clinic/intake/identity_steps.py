"""The steps that settle who is writing and that the insurance covers it: login and policy number."""

from __future__ import annotations

from dataclasses import replace

from clinic.coverage import CoverageStatus
from clinic.identity.national_id import age_on
from clinic.intake.answers import looks_like_national_id, policy_digits
from clinic.intake.context import ADULT_AGE, OWN_DECISION_AGE, Context, say
from clinic.intake.model import Reply

MAX_POLICY_FAILURES = 3
"""Wrong policy numbers after which the bot stops asking and offers help."""

SAID_OF = {
    CoverageStatus.MALFORMED: "utter_policy_malformed",
    CoverageStatus.UNKNOWN: "utter_policy_unknown",
    # The same words as for a number that does not exist: nobody learns whose a number is.
    CoverageStatus.NOT_ON_POLICY: "utter_policy_unknown",
    CoverageStatus.NOT_ACTIVE: "utter_policy_not_active",
    CoverageStatus.NO_DIGITAL_DOCTOR: "utter_policy_no_digital_doctor",
}
"""What is said of a policy number that does not give the digital doctor."""


def answer_login(context: Context) -> Reply | None:
    """The login happens in the browser; a message here either follows it or is about something else."""
    if context.person is not None:
        return welcome(context)
    if context.is_aside():
        return None
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
    if age < OWN_DECISION_AGE:
        # Put away, not stopped: "go on" must not lead past this.
        context.intake.status = "abandoned"
        return Reply((say("utter_under_16_with_parent"),), ends=True)
    if age < ADULT_AGE:
        return Reply((say("utter_16_17_decides"),))
    return Reply()


def answer_policy_number(context: Context) -> Reply | None:
    """A policy number as people write it, checked in the register; each failure has its own words and a way on."""
    if looks_like_national_id(context.utterance.text):
        return Reply((say("utter_policy_not_national_id"),), asks=True)
    digits = policy_digits(context.utterance.text)
    if digits is None:
        if context.utterance.intent == "dont_know":
            return Reply((say("utter_policy_where"),), asks=True)
        if context.is_aside():
            return None
        return Reply((say("utter_policy_number_needed"),), understood=False, asks=True)
    assert context.intake.person_id is not None
    result = context.coverage.check(digits, context.intake.person_id, context.today)
    if result.status is CoverageStatus.OK:
        context.intake.policy_id = result.policy_id
        context.intake.policy_failures = 0
        return Reply((say("utter_policy_ok"),))
    context.intake.policy_failures += 1
    if context.intake.policy_failures >= MAX_POLICY_FAILURES:
        context.intake.policy_help = True
        context.intake.policy_failures = 0
        return Reply((say(SAID_OF[result.status]), say("utter_policy_help")), ends=True)
    key = SAID_OF[result.status]
    # The second time in other words; the third time the asking ends.
    again = key == "utter_policy_unknown" and context.intake.policy_failures > 1
    return Reply((say(f"{key}_2" if again else key),), asks=True)
