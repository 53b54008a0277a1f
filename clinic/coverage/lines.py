"""One line of a policy file: a person insured on a policy. docs/policies_csv.md describes the columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

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
OPTIONAL_COLUMNS = ("is_group", "covered_from")
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
    is_group: bool = False


@dataclass(frozen=True)
class PolicyLine:
    """A person in a role on a policy; `covered_from` is the first day after a waiting period."""

    policy: PolicyTerms
    role: Role
    person: national_id.NationalId
    first_name: str
    last_name: str
    covered_from: date | None = None


def parse_line(cells: Mapping[str, str], today: date, allow_synthetic: bool) -> PolicyLine:
    """Read one line; raises LineError with the first thing that is wrong with it."""
    number = cells["policy_number"].replace(" ", "")
    if not NUMBER.fullmatch(number):
        raise LineError("policy_number must be 6 to 12 digits")
    terms = PolicyTerms(
        number,
        *_terms(
            cells["product"],
            cells["includes_digital_doctor"],
            cells["valid_from"],
            cells["valid_to"],
            cells.get("is_group", ""),
        ),
    )
    return PolicyLine(
        terms,
        _role(cells["role"]),
        _person(cells, today, allow_synthetic),
        _text("first_name", cells["first_name"]),
        _text("last_name", cells["last_name"]),
        _day("covered_from", cells["covered_from"]) if cells.get("covered_from") else None,
    )


@lru_cache(maxsize=10_000)
def _terms(
    product: str, includes: str, first: str, last: str, is_group: str
) -> tuple[str, bool, date, date | None, bool]:
    """What is the same on very many policies of a file, read once."""
    valid_from = _day("valid_from", first)
    valid_to = _day("valid_to", last) if last else None
    if valid_to is not None and valid_to < valid_from:
        raise LineError("valid_to is before valid_from")
    return (
        _text("product", product),
        _yes_no("includes_digital_doctor", includes),
        valid_from,
        valid_to,
        _yes_no("is_group", is_group) if is_group else False,
    )


def _text(column: str, cell: str) -> str:
    text = " ".join(cell.split())
    if not text:
        raise LineError(f"{column} is empty")
    if len(text) > _LONGEST[column]:
        raise LineError(f"{column} is longer than {_LONGEST[column]} characters")
    if not text.isprintable():
        raise LineError(f"{column} holds control characters")
    return text


def _day(column: str, cell: str) -> date:
    try:
        return date.fromisoformat(cell)
    except ValueError:
        raise LineError(f"{column} must be a date such as 2026-01-31") from None


def _yes_no(column: str, cell: str) -> bool:
    try:
        return _YES_NO[cell.lower()]
    except KeyError:
        raise LineError(f"{column} must be yes or no") from None


def _role(cell: str) -> Role:
    try:
        return Role(cell.lower())
    except ValueError:
        raise LineError(f"role must be one of {', '.join(role.value for role in Role)}") from None


def _person(cells: Mapping[str, str], today: date, allow_synthetic: bool) -> national_id.NationalId:
    try:
        return national_id.parse(cells["national_id"], today, allow_synthetic)
    except national_id.NationalIdError as error:
        raise LineError(f"national_id: {error}") from None
