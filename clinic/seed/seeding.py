"""Writes the demo persons and policies, and describes them for people, tests and the development login."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from clinic.clock import oslo_date
from clinic.coverage.lines import PolicyLine, PolicyTerms
from clinic.coverage.model import PolicyStatus
from clinic.coverage.policy_file import PolicyGroup
from clinic.coverage.register import PolicyRegister
from clinic.errors import ClinicError
from clinic.identity import national_id
from clinic.seed.people import DOCTORS, LOGIN_AGE, PERSONS, POLICIES, DemoPerson, DemoPolicy

if TYPE_CHECKING:
    from clinic.container import Container

_BY_KEY = {person.key: person for person in PERSONS}


class SeedError(ClinicError):
    """Demo persons must not get into a production database."""


@dataclass(frozen=True)
class SeedSummary:
    """The demo persons, policies and doctors, ready for JSON."""

    persons: list[dict[str, Any]]
    policies: list[dict[str, Any]]
    doctors: list[dict[str, Any]]

    def as_json(self) -> dict[str, Any]:
        """Return the summary as `clinic seed --json` prints it."""
        return asdict(self)


def seed(container: Container) -> SeedSummary:
    """Write the demo persons and policies; doing it again changes nothing until somebody has a birthday.

    Raises:
        SeedError: this is production.
        DatabaseUnavailable: the database cannot be written.
    """
    if not container.settings.is_dev:
        raise SeedError("Demo persons are for development only: CLINIC_ENV is prod")
    today = oslo_date(container.clock.now())
    for person in PERSONS:
        container.persons.find_or_create(person.national_id(today), person.first_name, person.last_name)
    register = PolicyRegister(container.database, container.clock, allow_synthetic=True)
    register.write(_group(policy, today) for policy in POLICIES)
    return describe(today)


def describe(today: date) -> SeedSummary:
    """Return what `seed` writes on `today`, without touching a database."""
    return SeedSummary(
        persons=[_person(person, today) for person in PERSONS if person.age >= LOGIN_AGE],
        policies=[_policy(policy, today) for policy in POLICIES],
        doctors=[
            {
                "name": doctor.name,
                "national_id": DemoPerson("", "", "", doctor.age, doctor.birthday, "").national_id(today),
            }
            for doctor in DOCTORS
        ],
    )


def login_persons(today: date) -> list[dict[str, str]]:
    """Return the persons that the development login offers."""
    return [
        {
            "national_id": person.national_id(today),
            "first_name": person.first_name,
            "last_name": person.last_name,
            "birth_date": person.birth_date(today).isoformat(),
            "note": person.note,
        }
        for person in PERSONS
        if person.age >= LOGIN_AGE
    ]


def _group(policy: DemoPolicy, today: date) -> PolicyGroup:
    terms = PolicyTerms(
        policy.number,
        policy.product,
        policy.includes_digital_doctor,
        policy.valid_from(today),
        policy.valid_to(today),
        policy.is_group,
    )
    group = PolicyGroup(terms)
    for key, role in policy.members:
        person = _BY_KEY[key]
        checked = national_id.parse(person.national_id(today), today, allow_synthetic=True)
        group.members.append(PolicyLine(terms, role, checked, person.first_name, person.last_name))
    return group


def _person(person: DemoPerson, today: date) -> dict[str, Any]:
    children = [child for child in PERSONS if person.key in child.parents]
    return {
        "name": person.name,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "national_id": person.national_id(today),
        "age": person.age,
        "birth_date": person.birth_date(today).isoformat(),
        "children": [
            {
                "name": child.name,
                "first_name": child.first_name,
                "age": child.age,
                "birth_date": child.birth_date(today).isoformat(),
            }
            for child in children
        ],
        "policies": [policy.number for policy in POLICIES if person.key in {key for key, _ in policy.members}],
        "note": person.note,
    }


def _policy(policy: DemoPolicy, today: date) -> dict[str, Any]:
    status = PolicyStatus.LAPSED if policy.lapsed else PolicyStatus.ACTIVE
    valid_to = policy.valid_to(today)
    return {
        "number": policy.number,
        "status": status.value,
        "product": policy.product,
        "includes_digital_doctor": policy.includes_digital_doctor,
        "is_group": policy.is_group,
        "valid_from": policy.valid_from(today).isoformat(),
        "valid_to": None if valid_to is None else valid_to.isoformat(),
        "members": [
            {"name": _BY_KEY[key].name, "role": role.value, "age": _BY_KEY[key].age} for key, role in policy.members
        ],
    }
