"""The intake as the bot uses it: begin, answer a step, correct a part, summarise. One transaction a call."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from clinic import hours
from clinic.ages import Ages
from clinic.audit import Audit
from clinic.clock import Clock, oslo_date
from clinic.coverage import Child, Coverage
from clinic.identity.persons import Person
from clinic.intake import answering, corrections, identity_steps, over_answers, patient_steps, reason_steps, returning
from clinic.intake.answers import policy_digits
from clinic.intake.context import Context, say
from clinic.intake.facts import facts_in
from clinic.intake.model import Intake, Reply, Say, Step, Utterance
from clinic.intake.progress import next_step, progress
from clinic.intake.store import IntakeStore
from clinic.storage import Database


class Logins(Protocol):
    """What the intake needs to know of logins."""

    def person_of(self, conversation_id: str) -> Person | None:
        """The person whose login is valid in this conversation now."""

    def logged_in_at(self, conversation_id: str) -> datetime | None:
        """When that login was completed."""

    def log_out(self, conversation_id: str) -> bool:
        """End that login."""

    def awaits_code(self, conversation_id: str) -> bool:
        """Whether a login of this conversation waits for its code."""


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

    def __init__(
        self, database: Database, clock: Clock, logins: Logins, coverage: Coverage, audit: Audit, ages: Ages
    ) -> None:
        self._database = database
        self._clock = clock
        self._logins = logins
        self._coverage = coverage
        self._audit = audit
        self._ages = ages
        self._store = IntakeStore()

    def begin(self, conversation_id: str, channel: str, language: str, first: Utterance | None = None) -> list[Say]:
        """Starts an intake, or goes on with the open one; words about the reason in the first message are kept.

        Someone who is logged in already is not asked to log in again.
        """
        person = self._logins.person_of(conversation_id)
        with self._database.session() as session:
            intake = self._store.open_in(session, conversation_id)
            says: list[Say] = []
            if intake is None and self._login_is_used(self._store.latest_in(session, conversation_id), person):
                # A login is for one intake: who picks the telephone up later begins as themselves.
                self._logins.log_out(conversation_id)
                person = None
                says.append(say("utter_new_login"))
            if intake is None:
                intake = self._store.create(session, conversation_id, channel, language, self._clock.now())
                if person is not None:
                    nothing = Utterance("", "")
                    says += identity_steps.take_login(self._context(intake, Step.LOGIN, nothing, person)).says
            intake.policy_help = False
            if first is not None and not intake.reason_done:
                context = self._context(intake, Step.REASON, first, None)
                early = reason_steps.keep_early_reason(context)
                says += early.says if early else reason_steps.keep_reason_beside(context)
                says += over_answers.land(self._context(intake, Step.LOGIN, first, person))
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
            again = returning.welcome_back(context)
            reply = answering.answer(context, before)
            elsewhere = self._begun_elsewhere(context) if before == "new" else None
            if reply is not None and not reply.ends and elsewhere is not None:
                asked = returning.ask_to_go_on(elsewhere)
                reply = replace(asked, says=(*reply.says, *asked.says))
            if step is Step.GUARDIAN and intake.guardian_confirmed is not None:
                # BankID proves no parental responsibility: what was answered must be found again.
                self._audit.record(
                    "patient", "intake.guardian", "intake", intake.id, confirmed=intake.guardian_confirmed
                )
            self._store.save(session, intake, now)
        return reply if reply is None else replace(reply, says=(*again, *reply.says))

    def prepare(self, conversation_id: str, step: Step | None, utterance: Utterance) -> None:
        """Have the insurer asked about what a message may need, where that takes a while.

        May take seconds, and is called before `begin` or `answer`: those hold a transaction, and ask nobody.
        """
        person = self._logins.person_of(conversation_id)
        if person is None or not self._coverage.takes_time:
            return
        with self._database.read() as session:
            intake = self._store.open_in(session, conversation_id)
        if intake is not None and intake.policy_id is not None:
            return
        written = policy_digits(utterance.text) if step in (Step.POLICY_NUMBER, Step.LOGIN) else None
        numbers = {written, facts_in(utterance.text).policy_number, intake.told_policy if intake else None}
        for number in sorted(number for number in numbers if number is not None):
            self._coverage.ask(person.id, number, utterance.origin)
        self._coverage.ask(person.id, None)

    def settle_coverage(self, conversation_id: str) -> Reply | None:
        """Check a policy once more that could not be checked when it was asked for; None when it is in order.

        May take seconds, as `prepare`. Without an answer nothing is booked, and nothing that was said is lost.
        """
        person = self._logins.person_of(conversation_id)
        with self._database.read() as session:
            intake = self._store.open_in(session, conversation_id)
        if intake is None or person is None or not intake.coverage_pending or intake.told_policy is None:
            return None
        number, now = intake.told_policy, self._clock.now()
        self._coverage.ask(person.id, number)
        result = self._coverage.check(number, person.id, oslo_date(now))
        with self._database.session() as session:
            intake = self._store.open_in(session, conversation_id)
            if intake is None:
                return None
            reply = identity_steps.settle(self._context(intake, Step.POLICY_NUMBER, Utterance("", ""), person), result)
            self._store.save(session, intake, now)
        return reply

    def take_over(self, conversation_id: str) -> bool:
        """Go on here with what the logged-in person began elsewhere. False when that is no longer there."""
        now = self._clock.now()
        person = self._logins.person_of(conversation_id)
        with self._database.session() as session:
            here = self._store.open_in(session, conversation_id)
            if here is None:
                return False
            context = self._context(here, Step.LOGIN, Utterance("", ""), person)
            elsewhere = self._begun_elsewhere(context)
            if elsewhere is not None:
                elsewhere.notes += here.notes
                self._store.move(session, elsewhere, here, now)
        return elsewhere is not None

    def welcome_back(self, conversation_id: str) -> list[Say]:
        """What to say to who greets after a pause in the middle of an intake; empty when there was none."""
        state = self.state(conversation_id)
        if state is None:
            return []
        return returning.welcome_back(self._context(state.intake, Step.REASON, Utterance("", ""), state.person))

    def put_away_old(self, conversation_id: str) -> bool:
        """Put an intake away that was left more than a day ago. True when there was one."""
        now = self._clock.now()
        with self._database.session() as session:
            intake = self._store.latest_in(session, conversation_id)
            if intake is None or intake.status not in {"active", "stopped", "confirmed"}:
                return False
            if not returning.is_old(intake, now):
                return False
            intake.status = "abandoned"
            self._store.save(session, intake, now)
        return True

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

    def _login_is_used(self, latest: Intake | None, person: Person | None) -> bool:
        """Whether the person's login has led to a booking already."""
        if person is None or latest is None or latest.status != "booked" or latest.person_id != person.id:
            return False
        since = self._logins.logged_in_at(latest.conversation_id)
        return since is not None and latest.updated_at is not None and since <= latest.updated_at

    def _begun_elsewhere(self, context: Context) -> Intake | None:
        if context.person is None:
            return None
        with self._database.session() as session:
            found = self._store.open_elsewhere(session, context.person.id, context.intake.conversation_id)
        return found if returning.may_go_on_here(found, context) else None

    def _state(self, intake: Intake, person: Person | None) -> State:
        return State(intake, person, progress(intake, person, oslo_date(self._clock.now()), self._ages))

    def _context(self, intake: Intake, step: Step, utterance: Utterance, person: Person | None) -> Context:
        now = self._clock.now()
        awaits_code = step is Step.LOGIN and person is None and self._logins.awaits_code(intake.conversation_id)
        return Context(intake, step, utterance, person, self._coverage, now, oslo_date(now), awaits_code, self._ages)

    def _moved_on(self, intake: Intake, person: Person | None) -> str | None:
        """What changed about the login since the last message: `new`, `other` (another person) or None."""
        if person is None or person.id == intake.person_id:
            return None
        if intake.person_id is None:
            return "new"
        intake.status = "abandoned"
        return "other"
