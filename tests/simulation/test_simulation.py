"""Simulated patients against the running program: they get what they want, and an emergency stops every booking."""

from __future__ import annotations

from random import Random

import pytest

from web.simulation.conversation import Conversation, Outcome
from web.simulation.patient import GOALS, Patient
from web.simulation.questions import asked, is_misunderstanding
from web.simulation.run import Report
from web.simulation.site import WholeSite


def _outcome(site: WholeSite, name: str, goal: str, *habits: str, language: str = "nb") -> Outcome:
    patient = Patient(Random(name), "34567890", "Emma", language, goal, frozenset(habits))
    if "emergency" in habits:
        patient.emergency_at = 5
    return Conversation(site, patient, f"simulated-{name}", "Ingrid").play()


@pytest.mark.parametrize("language", ["nb", "en"])
@pytest.mark.parametrize("goal", sorted(set(GOALS)))
def test_each_goal_is_reached(site: WholeSite, goal: str, language: str) -> None:
    outcome = _outcome(site, f"{goal}-{language}", goal, "mistypes", "digresses", language=language)
    assert outcome.complete and not outcome.went_wrong, "\n".join(outcome.said)


@pytest.mark.parametrize("habit", ["over_answers", "corrects", "wrong_policy", "angry", "frightened", "switches"])
def test_each_habit_is_borne_with(site: WholeSite, habit: str) -> None:
    outcome = _outcome(site, habit, "symptom", habit)
    assert outcome.complete and not outcome.went_wrong, "\n".join(outcome.said)


def test_an_emergency_in_the_middle_stops_the_booking(site: WholeSite) -> None:
    outcome = _outcome(site, "danger", "symptom", "emergency")
    assert outcome.emergency and outcome.emergency_stopped and not outcome.complete, "\n".join(outcome.said)


def test_who_never_finds_the_number_is_not_counted_as_a_failure(site: WholeSite) -> None:
    outcome = _outcome(site, "lost", "symptom", "never_finds_policy")
    assert not outcome.can_complete and not outcome.complete and not outcome.loop


def test_the_same_seed_gives_the_same_patient() -> None:
    one, other = (Patient.made(Random("7 3"), "12345678", None) for _ in range(2))
    assert (one.goal, one.habits, one.opens()) == (other.goal, other.habits, other.opens())


def test_questions_are_read_out_of_the_bubbles() -> None:
    assert asked(["Takk, forsikringen din er i orden.", "Hvem gjelder det?"]) == "patient"
    assert asked(["Ring 113 nå."]) is None
    assert is_misunderstanding("Beklager, det forsto jeg ikke. Kan du si det med andre ord?")


def test_the_report_counts_only_who_could_complete() -> None:
    done = Outcome("symptom", "nb", frozenset(), can_complete=True, complete=True, turns=9)
    silent = Outcome("symptom", "nb", frozenset({"goes_silent"}), can_complete=False, turns=4)
    broken = Outcome("child", "en", frozenset(), can_complete=True, failure="the bot broke down")
    report = Report([done, silent, broken])
    assert (report.completion, report.turns_to_booking) == (0.5, 9)
    assert any(line.startswith("--- the bot broke down") for line in report.examples())
