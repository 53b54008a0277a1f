"""What the emergency screen found, kept for the doctor and for improving the screen."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, String, Text

from clinic.storage.crypto import EncryptedText
from clinic.storage.tables.base import Base
from clinic.storage.types import UtcDateTime, new_id


class FindingRow(Base):
    """One decision of the screen about one message; its text is encrypted, `evidence` and `cancelled` are offsets.

    `explanation` names rules and signs, never the patient's words; it and `cancelled` are empty in the oldest rows.
    """

    __tablename__ = "findings"

    id = Column(String(36), primary_key=True, default=new_id)
    conversation_id = Column(String(80), nullable=False, index=True)
    intake_id = Column(String(36), ForeignKey("intakes.id"), nullable=True, index=True)
    at = Column(UtcDateTime, nullable=False, index=True)
    channel = Column(String(20), nullable=False)
    step = Column(String(40), nullable=True)
    decision = Column(String(20), nullable=False)
    category = Column(String(60), nullable=True)
    advice_key = Column(String(60), nullable=True)
    evidence = Column(JSON, nullable=False)
    cancelled = Column(JSON, nullable=True)
    explanation = Column(Text, nullable=True)
    text = Column(EncryptedText, nullable=False)
    language = Column(String(2), nullable=True)
    marked_mistake_at = Column(UtcDateTime, nullable=True)
