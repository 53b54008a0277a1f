"""Login links and sessions in the database. Every change of status is one UPDATE that only one caller can win."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from clinic.storage import Database
from clinic.storage.tables import ConversationRow, LoginSessionRow

NEW = "new"
"""The link has been sent; nobody has used it."""
STARTED = "started"
"""The browser is at the provider."""
VERIFYING = "verifying"
"""The browser came back, and the code is being exchanged."""
UNCONFIRMED = "unconfirmed"
"""Somebody has logged in, in a browser that is not known to be theirs who writes: a code must be typed back."""
ACTIVE = "active"
"""Somebody is logged in."""
ENDED = "ended"
"""Logged out, or replaced by a later login."""
FAILED = "failed"
"""The login was cancelled or refused."""

_PENDING = (NEW, STARTED, VERIFYING, UNCONFIRMED, FAILED)
"""Statuses that never led to a login; such rows are of no use once they have expired."""


@dataclass(frozen=True)
class LoginRecord:
    """One link, with what is needed of its conversation."""

    id: str
    conversation_id: str
    channel: str
    language: str
    address: str | None
    status: str
    nonce: str | None
    code_verifier: str | None
    person_id: str | None
    expires_at: datetime
    completed_at: datetime | None
    last_seen_at: datetime | None
    code_tries: int


@dataclass(frozen=True)
class CompletedLogin:
    """One person's time in a conversation. `is_active`: not ended by a log-out or another login; it may be over."""

    person_id: str
    is_active: bool
    last_seen_at: datetime
    ended_at: datetime | None
    by_own_browser: bool


