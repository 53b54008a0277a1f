"""Logging in: a one-time link in the conversation, the provider in the browser, and the conversation knows who it is.

The calls block (database, provider); the web layer runs them in a worker thread.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from clinic.audit import Audit
from clinic.clock import Clock
from clinic.identity import login_store
from clinic.identity.login_errors import (
    BrowserMismatch,
    LinkExpired,
    LinkUnknown,
    LinkUsed,
    LoginError,
    NationalIdMissing,
    StateUnknown,
)
from clinic.identity.login_store import LoginRecord, LoginStore
from clinic.identity.national_id import NationalIdError
from clinic.identity.oidc import Identity, OidcClient
from clinic.identity.persons import Person, Persons
from clinic.settings import Settings
from clinic.storage import Database

LINK_PATH = "/login/"
TOKEN_BYTES = 24
"""192 random bits; the link must not be guessable and should still fit in an SMS."""
SECRET_BYTES = 32
TOUCH_EVERY = timedelta(seconds=30)
"""The time of the last sign of life is not written oftener than this, to spare the database."""


@dataclass(frozen=True)
class LinkDescription:
    """What the page behind a link may say about the conversation before anyone has logged in."""

    channel: str
    language: str
    address_ending: str | None


@dataclass(frozen=True)
class LoginStart:
    """Where to send the browser, and the secret that ties this browser to this attempt (see `attempt_of`)."""

    authorization_url: str
    attempt: str
    browser_key: str = field(repr=False)


@dataclass(frozen=True)
class Callback:
    """The query of the provider's callback."""

    state: str = field(repr=False)
    code: str | None = field(default=None, repr=False)
    error: str | None = None
    issuer: str | None = None


@dataclass(frozen=True)
class LoginResult:
    """A completed login. `person_changed`: another person was logged in before in this conversation."""

    conversation_id: str
    channel: str
    language: str
    person: Person
    person_changed: bool


