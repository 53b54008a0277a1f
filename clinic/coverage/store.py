"""The policies and policy_members tables, read side."""

from __future__ import annotations

from datetime import date

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from clinic.coverage.model import Policy, Role
from clinic.storage.tables import PersonRow, PolicyMemberRow, PolicyRow


def policy_and_membership(
    session: Session, number: str, person_id: str
) -> tuple[Policy | None, tuple[Role, date] | None]:
    """Return the policy and the person's role and birth date on it, in one query whatever is found.

    One query, so that the time taken does not tell an unknown number from someone else's.
    """
    statement = (
        select(PolicyRow, PolicyMemberRow.role, PersonRow.birth_date)
        .outerjoin(
            PolicyMemberRow, and_(PolicyMemberRow.policy_id == PolicyRow.id, PolicyMemberRow.person_id == person_id)
        )
        .outerjoin(PersonRow, PersonRow.id == PolicyMemberRow.person_id)
        .where(PolicyRow.number == number)
    )
    found = session.execute(statement).first()
    if found is None:
        return None, None
    row, role, birth_date = found
    return _policy(row), None if role is None else (Role(role), birth_date)


def children(session: Session, policy_id: str) -> list[tuple[str, str, date, Role]]:
    """Return id, first name, birth date and role of everyone who stands on the policy as a child, of any age."""
    statement = (
        select(PersonRow.id, PersonRow.first_name, PersonRow.birth_date)
        .join(PolicyMemberRow, PolicyMemberRow.person_id == PersonRow.id)
        .where(PolicyMemberRow.policy_id == policy_id, PolicyMemberRow.role == Role.CHILD.value)
    )
    return [(*row, Role.CHILD) for row in session.execute(statement)]


def policies_of(session: Session, person_id: str) -> list[Policy]:
    """Return the policies a person stands on, by number."""
    statement = (
        select(PolicyRow)
        .join(PolicyMemberRow, PolicyMemberRow.policy_id == PolicyRow.id)
        .where(PolicyMemberRow.person_id == person_id)
        .order_by(PolicyRow.number)
    )
    return [_policy(row) for row in session.execute(statement).scalars()]


def policy(session: Session, policy_id: str) -> Policy | None:
    """Return a policy by id, or None."""
    row = session.get(PolicyRow, policy_id)
    return None if row is None else _policy(row)


def _policy(row: PolicyRow) -> Policy:
    return Policy(row.id, row.number, row.product, row.includes_digital_doctor, row.valid_from, row.valid_to)