class LoginStore:
    """Reads and writes `login_sessions`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, *, conversation_id: str, token_hash: str, now: datetime, expires_at: datetime) -> None:
        """Keep a new link."""
        with self._database.session() as session:
            session.add(
                LoginSessionRow(
                    conversation_id=conversation_id,
                    token_hash=token_hash,
                    status=NEW,
                    created_at=now,
                    expires_at=expires_at,
                )
            )

    def by_token(self, token_hash: str) -> LoginRecord | None:
        """The link with this token."""
        return self._find(LoginSessionRow.token_hash == token_hash)

    def by_state(self, state_hash: str) -> LoginRecord | None:
        """The login that was begun with this state."""
        return self._find(LoginSessionRow.state_hash == state_hash)

    def active(self, conversation_id: str) -> LoginRecord | None:
        """The conversation's login, however long it has been silent."""
        return self._find(LoginSessionRow.conversation_id == conversation_id, LoginSessionRow.status == ACTIVE)

    def has_unused(self, conversation_id: str, valid_until: datetime) -> bool:
        """Whether a link of this conversation is unused and valid at least until then."""
        unused = (LoginSessionRow.conversation_id == conversation_id, LoginSessionRow.status == NEW)
        with self._database.read() as session:
            query = select(LoginSessionRow.id).where(*unused, LoginSessionRow.expires_at >= valid_until)
            return session.scalar(query.limit(1)) is not None

    def last_person_id(self, conversation_id: str) -> str | None:
        """Who logged in last in this conversation, also when that login has ended."""
        query = (
            select(LoginSessionRow.person_id)
            .where(LoginSessionRow.conversation_id == conversation_id, LoginSessionRow.completed_at.is_not(None))
            .order_by(LoginSessionRow.completed_at.desc())
            .limit(1)
        )
        with self._database.read() as session:
            person_id: str | None = session.execute(query).scalar()
            return person_id

    def start(
        self, login_id: str, *, state_hash: str, nonce: str, code_verifier: str, now: datetime, expires_at: datetime
    ) -> bool:
        """Use the link up; False when it has been used or has expired meanwhile."""
        return self._change(
            [LoginSessionRow.id == login_id, LoginSessionRow.status == NEW, LoginSessionRow.expires_at > now],
            status=STARTED,
            state_hash=state_hash,
            nonce=nonce,
            code_verifier=code_verifier,
            expires_at=expires_at,
        )

    def claim(self, login_id: str) -> bool:
        """Take the one try that a state gives; False when it has been taken."""
        return self._change([LoginSessionRow.id == login_id, LoginSessionRow.status == STARTED], status=VERIFYING)

    def fail(self, login_id: str) -> None:
        """End a login that did not work, and forget its secrets."""
        self._change(
            [LoginSessionRow.id == login_id, LoginSessionRow.status.in_((VERIFYING, UNCONFIRMED))],
            status=FAILED,
            nonce=None,
            code_verifier=None,
        )

    def await_code(self, login_id: str, *, person_id: str, expires_at: datetime) -> bool:
        """Keep who logged in until the code is typed back; False when the login is no longer being verified."""
        return self._change(
            [LoginSessionRow.id == login_id, LoginSessionRow.status == VERIFYING],
            status=UNCONFIRMED,
            person_id=person_id,
            nonce=None,
            code_verifier=None,
            expires_at=expires_at,
        )

    def unconfirmed(self, conversation_id: str, now: datetime) -> LoginRecord | None:
        """The newest login of a conversation that waits for its code."""
        return self._find(
            LoginSessionRow.conversation_id == conversation_id,
            LoginSessionRow.status == UNCONFIRMED,
            LoginSessionRow.expires_at > now,
        )

    def count_try(self, login_id: str, most: int, now: datetime) -> bool:
        """Count one try to type the code; False when there is none left."""
        return self._change(
            [
                LoginSessionRow.id == login_id,
                LoginSessionRow.status == UNCONFIRMED,
                LoginSessionRow.code_tries < most,
                LoginSessionRow.expires_at > now,
            ],
            code_tries=LoginSessionRow.code_tries + 1,
        )

    def complete(
        self, login_id: str, *, before: str, conversation_id: str, person_id: str, by_own_browser: bool, now: datetime
    ) -> bool:
        """Make this the conversation's one login; False when its status is no longer `before`."""
        with self._database.session() as session:
            # Two logins that complete at once in one conversation queue here, so that only the later one stays.
            session.execute(select(ConversationRow.id).where(ConversationRow.id == conversation_id).with_for_update())
            self.end(conversation_id, now)
            return self._change(
                [LoginSessionRow.id == login_id, LoginSessionRow.status == before],
                status=ACTIVE,
                person_id=person_id,
                by_own_browser=by_own_browser,
                nonce=None,
                code_verifier=None,
                completed_at=now,
                last_seen_at=now,
            )

    def touch(self, login_id: str, now: datetime) -> None:
        """Note that the patient is still there."""
        self._change([LoginSessionRow.id == login_id, LoginSessionRow.status == ACTIVE], last_seen_at=now)

    def end(self, conversation_id: str, now: datetime) -> bool:
        """End the conversation's login; False when there was none."""
        return self._change(
            [LoginSessionRow.conversation_id == conversation_id, LoginSessionRow.status == ACTIVE],
            status=ENDED,
            ended_at=now,
        )

    def completed(self, conversation_id: str) -> list[CompletedLogin]:
        """Every login that the conversation has had, oldest first."""
        query = (
            select(LoginSessionRow)
            .where(LoginSessionRow.conversation_id == conversation_id, LoginSessionRow.completed_at.is_not(None))
            .order_by(LoginSessionRow.completed_at)
        )
        with self._database.read() as session:
            return [
                CompletedLogin(row.person_id, row.status == ACTIVE, row.last_seen_at, row.ended_at, row.by_own_browser)
                for row in session.scalars(query)
            ]

    def clean(self, expired_before: datetime) -> int:
        """Delete links that led to no login and expired before then; gives how many. Who logged in stays known."""
        statement = delete(LoginSessionRow).where(
            LoginSessionRow.expires_at < expired_before, LoginSessionRow.status.in_(_PENDING)
        )
        with self._database.session() as session:
            result = session.execute(statement, execution_options={"synchronize_session": False})
            return int(result.rowcount)

    def by_id(self, login_id: str) -> LoginRecord | None:
        """The login with this id."""
        return self._find(LoginSessionRow.id == login_id)

    def _change(self, conditions: list[Any], **values: Any) -> bool:
        statement = update(LoginSessionRow).where(*conditions).values(**values)
        with self._database.session() as session:
            result = session.execute(statement, execution_options={"synchronize_session": False})
            return bool(result.rowcount)

    def _find(self, *conditions: Any) -> LoginRecord | None:
        query = (
            select(LoginSessionRow, ConversationRow)
            .join(ConversationRow, ConversationRow.id == LoginSessionRow.conversation_id)
            .where(*conditions)
            .order_by(LoginSessionRow.expires_at.desc())
        )
        with self._database.read() as session:
            found = session.execute(query).first()
            if found is None:
                return None
            login, conversation = found
            return LoginRecord(
                id=login.id,
                conversation_id=conversation.id,
                channel=conversation.channel,
                language=conversation.language,
                address=conversation.address,
                status=login.status,
                nonce=login.nonce,
                code_verifier=login.code_verifier,
                person_id=login.person_id,
                expires_at=login.expires_at,
                completed_at=login.completed_at,
                last_seen_at=login.last_seen_at,
                code_tries=login.code_tries,
            )
