"""The synthetic persons and policies of development. Nobody here exists: all names and numbers are made up.

Ages stay true: everyone has a fixed birthday, and the year of birth follows from today's date.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from clinic.coverage.model import Role
from clinic.identity.national_id import synthetic_number

LOGIN_AGE = 13
"""Years. Younger persons are known to the policy register, but have no login of their own to try."""


@dataclass(frozen=True)
class DemoPerson:
    """A made-up person with a synthetic national number; `birthday` is month and day."""

    key: str
    first_name: str
    last_name: str
    age: int
    birthday: tuple[int, int]
    note: str
    parents: tuple[str, ...] = ()
    has_d_number: bool = False

    @property
    def name(self) -> str:
        """Return first and last name."""
        return f"{self.first_name} {self.last_name}"

    def birth_date(self, today: date) -> date:
        """Return the date of birth that makes the person `age` years old on `today`."""
        month, day = self.birthday
        return date(today.year - self.age - ((today.month, today.day) < (month, day)), month, day)

    def national_id(self, today: date) -> str:
        """Return a synthetic national number (month + 80) for that date of birth."""
        return synthetic_number(self.birth_date(today), d_number=self.has_d_number)


@dataclass(frozen=True)
class DemoPolicy:
    """A made-up policy; `lapsed` ones ended with last year."""

    number: str
    product: str
    members: tuple[tuple[str, Role], ...]
    includes_digital_doctor: bool = True
    lapsed: bool = False
    is_group: bool = False

    def valid_from(self, today: date) -> date:
        """Return the first day: the new year's day two years back."""
        return date(today.year - 2, 1, 1)

    def valid_to(self, today: date) -> date | None:
        """Return the last day of a lapsed policy, None for one that goes on."""
        return date(today.year - 1, 12, 31) if self.lapsed else None


@dataclass(frozen=True)
class DemoDoctor:
    """A made-up doctor for the doctor's side."""

    first_name: str
    last_name: str
    birthday: tuple[int, int]
    age: int

    @property
    def name(self) -> str:
        """Return first and last name."""
        return f"{self.first_name} {self.last_name}"


PERSONS = (
    DemoPerson("kari", "Kari", "Testdatter", 46, (5, 17), "insured herself; the one to try first"),
    DemoPerson("ola", "Ola", "Prøvesen", 52, (2, 11), "insured through his employer"),
    DemoPerson("ingrid", "Ingrid", "Eksempelsen", 38, (8, 23), "insured, parent of a 4-year-old and a 13-year-old"),
    DemoPerson("marius", "Marius", "Eksempelsen", 41, (3, 9), "insured as spouse, the other parent of the two"),
    DemoPerson("jonas", "Jonas", "Eksempelsen", 13, (6, 2), "13 years, on his parents' policy", ("ingrid", "marius")),
    DemoPerson("emma", "Emma", "Eksempelsen", 4, (9, 14), "4 years, on her parents' policy", ("ingrid", "marius")),
    DemoPerson("nora", "Nora", "Mønster", 47, (4, 28), "insured, parent of a 16-year-old and a 17-year-old"),
    DemoPerson("thea", "Thea", "Mønster", 17, (1, 30), "17 years, decides herself, on her parent's policy", ("nora",)),
    DemoPerson(
        "sander", "Sander", "Mønster", 16, (7, 19), "16 years, decides himself, on his parent's policy", ("nora",)
    ),
    DemoPerson("aleksander", "Aleksander", "Syntetisk", 34, (10, 5), "insured, has a D-number", has_d_number=True),
    DemoPerson("per", "Per", "Liksom", 59, (11, 12), "his policy has lapsed"),
    DemoPerson("anne", "Anne", "Påfunn", 44, (12, 3), "her policy lacks the digital doctor"),
    DemoPerson("lars", "Lars", "Tenkt", 29, (2, 20), "has no policy"),
)

POLICIES = (
    DemoPolicy("12345678", "Helseforsikring Privat", (("kari", Role.HOLDER),)),
    DemoPolicy("23456789", "Helseforsikring Bedrift", (("ola", Role.EMPLOYEE),), is_group=True),
    DemoPolicy(
        "34567890",
        "Helseforsikring Familie",
        (("ingrid", Role.HOLDER), ("marius", Role.SPOUSE), ("jonas", Role.CHILD), ("emma", Role.CHILD)),
    ),
    DemoPolicy(
        "45678901", "Helseforsikring Familie", (("nora", Role.HOLDER), ("thea", Role.CHILD), ("sander", Role.CHILD))
    ),
    DemoPolicy("56789012", "Helseforsikring Privat", (("aleksander", Role.HOLDER),)),
    DemoPolicy("67890123", "Helseforsikring Privat", (("per", Role.HOLDER),), lapsed=True),
    DemoPolicy("78901234", "Ulykkesforsikring", (("anne", Role.HOLDER),), includes_digital_doctor=False),
)

DOCTORS = (
    DemoDoctor("Solveig", "Prøvelege", (3, 21), 43),
    DemoDoctor("Henrik", "Testlege", (9, 8), 51),
)