class Login:
    """Links, logins and who is logged in."""

    def __init__(
        self, settings: Settings, database: Database, persons: Persons, audit: Audit, clock: Clock, oidc: OidcClient
    ) -> None:
        """Log in at the provider that `oidc` talks to; what happens is noted in `audit` without saying who."""
        self._store = LoginStore(database)
        self._database = database
        self._keyring = database.keyring
        self._persons = persons
        self._audit = audit
        self._clock = clock
        self._oidc = oidc
        self._public_url = settings.public_url.rstrip("/")
        self._link_lifetime = timedelta(seconds=settings.login_ttl_s)
        self._longest_silence = timedelta(seconds=settings.login_session_s)

    def create_link(self, conversation_id: str) -> str:
        """A new one-time link for an existing conversation. Only a keyed hash of its token is kept."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        now = self._clock.now()
        self._store.add(
            conversation_id=conversation_id,
            token_hash=self._keyring.fingerprint("login_token", token),
            now=now,
            expires_at=now + self._link_lifetime,
        )
        return f"{self._public_url}{LINK_PATH}{token}"

    def has_fresh_link(self, conversation_id: str) -> bool:
        """Whether a link was sent that is unused and has at least half of its time left."""
        return self._store.has_unused(conversation_id, self._clock.now() + self._link_lifetime / 2)

    def describe(self, token: str) -> LinkDescription:
        """What a link is for; it stays unused. Raises `LinkUnknown`, `LinkExpired` or `LinkUsed`."""
        record = self._usable(token)
        return LinkDescription(
            channel=record.channel,
            language=record.language,
            address_ending=record.address[-4:] if record.address else None,
        )

    def begin(self, token: str) -> LoginStart:
        """Use the link up and prepare the login at the provider.

        Raises `LinkUnknown`, `LinkExpired`, `LinkUsed`, or `ProviderUnavailable`, which leaves the link usable.
        """
        record = self._usable(token)
        state, nonce, code_verifier = (secrets.token_urlsafe(SECRET_BYTES) for _ in range(3))
        with _about(record):
            url = self._oidc.authorization_url(
                state=state, nonce=nonce, code_verifier=code_verifier, language=record.language
            )
            now = self._clock.now()
            if not self._store.start(
                record.id,
                state_hash=self._keyring.fingerprint("login_state", state),
                nonce=nonce,
                code_verifier=code_verifier,
                now=now,
                expires_at=now + self._link_lifetime,
            ):
                raise LinkUsed("The login link was used a moment ago.")
        return LoginStart(authorization_url=url, attempt=self.attempt_of(state), browser_key=self._browser_key(state))

    def attempt_of(self, state: str) -> str:
        """A short public name of one attempt, so that logins in two tabs keep separate cookies."""
        return self._keyring.fingerprint("login_attempt", state)[:12]

    def finish(self, callback: Callback, browser_key: str | None) -> LoginResult:
        """Complete the login that the provider's callback reports, and end any earlier one in the conversation.

        `browser_key` is what `begin` gave to the browser. Raises a `LoginError` that names what is wrong.
        """
        record = self._store.by_state(self._keyring.fingerprint("login_state", callback.state))
        if record is None:
            raise StateUnknown("No login with this state was begun.")
        with _about(record):
            if not hmac.compare_digest((browser_key or "").encode(), self._browser_key(callback.state).encode()):
                raise BrowserMismatch("The callback came without the cookie of the browser that began the login.")
            if record.expires_at <= self._clock.now():
                raise LinkExpired("The provider's answer came too late.")
            if not self._store.claim(record.id):
                raise StateUnknown("The state has been used.")
            try:
                return self._complete(record, self._identify(record, callback))
            except LoginError as error:
                self._store.fail(record.id)
                self._audit.record("patient", "login.refused", "login", record.id, reason=type(error).__name__)
                raise

    def person_of(self, conversation_id: str, *, touch: bool = True) -> Person | None:
        """Who is logged in, or None. With `touch` the call counts as a sign of life of the patient."""
        record = self._store.active(conversation_id)
        now = self._clock.now()
        if record is None or record.person_id is None or record.last_seen_at is None:
            return None
        silence = now - record.last_seen_at
        if silence >= self._longest_silence:
            return None
        if touch and silence >= TOUCH_EVERY:
            self._store.touch(record.id, now)
        return self._persons.get(record.person_id)

    def log_out(self, conversation_id: str) -> bool:
        """End the conversation's login; False when nobody was logged in."""
        record = self._store.active(conversation_id)
        with self._database.session():
            if record is None or not self._store.end(conversation_id):
                return False
            self._audit.record("patient", "login.ended", "login", record.id)
            return True

    def _usable(self, token: str) -> LoginRecord:
        record = self._store.by_token(self._keyring.fingerprint("login_token", token))
        if record is None:
            raise LinkUnknown("There is no such login link.")
        with _about(record):
            if record.status != login_store.NEW:
                raise LinkUsed("The login link has been used.")
            if record.expires_at <= self._clock.now():
                raise LinkExpired("The login link has expired.")
        return record

    def _browser_key(self, state: str) -> str:
        return self._keyring.fingerprint("login_browser", state)

    def _identify(self, record: LoginRecord, callback: Callback) -> Identity:
        self._oidc.check_callback(error=callback.error, issuer=callback.issuer)
        if not callback.code or not record.code_verifier or not record.nonce:
            raise StateUnknown("The callback holds no code.")
        return self._oidc.identify(code=callback.code, code_verifier=record.code_verifier, nonce=record.nonce)

    def _complete(self, record: LoginRecord, identity: Identity) -> LoginResult:
        before = self._store.last_person_id(record.conversation_id)
        now = self._clock.now()
        with self._database.session():
            person = self._save(identity)
            if not self._store.complete(
                record.id, conversation_id=record.conversation_id, person_id=person.id, now=now
            ):
                raise StateUnknown("The login was ended while it was being verified.")
            changed = before is not None and before != person.id
            self._audit.record(
                "patient", "login.completed", "login", record.id, person_id=person.id, person_changed=changed
            )
        return LoginResult(
            conversation_id=record.conversation_id,
            channel=record.channel,
            language=record.language,
            person=person,
            person_changed=changed,
        )

    def _save(self, identity: Identity) -> Person:
        try:
            return self._persons.find_or_create(identity.national_id, identity.first_name, identity.last_name)
        except NationalIdError as error:
            raise NationalIdMissing(f"The national number in the ID token is refused: {error}") from None


@contextmanager
def _about(record: LoginRecord) -> Iterator[None]:
    """Let a login error know the conversation's language and channel, for the page that shows it."""
    try:
        yield
    except LoginError as error:
        error.language, error.channel = record.language, record.channel
        raise
