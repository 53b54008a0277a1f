"""Review links and sessions in the database. Every change is one UPDATE that only one caller can win."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from clinic.storage import Database
from clinic.storage.tables import ReviewSessionRow


@dataclass(frozen=True)
class ReviewLink:
    """One link and whether it has been used."""

    id: str
    expires_at: datetime
    opened_at: datetime | None


class ReviewAccessStore:
    """Reads and writes `review_sessions`."""

    def __init__(self, database: Database) -> None:
        """Keep them in `database`."""
        self._database = database

    def add(self, *, link_hash: str, now: datetime, expires_at: datetime) -> str:
        """Keep a new link; return its id."""
        row = ReviewSessionRow(link_hash=link_hash, created_at=now, link_expires_at=expires_at)
        with self._database.session() as session:
            session.add(row)
            session.flush()
            return str(row.id)

    def by_link(self, link_hash: str) -> ReviewLink | None:
        """The link with this token."""
        with self._database.read() as session:
            row = session.execute(
                select(ReviewSessionRow).where(ReviewSessionRow.link_hash == link_hash)
            ).scalar_one_or_none()
            return None if row is None else ReviewLink(row.id, row.link_expires_at, row.opened_at)

    def open(self, link_id: str, *, session_hash: str, now: datetime, expires_at: datetime) -> bool:
        """Use the link up; False when it has been used or has expired meanwhile."""
        return self._change(
            [
                ReviewSessionRow.id == link_id,
                ReviewSessionRow.opened_at.is_(None),
                ReviewSessionRow.link_expires_at > now,
            ],
            session_hash=session_hash,
            opened_at=now,
            session_expires_at=expires_at,
        )

    def session_id(self, session_hash: str, now: datetime) -> str | None:
        """The session with this secret, while it is open."""
        statement = select(ReviewSessionRow.id).where(
            ReviewSessionRow.session_hash == session_hash,
            ReviewSessionRow.session_expires_at > now,
            ReviewSessionRow.ended_at.is_(None),
        )
        with self._database.read() as session:
            found: str | None = session.execute(statement).scalar_one_or_none()
            return found

    def end(self, session_id: str, now: datetime) -> bool:
        """End a session; False when it had ended."""
        return self._change([ReviewSessionRow.id == session_id, ReviewSessionRow.ended_at.is_(None)], ended_at=now)

    def _change(self, conditions: list[Any], **values: Any) -> bool:
        statement = update(ReviewSessionRow).where(*conditions).values(**values)
        with self._database.session() as session:
            result = session.execute(statement, execution_options={"synchronize_session": False})
            return bool(result.rowcount)
