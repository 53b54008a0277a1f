"""How far an intake has come: which steps are done, which are not needed, which is next."""

from __future__ import annotations

from datetime import date

from clinic.ages import Ages
from clinic.identity.national_id import age_on
from clinic.identity.persons import Person
from clinic.intake.model import Intake, Step

DONE = "done"
NOT_NEEDED = "not_needed"


def progress(intake: Intake, person: Person | None, today: date, ages: Ages) -> dict[str, str | None]:
    """Every step with `done`, `not_needed` or None (still to ask). These are the values of the form's slots."""
    logged_in = person is not None and person.id == intake.person_id
    for_child = intake.subject == "child"
    born = intake.child_birth_date
    decides_alone = born is not None and ages.decides(age_on(born, today))
    # The policy's own link between parent and child is enough; without it the adult says who they are to the child.
    no_link = for_child and born is not None and not intake.child_on_policy

    def state(done: bool, needed: bool = True) -> str | None:
        if not needed:
            return NOT_NEEDED
        return DONE if done else None

    return {
        Step.LOGIN.value: state(logged_in),
        Step.POLICY_NUMBER.value: state(intake.policy_id is not None or intake.coverage_pending),
        Step.PATIENT.value: state(intake.subject is not None),
        Step.CHILD.value: state(bool(intake.child_name), for_child),
        Step.CHILD_BIRTH_DATE.value: state(born is not None, for_child),
        Step.GUARDIAN.value: state(intake.guardian_confirmed is True, no_link),
        Step.YOUNG_AGREEMENT.value: state(intake.young_agreed is True, for_child and decides_alone),
        Step.REASON.value: state(intake.reason_done),
        Step.FOLLOW_UP_1.value: state(intake.duration_text is not None),
        Step.FOLLOW_UP_2.value: state(intake.severity_text is not None),
        Step.WARNING_SIGNS.value: state(intake.warning_answer == "no"),
        Step.CONFIRMATION.value: state(intake.status in {"confirmed", "booked"}),
    }


def next_step(states: dict[str, str | None]) -> Step | None:
    """The first step still to ask, None when all are done."""
    return next((Step(step) for step, state in states.items() if state is None), None)
