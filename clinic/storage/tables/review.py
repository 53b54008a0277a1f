"""Who may look at the findings: one-time links and the sessions that they open."""

from __future__ import annotations

from sqlalchemy import Column, String

from clinic.storage.tables.base import Base
from clinic.storage.types import UtcDateTime, new_id


class ReviewSessionRow(Base):
    """One link to the review page and the session it opened; of link and session only keyed hashes are kept."""

    __tablename__ = "review_sessions"

    id = Column(String(36), primary_key=True, default=new_id)
    link_hash = Column(String(64), nullable=False, unique=True)
    created_at = Column(UtcDateTime, nullable=False)
    link_expires_at = Column(UtcDateTime, nullable=False)
    session_hash = Column(String(64), nullable=True, unique=True)
    opened_at = Column(UtcDateTime, nullable=True)
    session_expires_at = Column(UtcDateTime, nullable=True)
    ended_at = Column(UtcDateTime, nullable=True)
