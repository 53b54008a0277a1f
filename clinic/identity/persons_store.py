"""The persons table."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clinic.storage.tables import PersonRow

__all__ = ["PersonRow", "by_hash", "by_id", "find_or_create"]


def by_id(session: Session, person_id: str) -> PersonRow | None:
    """Return the row with this id, or None."""
    row: PersonRow | None = session.get(PersonRow, person_id)
    return row


def by_hash(session: Session, national_id_hash: str) -> PersonRow | None:
    """Return the row with this keyed hash, or None."""
    statement = select(PersonRow).where(PersonRow.national_id_hash == national_id_hash)
    row: PersonRow | None = session.execute(statement).scalar_one_or_none()
    return row


def find_or_create(
    session: Session,
    *,
    national_id: str,
    national_id_hash: str,
    first_name: str,
    last_name: str,
    birth_date: date,
    now: datetime,
) -> PersonRow:
    """Return the row with this hash, made if needed, with the name brought up to date."""
    row = by_hash(session, national_id_hash)
    if row is None:
        row = PersonRow(
            national_id_hash=national_id_hash,
            national_id=national_id,
            first_name=first_name,
            last_name=last_name,
            birth_date=birth_date,
            created_at=now,
        )
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:
            # Two logins of the same new person at once: the other one was first.
            existing = by_hash(session, national_id_hash)
            if existing is None:
                raise
            row = existing
    if (row.first_name, row.last_name) != (first_name, last_name):
        row.first_name, row.last_name = first_name, last_name
    return row
