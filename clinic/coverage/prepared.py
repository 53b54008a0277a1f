"""Policies as they are written to the register: the national numbers already hashed and encrypted."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from clinic.coverage.policy_file import PolicyGroup
from clinic.storage import Keyring


class PreparedMember(NamedTuple):
    """A person on a policy, ready to be written."""

    role: str
    covered_from: date | None
    national_id_hash: str
    national_id: str
    """Encrypted."""
    first_name: str
    last_name: str
    birth_date: date


class PreparedPolicy(NamedTuple):
    """A policy with everyone on it. Plain tuples, which go from one process to another at little cost."""

    number: str
    product: str
    includes_digital_doctor: bool
    valid_from: date
    valid_to: date | None
    is_group: bool
    members: tuple[PreparedMember, ...]


def prepare(group: PolicyGroup, keyring: Keyring) -> PreparedPolicy:
    """Hash and encrypt what must not be readable in the database."""
    terms = group.policy
    members = tuple(
        PreparedMember(
            line.role.value,
            line.covered_from,
            keyring.fingerprint("national_id", line.person.number),
            keyring.encrypt(line.person.number),
            line.first_name,
            line.last_name,
            line.person.birth_date,
        )
        for line in group.members
    )
    return PreparedPolicy(
        terms.number,
        terms.product,
        terms.includes_digital_doctor,
        terms.valid_from,
        terms.valid_to,
        terms.is_group,
        members,
    )
