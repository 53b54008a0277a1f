"""From a message to the reply: a correction, a login, the answer to the step, and all else that it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from clinic.intake import closing_steps, corrections, identity_steps, over_answers, patient_steps, reason_steps
from clinic.intake.asides import questions_in, statements_in
from clinic.intake.context import Context, say
from clinic.intake.model import FREE_TEXT_STEPS, Reply, Step
from clinic.intake.progress import next_step, progress

_HANDLERS: dict[Step, Callable[[Context], Reply | None]] = {
    Step.LOGIN: identity_steps.answer_login,
    Step.POLICY_NUMBER: identity_steps.answer_policy_number,
    Step.PATIENT: patient_steps.answer_patient,
    Step.CHILD: patient_steps.answer_child,
    Step.CHILD_BIRTH_DATE: patient_steps.answer_child_birth_date,
    Step.GUARDIAN: patient_steps.answer_guardian,
    Step.YOUNG_AGREEMENT: patient_steps.answer_young_agreement,
    Step.REASON: reason_steps.answer_reason,
    Step.FOLLOW_UP_1: reason_steps.answer_follow_up,
    Step.FOLLOW_UP_2: reason_steps.answer_follow_up,
    Step.WARNING_SIGNS: closing_steps.answer_warning_signs,
    Step.CONFIRMATION: closing_steps.answer_confirmation,
}
_BEFORE_REASON = frozenset(
    {
        Step.LOGIN,
        Step.POLICY_NUMBER,
        Step.PATIENT,
        Step.CHILD,
        Step.CHILD_BIRTH_DATE,
        Step.GUARDIAN,
        Step.YOUNG_AGREEMENT,
    }
)
_SURE_OF_A_CHANGE = 0.75
"""Confidence from which a wish to change something is believed without a part being named."""
_LONGEST_NAME = 2
"""Words of a message that may be a child's name although it sounds like a complaint."""


def answer(context: Context, login_change: str | None) -> Reply | None:
    """Take the message at hand; None when it is something beside the step, for the bot's rules to answer.

    `login_change`: what has happened to the login since the last message (`new`, `other`), None for nothing.
    """
    if login_change is not None:
        reply: Reply | None = _greet_again(context, login_change)
    else:
        reply = _correction(context) or _after_login(context) or _step(context)
    if reply is None or reply.ends:
        return reply
    landed = over_answers.land(context)
    answers = [say(f"utter_{intent}") for intent in questions_in(context.utterance, context.step)]
    return replace(reply, says=(*reply.says, *landed, *answers))


def _step(context: Context) -> Reply | None:
    reply = _HANDLERS[context.step](context) if not _is_complaint_for_a_name(context) else None
    early = context.step in _BEFORE_REASON
    if early and (reply is None or not reply.understood):
        # "For me, and how long must I wait?": one clause may be the answer.
        clauses = (replace(context, utterance=clause) for clause in statements_in(context.utterance))
        answers = (_HANDLERS[context.step](clause) for clause in clauses)
        reply = next((one for one in answers if one is not None and one.understood), None) or (
            reason_steps.keep_early_reason(context) or reply
        )
        return reply
    if early and reply is not None and not context.utterance.is_button:
        return replace(reply, says=(*reply.says, *reason_steps.keep_reason_beside(context)))
    return reply


def _is_complaint_for_a_name(context: Context) -> bool:
    """A name has no form of its own: only a clear and longer complaint is not taken for one."""
    utterance = context.utterance
    return (
        context.step is Step.CHILD
        and utterance.confidence >= 0.6
        and len(utterance.text.split()) > _LONGEST_NAME
        and utterance.intent in reason_steps.REASON_INTENTS
    )


def _greet_again(context: Context, change: str) -> Reply:
    welcome = identity_steps.welcome(context)
    if welcome.ends or change == "other":
        started_anew = (say("utter_person_changed"),) if change == "other" else ()
        return Reply(started_anew + welcome.says, ends=welcome.ends)
    following = next_step(progress(context.intake, context.person, context.today, context.ages))
    if following is None or context.step is not Step.LOGIN:
        return welcome
    # Someone who has logged in may write the policy number straight away: take it as the answer to what comes next.
    context.step = following
    if context.utterance.intent in {"login_done", "logged_in", "affirm"} or following is not Step.POLICY_NUMBER:
        return welcome
    if not any(character.isdigit() for character in context.utterance.text):
        return welcome
    answered = identity_steps.answer_policy_number(context)
    return welcome if answered is None else replace(answered, says=welcome.says + answered.says)


def _after_login(context: Context) -> Reply | None:
    intent = context.utterance.intent
    told_again = intent == "logged_in" or (intent == "login_done" and context.step not in FREE_TEXT_STEPS)
    if context.step is Step.LOGIN or not told_again:
        return None
    return Reply((say("utter_already_logged_in"),))


def _correction(context: Context) -> Reply | None:
    utterance = context.utterance
    if utterance.intent != "change_answer" or utterance.confidence < 0.5:
        return None
    named = utterance.choice if utterance.choice in {step.value for step in Step} else None
    part = Step(named) if named else corrections.part_named(utterance.text)
    if part is None and utterance.confidence < _SURE_OF_A_CHANGE:
        return None
    if part is None:
        return Reply((say("utter_what_to_change"),), asks=True)
    if part not in corrections.PARTS:
        return None
    corrections.reopen(context.intake, part)
    return Reply((say("utter_changing"),))
