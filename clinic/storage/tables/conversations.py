"""Conversations and what was seen and offered in them; one row per conversation on any channel."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, UniqueConstraint

from clinic.storage.crypto import EncryptedText
from clinic.storage.tables.base import Base
from clinic.storage.types import UtcDateTime, new_id


class ConversationRow(Base):
    """One conversation: its channel, language and address, misunderstandings in a row, and the turn of its choices.

    `recent_words` are the last messages with their times, as JSON, for the emergency screen.
    """

    __tablename__ = "conversations"

    id = Column(String(80), primary_key=True)
    channel = Column(String(20), nullable=False)
    language = Column(String(2), nullable=False)
    address = Column(EncryptedText, nullable=True)
    recent_words = Column(EncryptedText, nullable=True)
    misses = Column(Integer, nullable=False, default=0)
    turn = Column(Integer, nullable=False, default=0)
    created_at = Column(UtcDateTime, nullable=False)
    updated_at = Column(UtcDateTime, nullable=False)


class InboundMessageRow(Base):
    """A provider's message id; the unique key makes a retry visible. With its text while it waits to be handled.

    `taken_at` is when a process last took the waiting message up.
    """

    __tablename__ = "inbound_messages"
    __table_args__ = (UniqueConstraint("channel", "message_id"),)

    id = Column(String(36), primary_key=True, default=new_id)
    channel = Column(String(20), nullable=False)
    message_id = Column(String(200), nullable=False)
    conversation_id = Column(String(80), nullable=True)
    received_at = Column(UtcDateTime, nullable=False)
    address = Column(EncryptedText, nullable=True)
    text = Column(EncryptedText, nullable=True)
    taken_at = Column(UtcDateTime, nullable=True)
    handled_at = Column(UtcDateTime, nullable=True)


class OfferedChoiceRow(Base):
    """A button that was really sent; only the payloads in this table are more than text."""

    __tablename__ = "offered_choices"
    __table_args__ = (UniqueConstraint("conversation_id", "turn", "position"),)

    id = Column(String(36), primary_key=True, default=new_id)
    conversation_id = Column(String(80), ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False)
    turn = Column(Integer, nullable=False)
    position = Column(Integer, nullable=False)
    title = Column(EncryptedText, nullable=False)
    payload = Column(String(500), nullable=False)


class ChatEventRow(Base):
    """One event of the web chat; its id is the event id of the stream, so a reconnect misses and doubles nothing."""

    __tablename__ = "chat_events"
    __table_args__ = (Index(None, "conversation_id", "id"), {"sqlite_autoincrement": True})

    id = Column(Integer, primary_key=True, autoincrement=True)
    conversation_id = Column(String(80), ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False)
    kind = Column(String(20), nullable=False)
    body = Column(EncryptedText, nullable=False)
    created_at = Column(UtcDateTime, nullable=False)
