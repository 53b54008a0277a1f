"""The persons we know, found by national number but never shown by it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from clinic.clock import Clock, oslo_date
from clinic.errors import ClinicError
from clinic.identity import national_id, persons_store
from clinic.storage import Database

_NAME_LENGTH = 120


class PersonUnknown(ClinicError):
    """There is no person with this id."""


@dataclass(frozen=True)
class Person:
    """A person without the national number; `birth_date` comes from it."""

    id: str
    first_name: str
    last_name: str
    birth_date: date

    def age(self, today: date) -> int:
        """Return the age in whole years on `today`, an Oslo date."""
        return national_id.age_on(self.birth_date, today)


class Persons:
    """Finds and keeps persons. National numbers go in, and never come out or into a log."""

    def __init__(self, database: Database, clock: Clock, allow_synthetic: bool) -> None:
        """`allow_synthetic` lets made-up national numbers in: for development and tests only."""
        self._database = database
        self._clock = clock
        self._allow_synthetic = allow_synthetic

    def find_or_create(self, number: str, first_name: str, last_name: str) -> Person:
        """Return the person with this national number; a new or changed name is kept.

        Raises:
            NationalIdError: the number is not valid here.
        """
        now = self._clock.now()
        checked = national_id.parse(number, oslo_date(now), self._allow_synthetic)
        with self._database.session() as session:
            row = persons_store.find_or_create(
                session,
                national_id=checked.number,
                national_id_hash=self._fingerprint(checked),
                first_name=_tidy(first_name),
                last_name=_tidy(last_name),
                birth_date=checked.birth_date,
                now=now,
            )
            return _person(row)

    def by_national_id(self, number: str) -> Person | None:
        """Return the person with this national number, or None; raises NationalIdError for an invalid number."""
        checked = national_id.parse(number, oslo_date(self._clock.now()), self._allow_synthetic)
        with self._database.read() as session:
            row = persons_store.by_hash(session, self._fingerprint(checked))
            return None if row is None else _person(row)

    def get(self, person_id: str) -> Person:
        """Return the person with this id; raises PersonUnknown when there is none."""
        with self._database.read() as session:
            row = persons_store.by_id(session, person_id)
            if row is None:
                raise PersonUnknown(f"There is no person with the id {person_id}")
            return _person(row)

    def national_id_of(self, person_id: str) -> str:
        """Return the national number, for a register that must be asked with it, and for nothing else.

        Raises PersonUnknown.
        """
        with self._database.read() as session:
            row = persons_store.by_id(session, person_id)
            if row is None:
                raise PersonUnknown(f"There is no person with the id {person_id}")
            number: str = row.national_id
            return number

    def _fingerprint(self, checked: national_id.NationalId) -> str:
        return self._database.keyring.fingerprint("national_id", checked.number)


def _person(row: persons_store.PersonRow) -> Person:
    return Person(row.id, row.first_name, row.last_name, row.birth_date)


def _tidy(name: str) -> str:
    """Return the name with single spaces, cut to what the column holds."""
    return " ".join(name.split())[:_NAME_LENGTH]
