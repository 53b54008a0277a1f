"""The audit trail: who did what to which record, without personal data."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Index, String

from clinic.storage.tables.base import Base
from clinic.storage.types import UtcDateTime, new_id


class AuditEventRow(Base):
    """One thing that was done; rows are only ever added."""

    __tablename__ = "audit_events"
    __table_args__ = (Index(None, "subject_type", "subject_id"),)

    id = Column(String(36), primary_key=True, default=new_id)
    at = Column(UtcDateTime, nullable=False, index=True)
    actor = Column(String(80), nullable=False)
    action = Column(String(60), nullable=False)
    subject_type = Column(String(40), nullable=False)
    subject_id = Column(String(80), nullable=False)
    detail = Column(JSON, nullable=False)
