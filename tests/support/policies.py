"""Puts persons and policies into a test database."""

from __future__ import annotations

from datetime import date

from clinic.container import Container
from clinic.coverage import Role
from clinic.coverage.lines import PolicyLine, PolicyTerms
from clinic.coverage.policy_file import PolicyGroup
from clinic.coverage.register import PolicyRegister
from clinic.identity import national_id
from clinic.identity.persons import Person


def add_person(container: Container, first_name: str, born: date, serial: int = 0) -> Person:
    """Keep a synthetic person born on `born`; `serial` tells two of one day apart."""
    return container.persons.find_or_create(national_id.synthetic_number(born, serial), first_name, "Prøvesen")


def add_policy(
    container: Container,
    number: str,
    members: list[tuple[Role, str, date]],
    includes_digital_doctor: bool = True,
    valid_from: date = date(2025, 1, 1),
    valid_to: date | None = None,
) -> None:
    """Keep a policy with members given by role, first name and birth date (the persons of `add_person`)."""
    terms = PolicyTerms(number, "Helseforsikring", includes_digital_doctor, valid_from, valid_to)
    group = PolicyGroup(terms)
    for role, first_name, born in members:
        checked = national_id.parse(national_id.synthetic_number(born), born, allow_synthetic=True)
        group.members.append(PolicyLine(terms, role, checked, first_name, "Prøvesen"))
    PolicyRegister(container.database, container.clock, allow_synthetic=True).write([group])
