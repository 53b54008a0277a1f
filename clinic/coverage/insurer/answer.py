"""What the insurer answers, checked field by field: nothing that does not fit its description is believed."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from clinic.coverage.model import Role
from clinic.errors import ClinicError

MOST_POLICIES = 50
MOST_CHILDREN = 30
_LONGEST = 120


class AnswerInvalid(ClinicError):
    """The insurer's answer is not what its description says; the message names the field and no value."""


@dataclass(frozen=True)
class InsuredChild:
    """A child on a policy."""

    national_id: str = field(repr=False)
    first_name: str
    last_name: str
    covered_from: date | None


@dataclass(frozen=True)
class InsuredPolicy:
    """A policy that the person asked about is insured on, with the children on it. Days are Oslo dates."""

    number: str
    product: str
    includes_digital_doctor: bool
    is_group: bool
    valid_from: date
    valid_to: date | None
    role: Role
    covered_from: date | None
    children: tuple[InsuredChild, ...]


def read_answer(body: bytes) -> list[InsuredPolicy]:
    """The policies in an answer. Raises AnswerInvalid."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        raise AnswerInvalid("The insurer's answer is not JSON.") from None
    policies = answer.get("policies") if isinstance(answer, dict) else None
    return [_policy(one) for one in _list(policies, "policies", MOST_POLICIES)]


def _policy(raw: dict[str, Any]) -> InsuredPolicy:
    number = _text(raw, "number")
    if not (number.isascii() and number.isdigit() and 6 <= len(number) <= 12):
        raise _wrong("number")
    try:
        role = Role(_text(raw, "role"))
    except ValueError:
        raise _wrong("role") from None
    valid_from = _day(raw, "valid_from")
    if valid_from is None:
        raise _wrong("valid_from")
    return InsuredPolicy(
        number=number,
        product=_text(raw, "product")[:80],
        includes_digital_doctor=_flag(raw, "includes_digital_doctor"),
        is_group=_flag(raw, "is_group"),
        valid_from=valid_from,
        valid_to=_day(raw, "valid_to"),
        role=role,
        covered_from=_day(raw, "covered_from"),
        children=tuple(_child(one) for one in _list(raw.get("children", []), "children", MOST_CHILDREN)),
    )


def _child(raw: dict[str, Any]) -> InsuredChild:
    return InsuredChild(
        _text(raw, "national_id"), _text(raw, "first_name"), _text(raw, "last_name"), _day(raw, "covered_from")
    )


def _list(raw: Any, name: str, most: int) -> list[dict[str, Any]]:
    if not isinstance(raw, list) or len(raw) > most or not all(isinstance(one, dict) for one in raw):
        raise _wrong(name)
    return raw


def _text(raw: dict[str, Any], name: str) -> str:
    value = raw.get(name)
    text = " ".join(value.split()) if isinstance(value, str) else ""
    if not text or len(text) > _LONGEST or not text.isprintable():
        raise _wrong(name)
    return text


def _flag(raw: dict[str, Any], name: str) -> bool:
    value = raw.get(name)
    if not isinstance(value, bool):
        raise _wrong(name)
    return value


def _day(raw: dict[str, Any], name: str) -> date | None:
    value = raw.get(name)
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise _wrong(name) from None


def _wrong(name: str) -> AnswerInvalid:
    return AnswerInvalid(f"The insurer's answer cannot be used: {name}.")
