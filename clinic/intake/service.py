"""The intake as the bot uses it: begin, answer a step, correct a part, summarise. One transaction a call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from clinic import hours
from clinic.clock import Clock, oslo_date
from clinic.coverage import Child, Coverage
from clinic.identity.persons import Person
from clinic.intake import closing_steps, corrections, identity_steps, patient_steps, reason_steps
from clinic.intake.context import Context, say
from clinic.intake.model import FREE_TEXT_STEPS, Intake, Reply, Say, Step, Utterance
from clinic.intake.progress import next_step, progress
from clinic.intake.store import IntakeStore
from clinic.storage import Database

_HANDLERS: dict[Step, Callable[[Context], Reply | None]] = {
    Step.LOGIN: identity_steps.answer_login,
    Step.POLICY_NUMBER: identity_steps.answer_policy_number,
    Step.PATIENT: patient_steps.answer_patient,
    Step.CHILD: patient_steps.answer_child,
    Step.CHILD_BIRTH_DATE: patient_steps.answer_child_birth_date,
    Step.YOUNG_AGREEMENT: patient_steps.answer_young_agreement,
    Step.REASON: reason_steps.answer_reason,
    Step.FOLLOW_UP_1: reason_steps.answer_follow_up,
    Step.FOLLOW_UP_2: reason_steps.answer_follow_up,
    Step.WARNING_SIGNS: closing_steps.answer_warning_signs,
    Step.CONFIRMATION: closing_steps.answer_confirmation,
}

_BEFORE_REASON = frozenset(
    {Step.LOGIN, Step.POLICY_NUMBER, Step.PATIENT, Step.CHILD, Step.CHILD_BIRTH_DATE, Step.YOUNG_AGREEMENT}
)


_SURE_OF_A_CHANGE = 0.75
"""Confidence from which a wish to change something is believed without a part being named."""


class Logins(Protocol):
    """What the intake needs to know of logins."""

    def person_of(self, conversation_id: str) -> Person | None:
        """The person whose login is valid in this conversation now."""


@dataclass(frozen=True)
class State:
    """An intake as it stands: what is kept, who is logged in, how far it has come."""

    intake: Intake
    person: Person | None
    steps: dict[str, str | None]

    @property
    def next(self) -> Step | None:
        """The step to ask next, None when everything is answered."""
        return next_step(self.steps)


class Intakes:
    """Use cases of the intake. Everything is looked up by conversation, never by what a slot says."""

    def __init__(self, database: Database, clock: Clock, logins: Logins, coverage: Coverage) -> None:
        self._database = database
        self._clock = clock
        self._logins = logins
        self._coverage = coverage
        self._store = IntakeStore()

    def begin(self, conversation_id: str, channel: str, language: str, first: Utterance | None = None) -> list[Say]:
        """Starts an intake, or goes on with the open one; words about the reason in the first message are kept.

        Someone who is logged in already is not asked to log in again.
        """
        person = self._logins.person_of(conversation_id)
        with self._database.session() as session:
            intake = self._store.open_in(session, conversation_id)
            says: list[Say] = []
            if intake is None:
                intake = self._store.create(session, conversation_id, channel, language, self._clock.now())
                if person is not None:
                    nothing = Utterance("", "")
                    says += identity_steps.take_login(self._context(intake, Step.LOGIN, nothing, person)).says
            intake.policy_help = False
            if first is not None and not intake.reason_done:
                reply = reason_steps.keep_early_reason(self._context(intake, Step.REASON, first, None))
                says += reply.says if reply else ()
            self._store.save(session, intake, self._clock.now())
        return says

    def state(self, conversation_id: str) -> State | None:
        """The open intake of a conversation and how far it has come; None when there is none."""
        with self._database.session() as session:
            intake = self._store.open_in(session, conversation_id)
        return None if intake is None else self._state(intake, self._logins.person_of(conversation_id))

    def answer(self, conversation_id: str, step: Step, utterance: Utterance) -> Reply | None:
        """Takes a message as the answer to a step. None: it is no answer, but something beside the step."""
        now = self._clock.now()
        person = self._logins.person_of(conversation_id)
        with self._database.session() as session:
            intake = self._store.open_in(session, conversation_id)
            if intake is None:
                return None
            if not hours.is_open(now):
                return Reply((say("utter_closed_now", opens=f"{hours.next_opening(now):%H:%M}"),), ends=True)
            before = self._moved_on(intake, person)
            if before is not None and intake.status == "abandoned":
                self._store.save(session, intake, now)
                intake = self._store.create(session, conversation_id, intake.channel, intake.language, now)
            context = self._context(intake, step, utterance, person)
            if before is not None:
                reply: Reply | None = self._greet_again(context, before)
            else:
                reply = self._correction(context) or self._after_login(context) or self._handle(context)
            self._store.save(session, intake, now)
        return reply

    def correct(self, conversation_id: str, part: Step) -> None:
        """Opens one part again, to be asked anew."""
        with self._database.session() as session:
            intake = self._store.open_in(session, conversation_id)
            if intake is not None:
                corrections.reopen(intake, part)
                self._store.save(session, intake, self._clock.now())

    def resume(self, conversation_id: str) -> bool:
        """Goes on with an intake that a warning had stopped. True when there is one to go on with."""
        with self._database.session() as session:
            intake = self._store.latest_in(session, conversation_id)
            if intake is None or intake.status not in {"active", "stopped", "confirmed"}:
                return False
            intake.status = "active"
            if intake.warning_answer == "yes":
                intake.warning_answer = None
            self._store.save(session, intake, self._clock.now())
        return True

    def was_stopped(self, conversation_id: str) -> bool:
        """Whether the newest intake was stopped by a warning sign or a missing agreement."""
        with self._database.read() as session:
            intake = self._store.latest_in(session, conversation_id)
        return intake is not None and intake.status == "stopped"

    def keep_words(self, conversation_id: str, utterance: Utterance) -> None:
        """Keeps a message that was answered by the screen, so that the doctor sees it in the patient's own words."""
        with self._database.session() as session:
            intake = self._store.open_in(session, conversation_id)
            if intake is not None:
                reason_steps.keep_reason(intake, utterance.text, utterance.intent)
                self._store.save(session, intake, self._clock.now())

    def abandon(self, conversation_id: str) -> None:
        """Puts the open intake away ("start again", "stop")."""
        with self._database.session() as session:
            intake = self._store.open_in(session, conversation_id)
            if intake is not None:
                intake.status = "abandoned"
                self._store.save(session, intake, self._clock.now())

    def insured_children(self, conversation_id: str) -> list[Child]:
        """The children that can be chosen in this conversation's intake, youngest first; empty before the login."""
        state = self.state(conversation_id)
        if state is None or state.steps[Step.LOGIN.value] is None:
            return []
        context = self._context(state.intake, Step.CHILD, Utterance("", ""), state.person)
        return patient_steps.insured_children(context)

    def _state(self, intake: Intake, person: Person | None) -> State:
        return State(intake, person, progress(intake, person, oslo_date(self._clock.now())))

    def _context(self, intake: Intake, step: Step, utterance: Utterance, person: Person | None) -> Context:
        now = self._clock.now()
        return Context(intake, step, utterance, person, self._coverage, now, oslo_date(now))

    def _moved_on(self, intake: Intake, person: Person | None) -> str | None:
        """What changed about the login since the last message: `new`, `other` (another person) or None."""
        if person is None or person.id == intake.person_id:
            return None
        if intake.person_id is None:
            return "new"
        intake.status = "abandoned"
        return "other"

    def _greet_again(self, context: Context, change: str) -> Reply:
        welcome = identity_steps.welcome(context)
        if welcome.ends or change == "other":
            started_anew = (say("utter_person_changed"),) if change == "other" else ()
            return Reply(started_anew + welcome.says, ends=welcome.ends)
        following = self._state(context.intake, context.person).next
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

    def _after_login(self, context: Context) -> Reply | None:
        intent = context.utterance.intent
        told_again = intent == "logged_in" or (intent == "login_done" and context.step not in FREE_TEXT_STEPS)
        if context.step is Step.LOGIN or not told_again:
            return None
        return Reply((say("utter_already_logged_in"),))

    def _correction(self, context: Context) -> Reply | None:
        if context.utterance.intent != "change_answer" or context.utterance.confidence < 0.5:
            return None
        choice = context.utterance.choice
        part = (
            Step(choice) if choice in {step.value for step in Step} else corrections.part_named(context.utterance.text)
        )
        if part is None and context.utterance.confidence < _SURE_OF_A_CHANGE:
            return None
        if part is None:
            return Reply((say("utter_what_to_change"),), asks=True)
        if part not in corrections.PARTS:
            return None
        corrections.reopen(context.intake, part)
        return Reply((say("utter_changing"),))

    def _handle(self, context: Context) -> Reply | None:
        early = context.step in _BEFORE_REASON
        # A name has no form of its own: only a clear and longer complaint is not taken for one.
        if (
            context.step is Step.CHILD
            and context.utterance.confidence >= 0.6
            and len(context.utterance.text.split()) > 2
        ):
            kept = reason_steps.keep_early_reason(context)
            if kept is not None:
                return kept
        reply = _HANDLERS[context.step](context)
        if early and (reply is None or not reply.understood):
            return reason_steps.keep_early_reason(context) or reply
        return reply
