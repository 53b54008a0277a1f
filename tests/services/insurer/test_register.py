"""An insurer as the register: what it answers counts, for a while; and when it does not answer, that is said."""

from __future__ import annotations

from datetime import date

import pytest
from structlog.testing import capture_logs

from clinic.container import Container
from clinic.coverage import CoverageStatus
from clinic.identity.national_id import synthetic_number
from clinic.identity.persons import Person
from tests.support.insurer import Insurer, policy
from tests.support.people import BORN_1980
from tests.support.policies import add_person

TODAY = date(2026, 3, 2)
KARI_NUMBER = synthetic_number(BORN_1980)
EMMA = {
    "national_id": synthetic_number(date(2021, 9, 14)),
    "first_name": "Emma",
    "last_name": "Prøvesen",
    "covered_from": None,
}


@pytest.fixture
def kari(container: Container) -> Person:
    return add_person(container, "Kari", BORN_1980)


def check(container: Container, person: Person, number: str) -> CoverageStatus:
    container.coverage.ask(person.id, number)
    return container.coverage.check(number, person.id, TODAY).status


def test_what_the_insurer_says_counts(container: Container, insurer: Insurer, kari: Person) -> None:
    insurer.policies[KARI_NUMBER] = [
        policy("12345678"),
        policy("22222222", valid_to="2026-03-01"),
        policy("33333333", includes_digital_doctor=False),
        policy("44444444", covered_from="2026-04-01"),
        policy("55555555", covered_from="2026-03-02"),
    ]
    found = {number: check(container, kari, number) for number in ("12345678", "22222222", "33333333", "44444444")}
    assert list(found.values()) == [
        CoverageStatus.OK, CoverageStatus.NOT_ACTIVE, CoverageStatus.NO_DIGITAL_DOCTOR, CoverageStatus.WAITING,
    ]  # fmt: skip
    assert container.coverage.check("44444444", kari.id, TODAY).covered_from == date(2026, 4, 1)
    assert check(container, kari, "55555555") is CoverageStatus.OK
    assert check(container, kari, "99999999") is CoverageStatus.UNKNOWN


def test_an_answer_is_kept_for_a_while_and_not_asked_for_again(
    container: Container, insurer: Insurer, kari: Person
) -> None:
    insurer.policies[KARI_NUMBER] = [policy("12345678")]
    assert [check(container, kari, "12345678") for _ in range(3)] == [CoverageStatus.OK] * 3
    assert len(insurer.questions) == 1
    assert [check(container, kari, "99999999") for _ in range(2)] == [CoverageStatus.UNKNOWN] * 2
    assert len(insurer.questions) == 2


def test_children_come_with_the_policy_and_go_with_it(container: Container, insurer: Insurer, kari: Person) -> None:
    waiting = {**EMMA, "national_id": synthetic_number(date(2015, 1, 5)), "first_name": "Jonas"}
    insurer.policies[KARI_NUMBER] = [
        policy("34567890", children=[EMMA, {**waiting, "covered_from": "2026-06-01"}]),
        policy("23456789", "employee", is_group=True, product="Helseforsikring Bedrift"),
    ]
    assert check(container, kari, "34567890") is CoverageStatus.OK
    policy_id = container.coverage.check("34567890", kari.id, TODAY).policy_id
    assert [(child.first_name, child.age) for child in container.coverage.children_on(policy_id, TODAY)] == [
        ("Emma", 4)
    ]
    insurer.policies[KARI_NUMBER][0]["children"] = []
    container.coverage.ask(kari.id, None)
    assert container.coverage.children_on(policy_id, TODAY) == []
    assert [one.product for one in container.coverage.group_policies(kari.id, TODAY)] == ["Helseforsikring Bedrift"]


def test_who_is_taken_off_a_policy_is_off_it(container: Container, insurer: Insurer, kari: Person) -> None:
    insurer.policies[KARI_NUMBER] = [policy("12345678"), policy("23456789")]
    container.coverage.ask(kari.id, None)
    assert [one.number for one in container.coverage.policies_of(kari.id)] == ["12345678", "23456789"]
    insurer.policies[KARI_NUMBER] = [policy("23456789")]
    assert check(container, kari, "12345678") is CoverageStatus.NOT_ON_POLICY
    assert [one.number for one in container.coverage.policies_of(kari.id)] == ["23456789"]


def test_insurer_that_is_away_is_no_wrong_number(container: Container, insurer: Insurer, kari: Person) -> None:
    insurer.always = 503
    found = [check(container, kari, "12345678") for _ in range(7)]
    assert set(found) == {CoverageStatus.UNAVAILABLE}, "seven would be too many wrong ones"
    assert insurer.requests == 3, "one message does not wait for the same failure twice"
    assert container.coverage.group_policies(kari.id, TODAY) == []


def test_nobody_is_asked_during_a_pause_for_wrong_numbers(container: Container, insurer: Insurer, kari: Person) -> None:
    for number in range(5):
        check(container, kari, f"9999999{number}")
    asked = len(insurer.questions)
    assert check(container, kari, "12345678") is CoverageStatus.PAUSED
    assert len(insurer.questions) == asked


def test_nothing_personal_is_logged(container: Container, insurer: Insurer, kari: Person) -> None:
    insurer.always = 503
    with capture_logs() as logs:
        check(container, kari, "12345678")
    assert logs[0]["event"] == "insurer.unavailable"
    assert KARI_NUMBER not in str(logs) and "12345678" not in str(logs)
