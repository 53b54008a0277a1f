"""The conversations table and its companions; every call is one transaction, or part of the one that is open."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clinic.clock import Clock
from clinic.conversations.choices import match
from clinic.conversations.model import (
    AcceptedMessage,
    ChatEvent,
    ChoiceLike,
    Conversation,
    ConversationUnknown,
    OfferedChoice,
)
from clinic.storage import Database
from clinic.storage.tables import ChatEventRow, ConversationRow, InboundMessageRow, OfferedChoiceRow
from clinic.texts import DEFAULT_LANGUAGE, LANGUAGES

REMEMBERED_TURNS = 100
"""Buttons of older turns no longer count, so that a conversation of years does not grow without end."""


class Conversations:
    """What is known about each conversation."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Keep conversations in `database`."""
        self._database = database
        self._clock = clock

    def get_or_create(
        self, conversation_id: str, channel: str, language: str = DEFAULT_LANGUAGE, address: str | None = None
    ) -> Conversation:
        """Return the conversation, made if needed; an address that is given and differs is kept."""
        now = self._clock.now()
        with self._database.session() as session:
            row = session.get(ConversationRow, conversation_id)
            if row is None:
                row = ConversationRow(
                    id=conversation_id, channel=channel, language=_known(language), address=address,
                    misses=0, turn=0, created_at=now, updated_at=now,
                )  # fmt: skip
                if not _add_unless_there(session, row):
                    row = session.get(ConversationRow, conversation_id)
            if address is not None and row.address != address:
                row.address, row.updated_at = address, now
            return _conversation(row)

    def get(self, conversation_id: str) -> Conversation | None:
        """Return the conversation, or None."""
        with self._database.read() as session:
            row = session.get(ConversationRow, conversation_id)
            return None if row is None else _conversation(row)

    def set_language(self, conversation_id: str, language: str) -> None:
        """Speak `language` ("nb" or "en") from now on; raises ConversationUnknown, or ValueError for another one."""
        if language not in LANGUAGES:
            raise ValueError(f"No texts in the language '{language}'")
        with self._database.session() as session:
            self._row(session, conversation_id).language = language

    def bump_misses(self, conversation_id: str) -> int:
        """Count one more message that was not understood; return how many there were in a row."""
        with self._database.session() as session:
            row = self._row(session, conversation_id)
            row.misses += 1
            return int(row.misses)

    def reset_misses(self, conversation_id: str) -> None:
        """Begin to count misunderstandings anew, because something was understood."""
        with self._database.session() as session:
            self._row(session, conversation_id).misses = 0

    def remember(self, conversation_id: str, choices: Iterable[ChoiceLike]) -> None:
        """Keep the buttons of the turn that is being sent, none included: only these count as more than text."""
        with self._database.session() as session:
            row = self._row(session, conversation_id)
            row.turn += 1
            for position, choice in enumerate(choices, start=1):
                session.add(
                    OfferedChoiceRow(
                        conversation_id=conversation_id, turn=row.turn, position=position,
                        title=choice.title, payload=choice.payload,
                    )
                )  # fmt: skip
            if row.turn > REMEMBERED_TURNS:
                session.execute(
                    delete(OfferedChoiceRow).where(
                        OfferedChoiceRow.conversation_id == conversation_id,
                        OfferedChoiceRow.turn <= row.turn - REMEMBERED_TURNS,
                    )
                )

    def title_of(self, conversation_id: str, payload: str) -> str | None:
        """Return what the button with this payload said when it was last sent to this conversation.

        None when no such button was sent: then the payload is nothing but text.
        """
        statement = (
            select(OfferedChoiceRow)
            .where(OfferedChoiceRow.conversation_id == conversation_id, OfferedChoiceRow.payload == payload)
            .order_by(OfferedChoiceRow.turn.desc())
            .limit(1)
        )
        with self._database.read() as session:
            row = session.execute(statement).scalars().first()
            return None if row is None else str(row.title)

    def latest_choices(self, conversation_id: str) -> list[OfferedChoice]:
        """Return the buttons of the last turn, in order; none when the last turn had none."""
        statement = (
            select(OfferedChoiceRow)
            .join(ConversationRow, ConversationRow.id == OfferedChoiceRow.conversation_id)
            .where(OfferedChoiceRow.conversation_id == conversation_id, OfferedChoiceRow.turn == ConversationRow.turn)
            .order_by(OfferedChoiceRow.position)
        )
        with self._database.read() as session:
            rows = session.execute(statement).scalars()
            return [OfferedChoice(row.position, row.title, row.payload) for row in rows]

    def choice_named(self, conversation_id: str, text: str) -> OfferedChoice | None:
        """Return the choice of the last turn that `text` names by number or title, or None."""
        return match(text, self.latest_choices(conversation_id))

    def seen(self, channel: str, message_id: str, conversation_id: str | None = None) -> bool:
        """Note that a provider's message is being handled; return True when it already was, so a retry is dropped."""
        row = InboundMessageRow(
            channel=channel, message_id=message_id, conversation_id=conversation_id, received_at=self._clock.now()
        )
        with self._database.session() as session:
            return not _add_unless_there(session, row)

    def accept(self, channel: str, message_id: str, conversation_id: str, text: str, address: str | None) -> bool:
        """Keep a message until it is handled, so that a restart loses nothing; False when it was accepted before.

        The caller has taken it up; after a time, or after a restart, `take_waiting` gives it out again.
        """
        now = self._clock.now()
        row = InboundMessageRow(
            channel=channel, message_id=message_id, conversation_id=conversation_id, text=text, address=address,
            received_at=now, taken_at=now,
        )  # fmt: skip
        with self._database.session() as session:
            return _add_unless_there(session, row)

    def handled(self, channel: str, message_id: str) -> None:
        """The accepted message has been answered; its text is not needed here any more."""
        query = select(InboundMessageRow).where(
            InboundMessageRow.channel == channel, InboundMessageRow.message_id == message_id
        )
        with self._database.session() as session:
            for row in session.scalars(query):
                row.handled_at, row.text, row.address = self._clock.now(), None, None

    def take_waiting(self, idle: timedelta) -> list[AcceptedMessage]:
        """Take up accepted messages that nobody has handled or taken up for `idle`, oldest first.

        They are the caller's for that long: another process that asks at the same time gets none of them.
        """
        now = self._clock.now()
        query = (
            select(InboundMessageRow)
            .where(
                InboundMessageRow.text.is_not(None),
                InboundMessageRow.handled_at.is_(None),
                InboundMessageRow.taken_at <= now - idle,
            )
            .order_by(InboundMessageRow.received_at)
        )
        with self._database.read() as session:
            if session.scalars(query.limit(1)).first() is None:
                return []  # nearly always: then no other writer has to wait
        with self._database.session() as session:
            rows = list(session.scalars(query.with_for_update(skip_locked=True)))
            for row in rows:
                row.taken_at = now
            return [
                AcceptedMessage(row.channel, row.message_id, row.conversation_id, row.text, row.address) for row in rows
            ]

    def append_event(self, conversation_id: str, kind: str, body: dict[str, Any]) -> int:
        """Add an event ("user", "bot", "login" …) to the web chat; return its id, higher than all before it."""
        with self._database.session() as session:
            # Two writers in one conversation take turns, so that a reader never sees a higher id before a lower one.
            lock = select(ConversationRow.id).where(ConversationRow.id == conversation_id).with_for_update()
            if session.execute(lock).first() is None:
                raise ConversationUnknown("There is no such conversation")
            row = ChatEventRow(
                conversation_id=conversation_id, kind=kind, body=json.dumps(body, ensure_ascii=False),
                created_at=self._clock.now(),
            )  # fmt: skip
            session.add(row)
            session.flush()
            return int(row.id)

    def events_since(
        self, conversation_id: str, last_id: int = 0, limit: int = 500, since: datetime | None = None
    ) -> list[ChatEvent]:
        """Return the events after `last_id` and not before `since`, oldest first, at most `limit` of them."""
        statement = (
            select(ChatEventRow)
            .where(ChatEventRow.conversation_id == conversation_id, ChatEventRow.id > last_id)
            .order_by(ChatEventRow.id)
            .limit(limit)
        )
        if since is not None:
            statement = statement.where(ChatEventRow.created_at >= since)
        with self._database.read() as session:
            rows = session.execute(statement).scalars()
            return [ChatEvent(row.id, row.kind, json.loads(row.body), row.created_at) for row in rows]

    def _row(self, session: Session, conversation_id: str) -> ConversationRow:
        row: ConversationRow | None = session.get(ConversationRow, conversation_id, with_for_update=True)
        if row is None:
            raise ConversationUnknown("There is no such conversation")
        row.updated_at = self._clock.now()
        return row


def _add_unless_there(session: Session, row: object) -> bool:
    """Insert a row; return False, with the transaction intact, when its unique key is taken."""
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return False
    return True


def _conversation(row: ConversationRow) -> Conversation:
    return Conversation(row.id, row.channel, row.language, row.address, row.misses, row.turn)


def _known(language: str) -> str:
    return language if language in LANGUAGES else DEFAULT_LANGUAGE
