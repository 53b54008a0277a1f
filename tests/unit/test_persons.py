"""Persons are found by national number and never shown by it."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import text

from clinic.container import Container
from clinic.identity.national_id import NationalIdError, synthetic_number
from clinic.identity.persons import Persons, PersonUnknown
from tests.support.people import BORN_1980, BORN_2015

NUMBER = synthetic_number(BORN_1980)


def test_the_same_number_is_the_same_person(container: Container) -> None:
    first = container.persons.find_or_create(NUMBER, "Kari", "Testdatter")
    again = container.persons.find_or_create(f"{NUMBER[:6]} {NUMBER[6:]}", "Kari", "Testdatter")
    other = container.persons.find_or_create(synthetic_number(BORN_2015), "Per", "Prøvesen")
    assert first == again != other
    assert container.persons.get(first.id) == container.persons.by_national_id(NUMBER) == first
    assert first.birth_date == BORN_1980


def test_a_new_name_is_kept(container: Container) -> None:
    container.persons.find_or_create(NUMBER, "Kari", "Testdatter")
    renamed = container.persons.find_or_create(NUMBER, "  Kari   Anne ", "Nygift")
    assert (renamed.first_name, renamed.last_name) == ("Kari Anne", "Nygift")
    assert container.persons.get(renamed.id) == renamed


def test_unknown_persons(container: Container) -> None:
    assert container.persons.by_national_id(NUMBER) is None
    with pytest.raises(PersonUnknown):
        container.persons.get("no-such-id")


def test_synthetic_numbers_are_refused_in_production(container: Container) -> None:
    production = Persons(container.database, container.clock, allow_synthetic=False)
    with pytest.raises(NationalIdError, match="production"):
        production.find_or_create(NUMBER, "Kari", "Testdatter")


def test_the_number_is_in_no_log_and_no_plain_column(container: Container, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("sqlalchemy.engine").setLevel(logging.INFO)
    try:
        person = container.persons.find_or_create(NUMBER, "Kari", "Testdatter")
    finally:
        logging.getLogger("sqlalchemy.engine").setLevel(logging.WARNING)
    assert "INSERT INTO persons" in caplog.text and NUMBER not in caplog.text
    assert NUMBER not in repr(person)
    with container.database.read() as session:
        row = session.execute(text("SELECT * FROM persons")).one()
    assert NUMBER not in [str(value) for value in row]
