"""The outbox: messages to send, written in the same transaction as what they tell about."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String

from clinic.storage.crypto import EncryptedText
from clinic.storage.tables.base import Base
from clinic.storage.types import UtcDateTime, new_id


class OutboxMessageRow(Base):
    """One message; `unique_key` makes writing it twice harmless, `lease_until` lets one worker at a time send it."""

    __tablename__ = "outbox_messages"
    __table_args__ = (Index(None, "sent_at", "failed_at", "due_at"),)

    id = Column(String(36), primary_key=True, default=new_id)
    unique_key = Column(String(120), nullable=False, unique=True)
    conversation_id = Column(String(80), ForeignKey("conversations.id"), nullable=True, index=True)
    channel = Column(String(20), nullable=False)
    address = Column(EncryptedText, nullable=True)
    kind = Column(String(40), nullable=False)
    body = Column(EncryptedText, nullable=False)
    due_at = Column(UtcDateTime, nullable=False)
    lease_until = Column(UtcDateTime, nullable=True)
    attempts = Column(Integer, nullable=False, default=0)
    sent_at = Column(UtcDateTime, nullable=True)
    failed_at = Column(UtcDateTime, nullable=True)
    expires_at = Column(UtcDateTime, nullable=True)
    created_at = Column(UtcDateTime, nullable=False)
