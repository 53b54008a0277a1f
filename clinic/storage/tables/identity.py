"""Persons and their logins."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Integer, String, false

from clinic.storage.crypto import EncryptedText
from clinic.storage.tables.base import Base
from clinic.storage.types import UtcDateTime, new_id


class PersonRow(Base):
    """A person known by national number: found by its keyed hash, readable only with the secret key."""

    __tablename__ = "persons"

    id = Column(String(36), primary_key=True, default=new_id)
    national_id_hash = Column(String(64), nullable=False, unique=True)
    national_id = Column(EncryptedText, nullable=False)
    first_name = Column(String(120), nullable=False)
    last_name = Column(String(120), nullable=False)
    birth_date = Column(Date, nullable=False)
    created_at = Column(UtcDateTime, nullable=False)


class LoginSessionRow(Base):
    """One login link and what became of it: status, who logged in, and when they were last active.

    `code_tries` counts how often the code that the browser shows was typed in the conversation. `by_own_browser`: it
    was completed by the browser that is in the conversation itself, without a code.
    """

    __tablename__ = "login_sessions"

    id = Column(String(36), primary_key=True, default=new_id)
    conversation_id = Column(String(80), ForeignKey("conversations.id"), nullable=False, index=True)
    token_hash = Column(String(64), nullable=False, unique=True)
    state_hash = Column(String(64), nullable=True, unique=True)
    nonce = Column(EncryptedText, nullable=True)
    code_verifier = Column(EncryptedText, nullable=True)
    status = Column(String(20), nullable=False)
    person_id = Column(String(36), ForeignKey("persons.id"), nullable=True, index=True)
    created_at = Column(UtcDateTime, nullable=False)
    expires_at = Column(UtcDateTime, nullable=False, index=True)
    completed_at = Column(UtcDateTime, nullable=True)
    last_seen_at = Column(UtcDateTime, nullable=True)
    ended_at = Column(UtcDateTime, nullable=True)
    by_own_browser = Column(Boolean, nullable=False, default=False, server_default=false())
    code_tries = Column(Integer, nullable=False, default=0, server_default="0")
