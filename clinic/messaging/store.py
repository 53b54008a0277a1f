"""The outbox table: put, claim with a lease, mark. Works inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from sqlalchemy import event, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, SessionTransaction, aliased

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
            address=conversation.address if conversation else None, kind=message.kind, body=text,
            due_at=message.due_at or now, attempts=0, expires_at=message.expires_at, created_at=now,
        )  # fmt: skip
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:
            return False
        self._hurry(session, message.conversation_id, now)
        return True

    def claim(self, session: Session, now: datetime) -> Queued | None:
        """The oldest message that is due, leased to the caller; messages of one conversation keep their order.

        One that failed holds back those behind it, one whose time has not come does not. What has become too late is
        given up first.
        """
        self._give_up_late(session, now)
        earlier = aliased(OutboxMessageRow)
        before_it = select(earlier.id).where(
            earlier.conversation_id == OutboxMessageRow.conversation_id,
            earlier.sent_at.is_(None),
            earlier.failed_at.is_(None),
            (earlier.due_at <= now) | (earlier.attempts > 0),
            tuple_(earlier.created_at, earlier.unique_key)
            < tuple_(OutboxMessageRow.created_at, OutboxMessageRow.unique_key),
        )
        query = (
            select(OutboxMessageRow)
            .where(
                OutboxMessageRow.sent_at.is_(None),
                OutboxMessageRow.failed_at.is_(None),
                OutboxMessageRow.due_at <= now,
                OutboxMessageRow.lease_until.is_(None) | (OutboxMessageRow.lease_until <= now),
                ~before_it.exists(),
            )
            .order_by(OutboxMessageRow.created_at, OutboxMessageRow.unique_key)
            .limit(1)
            .with_for_update(skip_locked=True, of=OutboxMessageRow)
        )
        row = session.scalars(query).first()
        if row is None:
            return None
        row.lease_until = now + LEASE
        row.attempts += 1
        return _queued(row)

    def after(self, session: Session, wake: Callable[[], None]) -> None:
        """Calls `wake` when the outermost transaction is over: before, no other connection sees what it wrote."""

        def ended(_session: Session, transaction: SessionTransaction) -> None:
            if transaction.parent is None:
                wake()

        event.listen(session, "after_transaction_end", ended)

    def mark_sent(self, session: Session, message_id: str, now: datetime) -> None:
        """The message has left."""
        row = session.get(OutboxMessageRow, message_id)
        row.sent_at, row.lease_until = now, None

    def mark_failed(self, session: Session, message: Queued, now: datetime) -> None:
        """The message is given up, unless its lease has run out and another worker has it."""
        row = self._still_leased(session, message)
        if row is not None:
            row.failed_at, row.lease_until = now, None

    def postpone(self, session: Session, message: Queued, due_at: datetime) -> None:
        """The message is tried again at `due_at`, unless its lease has run out and another worker has it."""
        row = self._still_leased(session, message)
        if row is not None:
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
        newest_first = (OutboxMessageRow.created_at.desc(), OutboxMessageRow.unique_key.desc())
        query = select(OutboxMessageRow).order_by(*newest_first).limit(limit)
        return [_queued(row) for row in session.scalars(query)]

    def _still_leased(self, session: Session, message: Queued) -> OutboxMessageRow | None:
        row = session.get(OutboxMessageRow, message.id, with_for_update=True)
        # Every claim counts an attempt: another number means another worker.
        return row if row.attempts == message.attempts and row.sent_at is None else None

    def _hurry(self, session: Session, conversation_id: str, now: datetime) -> None:
        """Tries failed messages of a conversation at once: the new one behind them may be urgent."""
        waiting = (
            update(OutboxMessageRow)
            .where(
                OutboxMessageRow.conversation_id == conversation_id,
                OutboxMessageRow.sent_at.is_(None),
                OutboxMessageRow.failed_at.is_(None),
                OutboxMessageRow.attempts > 0,
                OutboxMessageRow.lease_until.is_(None),
                OutboxMessageRow.due_at > now,
            )
            .values(due_at=now)
        )
        session.execute(waiting.execution_options(synchronize_session=False))

    def _give_up_late(self, session: Session, now: datetime) -> None:
        late = (
            select(OutboxMessageRow.id)
            .where(
                OutboxMessageRow.sent_at.is_(None),
                OutboxMessageRow.failed_at.is_(None),
                OutboxMessageRow.expires_at < now,
                OutboxMessageRow.lease_until.is_(None) | (OutboxMessageRow.lease_until <= now),
            )
            .with_for_update(skip_locked=True)
        )
        given_up = update(OutboxMessageRow).where(OutboxMessageRow.id.in_(late)).values(failed_at=now)
        session.execute(given_up.execution_options(synchronize_session=False))


def _queued(row: OutboxMessageRow) -> Queued:
    return Queued(
        row.id, row.unique_key, row.conversation_id, row.channel, row.address, row.kind, row.body, row.attempts,
        row.created_at, row.due_at, row.sent_at, row.failed_at,
    )  # fmt: skip
