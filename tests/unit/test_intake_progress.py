"""How far an intake has come, and opening a part of it again."""

from __future__ import annotations

from datetime import date

import pytest

from clinic.ages import Ages
from clinic.identity.persons import Person
from clinic.intake import corrections
from clinic.intake.model import Intake, Note, Step
from clinic.intake.progress import DONE, NOT_NEEDED, next_step, progress

TODAY = date(2026, 3, 2)
ORDER = list(Step)


def _person(person_id: str = "p1") -> Person:
    return Person(person_id, "Kari", "Prøvesen", date(1980, 5, 17))


def _complete(**changed: object) -> Intake:
    intake = Intake(
        "i1", "c1", "rest", "nb", person_id="p1", policy_id="l1", subject="self", reason_kind="symptom",
        reason_done=True, duration_text="to dager", severity_text="litt", warning_answer="no",
        notes=[Note("reason", "vondt i halsen")],
    )  # fmt: skip
    for name, value in changed.items():
        assert hasattr(intake, name)
        setattr(intake, name, value)
    return intake


def _next(intake: Intake, person: Person | None = None) -> Step | None:
    return next_step(progress(intake, person or _person(), TODAY, Ages()))


def test_the_steps_come_in_their_order() -> None:
    intake = Intake("i1", "c1", "rest", "nb")
    asked = [next_step(progress(intake, None, TODAY, Ages()))]
    for name, value in (
        ("person_id", "p1"), ("policy_id", "l1"), ("subject", "child"), ("child_name", "Sander"),
        ("child_birth_date", date(2009, 7, 19)), ("guardian_confirmed", True), ("young_agreed", True),
        ("reason_done", True), ("duration_text", "lenge"), ("severity_text", "litt"), ("warning_answer", "no"),
        ("status", "confirmed"),
    ):  # fmt: skip
        setattr(intake, name, value)
        asked.append(_next(intake))
    assert asked == [*ORDER, None]


def test_every_step_has_a_state_and_what_is_not_needed_says_so() -> None:
    states = progress(_complete(status="confirmed"), _person(), TODAY, Ages())
    assert list(states) == [step.value for step in ORDER]
    assert {name for name, state in states.items() if state == NOT_NEEDED} == {
        "child", "child_birth_date", "guardian", "young_agreement",
    }  # fmt: skip
    assert {state for name, state in states.items() if state != NOT_NEEDED} == {DONE}


def test_without_a_valid_login_of_the_same_person_the_login_is_asked() -> None:
    confirmed = _complete(status="confirmed")
    assert next_step(progress(confirmed, None, TODAY, Ages())) is Step.LOGIN
    assert next_step(progress(confirmed, _person("somebody else"), TODAY, Ages())) is Step.LOGIN


@pytest.mark.parametrize(
    ("born", "asked"),
    [
        (date(2010, 3, 3), Step.CONFIRMATION),  # 15 until tomorrow
        (date(2010, 3, 2), Step.YOUNG_AGREEMENT),  # 16 today
        (date(2008, 3, 3), Step.YOUNG_AGREEMENT),  # 17 until tomorrow
        (date(2022, 9, 14), Step.CONFIRMATION),
    ],
)
def test_only_a_16_or_17_year_old_is_asked_to_agree(born: date, asked: Step) -> None:
    assert _next(_complete(subject="child", child_name="Ola", child_birth_date=born, child_on_policy=True)) is asked


def test_ages_may_be_moved() -> None:
    fifteen = _complete(subject="child", child_name="Ola", child_birth_date=date(2010, 3, 3), child_on_policy=True)
    moved = progress(fifteen, _person(), TODAY, Ages(own_decision=15))
    assert next_step(moved) is Step.YOUNG_AGREEMENT


