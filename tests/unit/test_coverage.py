"""Coverage: who is insured today, and what a stranger to a policy may not learn."""

from __future__ import annotations

from datetime import date

import pytest

from clinic.container import Container
from clinic.coverage import CoverageStatus, PolicyStatus, Role
from tests.support.people import BORN_1980
from tests.support.policies import add_person, add_policy

TODAY = date(2026, 3, 2)
BORN_1982 = date(1982, 7, 1)


def test_everyone_on_the_policy_is_covered(container: Container) -> None:
    roles = [Role.HOLDER, Role.SPOUSE, Role.EMPLOYEE, Role.CHILD]
    births = [BORN_1980, BORN_1982, date(1990, 1, 1), date(2015, 6, 1)]
    add_policy(container, "12345678", [(role, role.value, born) for role, born in zip(roles, births, strict=True)])
    for born in births:
        person = add_person(container, "x", born)
        result = container.coverage.check("12345678", person.id, TODAY)
        assert result.status is CoverageStatus.OK
        assert container.coverage.policy(result.policy_id or "").number == "12345678"


@pytest.mark.parametrize(
    ("first", "last", "status"),
    [
        (date(2026, 3, 2), None, CoverageStatus.OK),
        (date(2026, 3, 3), None, CoverageStatus.NOT_ACTIVE),
        (date(2025, 1, 1), date(2026, 3, 2), CoverageStatus.OK),
        (date(2025, 1, 1), date(2026, 3, 1), CoverageStatus.NOT_ACTIVE),
    ],
)
def test_both_days_are_included(container: Container, first: date, last: date | None, status: CoverageStatus) -> None:
    add_policy(container, "12345678", [(Role.HOLDER, "Kari", BORN_1980)], valid_from=first, valid_to=last)
    kari = add_person(container, "Kari", BORN_1980)
    assert container.coverage.check("12345678", kari.id, TODAY).status is status


def test_a_policy_without_the_digital_doctor(container: Container) -> None:
    add_policy(container, "12345678", [(Role.HOLDER, "Kari", BORN_1980)], includes_digital_doctor=False)
    kari = add_person(container, "Kari", BORN_1980)
    assert container.coverage.check("12345678", kari.id, TODAY).status is CoverageStatus.NO_DIGITAL_DOCTOR


def test_a_stranger_learns_nothing_about_a_policy(container: Container) -> None:
    """Neither that it has lapsed nor what it includes: only that it is not theirs; and never its id."""
    add_policy(
        container,
        "12345678",
        [(Role.HOLDER, "Kari", BORN_1980)],
        includes_digital_doctor=False,
        valid_to=date(2025, 2, 1),
    )
    stranger = add_person(container, "Ola", BORN_1982)
    for person_id in (stranger.id, "nobody"):
        result = container.coverage.check("12345678", person_id, TODAY)
        assert (result.status, result.policy_id) == (CoverageStatus.NOT_ON_POLICY, None)
    assert container.coverage.check("87654321", stranger.id, TODAY).status is CoverageStatus.UNKNOWN


@pytest.mark.parametrize("number", ["", "12345", "1" * 13, "1" * 200, "12 345 678", "1234567a", "١٢٣٤٥٦٧٨", "' OR 1=1"])
def test_what_is_no_number_is_malformed(container: Container, number: str) -> None:
    assert container.coverage.check(number, "someone", TODAY).status is CoverageStatus.MALFORMED


def test_children_until_the_day_they_turn_eighteen(container: Container) -> None:
    turns_18, day_before = date(2008, 3, 2), date(2008, 3, 3)
    members = [
        (Role.HOLDER, "Kari", BORN_1980),
        (Role.CHILD, "Voksen", turns_18),
        (Role.CHILD, "Nesten", day_before),
        (Role.CHILD, "Liten", date(2022, 9, 14)),
    ]
    add_policy(container, "12345678", members)
    kari = add_person(container, "Kari", BORN_1980)
    policy_id = container.coverage.check("12345678", kari.id, TODAY).policy_id
    children = container.coverage.children_on(policy_id, TODAY)
    assert [(child.first_name, child.age) for child in children] == [("Nesten", 17), ("Liten", 3)]
    grown = add_person(container, "Voksen", turns_18)
    assert container.coverage.check("12345678", grown.id, TODAY).status is CoverageStatus.NOT_ON_POLICY
    assert container.coverage.check("12345678", grown.id, date(2026, 3, 1)).status is CoverageStatus.OK
    assert container.coverage.children_on(None, TODAY) == []


def test_policies_of_a_person(container: Container) -> None:
    add_policy(container, "22222222", [(Role.EMPLOYEE, "Kari", BORN_1980)])
    add_policy(container, "11111111", [(Role.HOLDER, "Kari", BORN_1980)], valid_to=date(2025, 12, 31))
    kari = add_person(container, "Kari", BORN_1980)
    found = [(policy.number, policy.status(TODAY)) for policy in container.coverage.policies_of(kari.id)]
    assert found == [("11111111", PolicyStatus.LAPSED), ("22222222", PolicyStatus.ACTIVE)]
    assert container.coverage.policies_of("nobody") == []
