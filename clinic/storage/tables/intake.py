"""The intake: what the patient has answered so far, and their own words."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, UniqueConstraint, false, text

from clinic.storage.crypto import EncryptedText
from clinic.storage.tables.base import Base
from clinic.storage.types import UtcDateTime, new_id


class IntakeRow(Base):
    """The answers of one intake; a conversation has one active intake at a time."""

    __tablename__ = "intakes"
    __table_args__ = (
        Index(
            "uq_intakes_active_conversation",
            "conversation_id",
            unique=True,
            sqlite_where=text("status = 'active'"),
            postgresql_where=text("status = 'active'"),
        ),
    )

    id = Column(String(36), primary_key=True, default=new_id)
    conversation_id = Column(String(80), ForeignKey("conversations.id"), nullable=False, index=True)
    channel = Column(String(20), nullable=False)
    language = Column(String(2), nullable=False)
    status = Column(String(20), nullable=False)
    person_id = Column(String(36), ForeignKey("persons.id"), nullable=True, index=True)
    policy_id = Column(String(36), ForeignKey("policies.id"), nullable=True)
    policy_failures = Column(Integer, nullable=False, default=0)
    policy_help = Column(Boolean, nullable=False, default=False)
    subject = Column(String(10), nullable=True)
    child_person_id = Column(String(36), ForeignKey("persons.id"), nullable=True)
    child_name = Column(EncryptedText, nullable=True)
    child_birth_date = Column(EncryptedText, nullable=True)
    child_on_policy = Column(Boolean, nullable=True)
    young_agreed = Column(Boolean, nullable=True)
    guardian_confirmed = Column(Boolean, nullable=True)
    reason_kind = Column(String(30), nullable=True)
    reason_done = Column(Boolean, nullable=False, default=False)
    duration_text = Column(EncryptedText, nullable=True)
    severity_text = Column(EncryptedText, nullable=True)
    warning_answer = Column(String(3), nullable=True)
    told_policy = Column(EncryptedText, nullable=True)
    coverage_pending = Column(Boolean, nullable=False, default=False, server_default=false())
    told_child_name = Column(EncryptedText, nullable=True)
    told_child_age = Column(Integer, nullable=True)
    created_at = Column(UtcDateTime, nullable=False)
    updated_at = Column(UtcDateTime, nullable=False)


class IntakeNoteRow(Base):
    """One message of the patient about why they want a doctor, word for word."""

    __tablename__ = "intake_notes"
    __table_args__ = (UniqueConstraint("intake_id", "position"),)

    id = Column(String(36), primary_key=True, default=new_id)
    intake_id = Column(String(36), ForeignKey("intakes.id", ondelete="CASCADE"), nullable=False)
    position = Column(Integer, nullable=False)
    step = Column(String(30), nullable=False)
    text = Column(EncryptedText, nullable=False)
    created_at = Column(UtcDateTime, nullable=False)
