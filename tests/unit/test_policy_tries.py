"""Guessing policy numbers: after a few wrong ones there is a pause, and no answer tells more than another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
import time_machine
from sqlalchemy import event

from clinic.container import Container
from clinic.coverage import CoverageStatus, Role
from tests.support.people import BORN_1980
from tests.support.policies import add_person, add_policy

TODAY = date(2026, 3, 2)
OLA_BORN = date(1982, 7, 1)


@pytest.fixture
def kari(container: Container) -> str:
    """The id of a person with policy 12345678, where somebody else has 87654321."""
    add_policy(container, "12345678", [(Role.HOLDER, "Kari", BORN_1980)])
    add_policy(container, "87654321", [(Role.HOLDER, "Ola", OLA_BORN)])
    return add_person(container, "Kari", BORN_1980).id


def statuses(container: Container, person: str, numbers: list[str], origin: str | None = None) -> list[CoverageStatus]:
    return [container.coverage.check(number, person, TODAY, origin).status for number in numbers]


def test_after_five_wrong_numbers_an_hour_there_is_a_pause_for_right_ones_too(container: Container, kari: str) -> None:
    guesses = ["87654321", *(f"1111111{digit}" for digit in range(4))]
    found = statuses(container, kari, guesses)
    assert found == [CoverageStatus.NOT_ON_POLICY, *[CoverageStatus.UNKNOWN] * 4]
    paused = container.coverage.check("12345678", kari, TODAY)
    assert paused.status is CoverageStatus.PAUSED and paused.policy_id is None
    assert 3500 < paused.wait_s <= 3600


def test_right_numbers_are_not_counted_and_wipe_nothing_out(container: Container, kari: str) -> None:
    numbers = ["12345678", "11111111"] * 5 + ["12345678"]
    assert statuses(container, kari, numbers)[-1] is CoverageStatus.PAUSED
    assert statuses(container, kari, ["x", "123"]) == [CoverageStatus.MALFORMED] * 2


def test_pause_ends_by_itself(container: Container, kari: str) -> None:
    with time_machine.travel("2026-03-02T12:00:00Z", tick=False) as clock:
        statuses(container, kari, ["11111111"] * 5)
        assert statuses(container, kari, ["12345678"]) == [CoverageStatus.PAUSED]
        clock.shift(3601)
        assert statuses(container, kari, ["12345678"]) == [CoverageStatus.OK]


def test_one_address_has_twenty_tries_over_all_persons(container: Container, kari: str) -> None:
    people = [add_person(container, "Per", date(1970, 1, day)).id for day in range(1, 6)]
    for person in people[:4]:
        statuses(container, person, ["11111111"] * 5, "the same telephone mast")
    assert statuses(container, people[4], ["11111111"], "the same telephone mast") == [CoverageStatus.PAUSED]
    assert statuses(container, kari, ["12345678"], "elsewhere") == [CoverageStatus.OK]


def test_thousand_guesses_find_no_policy(container: Container, kari: str) -> None:
    guesses = [f"{number:08d}" for number in range(87654321 - 900, 87654321 + 100)]
    found = statuses(container, kari, guesses, "an attacker")
    assert found.count(CoverageStatus.PAUSED) == 995
    assert set(found) == {CoverageStatus.UNKNOWN, CoverageStatus.PAUSED}


@contextmanager
def counted_queries(container: Container) -> Iterator[list[str]]:
    """The statements sent to the database in the block."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(container.database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(container.database.engine, "before_cursor_execute", note)


def test_number_of_somebody_else_and_no_number_cost_the_same_work(container: Container, kari: str) -> None:
    sent = []
    for number in ("87654321", "11111111"):
        with counted_queries(container) as queries:
            container.coverage.check(number, kari, TODAY)
        sent.append(queries)
    assert sent[0] == sent[1] and sent[0]
