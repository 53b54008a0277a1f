"""One line of a policy file: a person insured on a policy. docs/policies_csv.md describes the columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from clinic.coverage.model import Role
from clinic.coverage.service import NUMBER
from clinic.errors import ClinicError
from clinic.identity import national_id

COLUMNS = (
    "policy_number",
    "product",
    "includes_digital_doctor",
    "valid_from",
    "valid_to",
    "role",
    "national_id",
    "first_name",
    "last_name",
)
_YES_NO = {"yes": True, "ja": True, "true": True, "1": True, "no": False, "nei": False, "false": False, "0": False}
_LONGEST = {"product": 80, "first_name": 120, "last_name": 120}


class LineError(ClinicError):
    """A line cannot be used; the message says which column and why, without repeating personal data."""


@dataclass(frozen=True)
class PolicyTerms:
    """What a file says of one policy: Oslo days, both included; `valid_to` None means until further notice."""

    number: str
    product: str
    includes_digital_doctor: bool
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class PolicyLine:
    """A person in a role on a policy."""

    policy: PolicyTerms
    role: Role
    person: national_id.NationalId
    first_name: str
    last_name: str


def parse_line(cells: Mapping[str, str], today: date, allow_synthetic: bool) -> PolicyLine:
    """Read one line; raises LineError with the first thing that is wrong with it."""
    number = cells["policy_number"].replace(" ", "")
    if not NUMBER.fullmatch(number):
        raise LineError("policy_number must be 6 to 12 digits")
    valid_from = _day(cells, "valid_from")
    valid_to = _day(cells, "valid_to") if cells["valid_to"] else None
    if valid_to is not None and valid_to < valid_from:
        raise LineError("valid_to is before valid_from")
    terms = PolicyTerms(number, _text(cells, "product"), _yes_no(cells), valid_from, valid_to)
    return PolicyLine(
        terms,
        _role(cells),
        _person(cells, today, allow_synthetic),
        _text(cells, "first_name"),
        _text(cells, "last_name"),
    )


def _text(cells: Mapping[str, str], column: str) -> str:
    text = " ".join(cells[column].split())
    if not text:
        raise LineError(f"{column} is empty")
    if len(text) > _LONGEST[column]:
        raise LineError(f"{column} is longer than {_LONGEST[column]} characters")
    if not text.isprintable():
        raise LineError(f"{column} holds control characters")
    return text


def _day(cells: Mapping[str, str], column: str) -> date:
    try:
        return date.fromisoformat(cells[column])
    except ValueError:
        raise LineError(f"{column} must be a date such as 2026-01-31") from None


def _yes_no(cells: Mapping[str, str]) -> bool:
    try:
        return _YES_NO[cells["includes_digital_doctor"].lower()]
    except KeyError:
        raise LineError("includes_digital_doctor must be yes or no") from None


def _role(cells: Mapping[str, str]) -> Role:
    try:
        return Role(cells["role"].lower())
    except ValueError:
        raise LineError(f"role must be one of {', '.join(role.value for role in Role)}") from None


def _person(cells: Mapping[str, str], today: date, allow_synthetic: bool) -> national_id.NationalId:
    try:
        return national_id.parse(cells["national_id"], today, allow_synthetic)
    except national_id.NationalIdError as error:
        raise LineError(f"national_id: {error}") from None
