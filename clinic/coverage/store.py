"""The policies and policy_members tables, read side."""

from __future__ import annotations

from datetime import date

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from clinic.coverage.model import Membership, Policy, Role
from clinic.storage.tables import PersonRow, PolicyMemberRow, PolicyRow


def policy_and_membership(session: Session, number: str, person_id: str) -> tuple[Policy | None, Membership | None]:
    """Return the policy and how the person stands on it, in one query whatever is found.

    One query, so that the time taken does not tell an unknown number from someone else's.
    """
    statement = (
        select(PolicyRow, PolicyMemberRow, PersonRow.birth_date)
        .outerjoin(
            PolicyMemberRow, and_(PolicyMemberRow.policy_id == PolicyRow.id, PolicyMemberRow.person_id == person_id)
        )
        .outerjoin(PersonRow, PersonRow.id == PolicyMemberRow.person_id)
        .where(PolicyRow.number == number)
    )
    found = session.execute(statement).first()
    if found is None:
        return None, None
    policy_row, member_row, birth_date = found
    return _policy(policy_row), None if member_row is None else _membership(member_row, birth_date)


def children(session: Session, policy_id: str) -> list[tuple[str, str, Membership]]:
    """Return id, first name and membership of everyone who stands on the policy as a child, of any age."""
    statement = (
        select(PersonRow, PolicyMemberRow)
        .join(PolicyMemberRow, PolicyMemberRow.person_id == PersonRow.id)
        .where(PolicyMemberRow.policy_id == policy_id, PolicyMemberRow.role == Role.CHILD.value)
    )
    return [
        (person.id, person.first_name, _membership(member, person.birth_date))
        for person, member in session.execute(statement)
    ]


def memberships_of(session: Session, person_id: str) -> list[tuple[Policy, Membership]]:
    """Return the policies a person stands on, and how, by number."""
    statement = (
        select(PolicyRow, PolicyMemberRow, PersonRow.birth_date)
        .join(PolicyMemberRow, PolicyMemberRow.policy_id == PolicyRow.id)
        .join(PersonRow, PersonRow.id == PolicyMemberRow.person_id)
        .where(PolicyMemberRow.person_id == person_id)
        .order_by(PolicyRow.number)
    )
    return [(_policy(row), _membership(member, born)) for row, member, born in session.execute(statement)]


def policy(session: Session, policy_id: str) -> Policy | None:
    """Return a policy by id, or None."""
    row = session.get(PolicyRow, policy_id)
    return None if row is None else _policy(row)


def _policy(row: PolicyRow) -> Policy:
    return Policy(
        row.id, row.number, row.product, row.includes_digital_doctor, row.valid_from, row.valid_to, row.is_group
    )


def _membership(row: PolicyMemberRow, birth_date: date) -> Membership:
    return Membership(Role(row.role), birth_date, row.covered_from)
