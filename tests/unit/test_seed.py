"""The demo persons: all synthetic, ages that stay true, and a policy for every case worth trying."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.clock import FixedClock, oslo_date
from clinic.container import Container
from clinic.coverage import CoverageStatus
from clinic.identity import national_id
from clinic.identity.national_id import NumberKind, age_on
from clinic.seed import SeedError, describe, login_persons, seed
from clinic.seed.people import PERSONS, POLICIES
from clinic.settings import Settings


@given(st.dates(date(2026, 1, 1), date(2039, 12, 31)))
def test_ages_are_true_on_any_day(today: date) -> None:
    numbers = [person.national_id(today) for person in PERSONS]
    assert len(set(numbers)) == len(PERSONS)
    for person, number in zip(PERSONS, numbers, strict=True):
        checked = national_id.parse(number, today, allow_synthetic=True)
        assert checked.is_synthetic
        assert age_on(checked.birth_date, today) == person.age


def test_everyone_the_intake_needs_is_there() -> None:
    today = date(2026, 3, 2)
    ages = {person.age for person in PERSONS}
    kinds = {national_id.parse(p.national_id(today), today, allow_synthetic=True).kind for p in PERSONS}
    families = [sorted(child["age"] for child in person["children"]) for person in describe(today).persons]
    assert {4, 13, 16, 17} <= ages and len([age for age in ages if age >= 18]) >= 6
    assert kinds == {NumberKind.BIRTH_NUMBER, NumberKind.D_NUMBER}
    assert [4, 13] in families and [16, 17] in families
    assert {policy["status"] for policy in describe(today).policies} == {"active", "lapsed"}
    assert all(len(policy.number) == 8 for policy in POLICIES)


@pytest.mark.parametrize(
    ("name", "number", "status"),
    [
        ("Kari", "12345678", CoverageStatus.OK),
        ("Ola", "23456789", CoverageStatus.OK),
        ("Ingrid", "34567890", CoverageStatus.OK),
        ("Marius", "34567890", CoverageStatus.OK),
        ("Thea", "45678901", CoverageStatus.OK),
        ("Aleksander", "56789012", CoverageStatus.OK),
        ("Per", "67890123", CoverageStatus.NOT_ACTIVE),
        ("Anne", "78901234", CoverageStatus.NO_DIGITAL_DOCTOR),
        ("Lars", "12345678", CoverageStatus.NOT_ON_POLICY),
    ],
)
def test_each_case_can_be_tried(container: Container, name: str, number: str, status: CoverageStatus) -> None:
    seed(container)
    today = oslo_date(container.clock.now())
    chosen = next(person for person in login_persons(today) if person["first_name"] == name)
    person = container.persons.by_national_id(chosen["national_id"])
    assert container.coverage.check(number, person.id, today).status is status


def test_seeding_again_changes_nothing(container: Container) -> None:
    first = seed(container)
    before = _everything(container)
    assert seed(container) == first
    assert _everything(container) == before


def test_a_birthday_moves_the_policy_to_the_new_number(container: Container, clock: FixedClock) -> None:
    """A year later the demo child is a new person of the same age: the one who grew up is taken off the policy."""
    seed(container)
    clock.set("2027-03-02T12:00:00")
    seed(container)
    today = oslo_date(clock.now())
    ingrid = next(person for person in login_persons(today) if person["first_name"] == "Ingrid")
    person = container.persons.by_national_id(ingrid["national_id"])
    policy = container.coverage.check("34567890", person.id, today)
    assert [child.age for child in container.coverage.children_on(policy.policy_id, today)] == [13, 4]


def test_production_gets_no_demo_persons(settings: Settings) -> None:
    production = Settings(**{**vars(settings), "env": "prod"})
    with pytest.raises(SeedError, match="development only"):
        seed(Container(production))


def _everything(container: Container) -> list[list[tuple[object, ...]]]:
    tables = ("persons", "policies", "policy_members")
    with container.database.engine.connect() as connection:
        return [sorted(map(tuple, connection.exec_driver_sql(f"SELECT * FROM {t}")), key=str) for t in tables]