def test_parental_responsibility_is_confirmed_where_the_policy_has_no_link() -> None:
    child = {"subject": "child", "child_name": "Emma", "child_birth_date": date(2022, 9, 14)}
    for linked, confirmed, asked in (
        (False, None, Step.GUARDIAN), (None, None, Step.GUARDIAN), (False, False, Step.GUARDIAN),
        (False, True, Step.CONFIRMATION), (True, None, Step.CONFIRMATION),
    ):  # fmt: skip
        assert _next(_complete(**child, child_on_policy=linked, guardian_confirmed=confirmed)) is asked


def test_cover_that_could_not_be_checked_does_not_hold_the_questions_up() -> None:
    assert _next(_complete(policy_id=None, coverage_pending=True)) is Step.CONFIRMATION
    assert _next(_complete(policy_id=None)) is Step.POLICY_NUMBER


def test_no_is_no_agreement_and_yes_to_the_warning_signs_is_no_answer() -> None:
    young = {"subject": "child", "child_name": "Ola", "child_birth_date": date(2009, 7, 19), "child_on_policy": True}
    assert _next(_complete(**young, young_agreed=False)) is Step.YOUNG_AGREEMENT
    assert _next(_complete(**young, young_agreed=True)) is Step.CONFIRMATION
    assert _next(_complete(warning_answer="yes")) is Step.WARNING_SIGNS


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("endre polisenummer", Step.POLICY_NUMBER),
        ("jeg skrev feil polisenummer", Step.POLICY_NUMBER),
        ("change the policy number", Step.POLICY_NUMBER),
        ("change what I wrote", Step.REASON),
        ("endre det jeg skrev", Step.REASON),
        ("det var feil barn", Step.CHILD),
        ("jeg skrev feil navn på barnet, endre navnet på barnet", Step.CHILD),
        ("endre fødselsdatoen", Step.CHILD),
        ("det gjelder ikke meg", Step.PATIENT),
        ("change who it is for", Step.PATIENT),
        ("endre hvor lenge", Step.FOLLOW_UP_1),
        ("change how bad it is", Step.FOLLOW_UP_2),
        ("jeg vil endre noe", None),
        ("change", None),
        ("", None),
    ],
)
def test_the_part_that_is_named(text: str, part: Step | None) -> None:
    assert corrections.part_named(text) is part


@pytest.mark.parametrize("part", corrections.PARTS)
def test_opening_a_part_again_asks_it_next_and_keeps_the_rest(part: Step) -> None:
    intake = _complete(
        subject="child", child_person_id="p2", child_name="Sander", child_birth_date=date(2009, 7, 19),
        child_on_policy=True, young_agreed=True,
    )  # fmt: skip
    corrections.reopen(intake, part)
    assert _next(intake) is part
    assert intake.person_id == "p1"
    if part not in {Step.PATIENT, Step.CHILD}:
        assert (intake.child_name, intake.child_birth_date, intake.young_agreed) == ("Sander", date(2009, 7, 19), True)
    if part is not Step.POLICY_NUMBER:
        assert intake.policy_id == "l1"
    if part is not Step.REASON:
        assert intake.words() == ["vondt i halsen"]


def test_another_patient_is_asked_about_warning_signs_anew() -> None:
    for part in (Step.PATIENT, Step.CHILD):
        intake = _complete(subject="child", child_name="Emma", child_birth_date=date(2022, 9, 14))
        corrections.reopen(intake, part)
        assert intake.warning_answer is None, part
        assert intake.child_name is None


def test_replaced_words_stay_readable_but_do_not_count() -> None:
    intake = _complete()
    corrections.reopen(intake, Step.REASON)
    assert intake.words() == []
    assert [(note.step, note.text) for note in intake.notes] == [("reason_replaced", "vondt i halsen")]
    assert (intake.reason_kind, intake.duration_text, intake.severity_text) == (None, None, None)


def test_a_new_reason_is_asked_about_warning_signs_anew() -> None:
    intake = _complete()
    corrections.reopen(intake, Step.REASON)
    assert intake.warning_answer is None
