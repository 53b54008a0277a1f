"""The outbox table: put, claim with a lease, mark. Works inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clinic.messaging.model import Message, Queued
from clinic.storage.tables import ConversationRow, OutboxMessageRow

LEASE = timedelta(seconds=60)
"""How long a worker may take for one message before another may send it."""


class OutboxStore:
    """Reads and writes the outbox."""

    def put(self, session: Session, message: Message, text: str, now: datetime) -> bool:
        """Adds a message; False when one with its key is there already."""
        conversation = session.get(ConversationRow, message.conversation_id)
        row = OutboxMessageRow(
            unique_key=message.unique_key, conversation_id=message.conversation_id, channel=message.channel,
            address=conversation.address if conversation else None, kind=message.kind, body=text, due_at=now,
            attempts=0, expires_at=message.expires_at, created_at=now,
        )  # fmt: skip
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:
            return False
        return True

    def claim(self, session: Session, now: datetime) -> Queued | None:
        """The oldest message that is due, leased to the caller; messages of one conversation keep their order."""
        blocked = select(OutboxMessageRow.conversation_id).where(
            OutboxMessageRow.sent_at.is_(None), OutboxMessageRow.failed_at.is_(None), OutboxMessageRow.lease_until > now
        )
        query = (
            select(OutboxMessageRow)
            .where(
                OutboxMessageRow.sent_at.is_(None),
                OutboxMessageRow.failed_at.is_(None),
                OutboxMessageRow.due_at <= now,
                OutboxMessageRow.lease_until.is_(None) | (OutboxMessageRow.lease_until <= now),
                OutboxMessageRow.conversation_id.notin_(blocked),
            )
            .order_by(OutboxMessageRow.created_at, OutboxMessageRow.unique_key)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        row = session.scalars(query).first()
        if row is None:
            return None
        if row.expires_at is not None and row.expires_at < now:
            row.failed_at = now
            return self.claim(session, now)
        row.lease_until = now + LEASE
        row.attempts += 1
        return _queued(row)

    def mark_sent(self, session: Session, message_id: str, now: datetime) -> None:
        """The message has left."""
        row = session.get(OutboxMessageRow, message_id)
        row.sent_at, row.lease_until = now, None

    def mark_failed(self, session: Session, message_id: str, now: datetime) -> None:
        """The message is given up."""
        row = session.get(OutboxMessageRow, message_id)
        row.failed_at, row.lease_until = now, None

    def postpone(self, session: Session, message_id: str, due_at: datetime) -> None:
        """The message is tried again at `due_at`."""
        row = session.get(OutboxMessageRow, message_id)
        row.due_at, row.lease_until = due_at, None

    def withdraw(self, session: Session, prefixes: Iterable[str], now: datetime) -> None:
        """Gives up unsent messages whose key begins so."""
        for prefix in prefixes:
            query = select(OutboxMessageRow).where(
                OutboxMessageRow.unique_key.startswith(prefix, autoescape=True),
                OutboxMessageRow.sent_at.is_(None),
                OutboxMessageRow.failed_at.is_(None),
            )
            for row in session.scalars(query):
                row.failed_at = now

    def newest(self, session: Session, limit: int) -> list[Queued]:
        """The newest messages first."""
        query = select(OutboxMessageRow).order_by(OutboxMessageRow.created_at.desc(), OutboxMessageRow.unique_key.desc())
        return [_queued(row) for row in session.scalars(query.limit(limit))]


def _queued(row: OutboxMessageRow) -> Queued:
    return Queued(
        row.id, row.unique_key, row.conversation_id, row.channel, row.address, row.kind, row.body, row.attempts,
        row.created_at, row.due_at, row.sent_at, row.failed_at,
    )  # fmt: skip
