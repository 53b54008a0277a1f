"""Logging in: a one-time link in the conversation, the provider in the browser, and the conversation knows who it is.

The calls block (database, provider); the web layer runs them in a worker thread.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from clinic.audit import Audit
from clinic.clock import Clock
from clinic.identity import login_store
from clinic.identity.login_code import LoginCodes
from clinic.identity.login_errors import (
    BrowserMismatch,
    LinkExpired,
    LinkUnknown,
    LinkUsed,
    LoginError,
    NationalIdMissing,
    StateUnknown,
)
from clinic.identity.login_model import (
    Callback,
    CodeAnswer,
    CodePage,
    LinkDescription,
    LoginResult,
    LoginStart,
)
from clinic.identity.login_sessions import LoginSessions
from clinic.identity.login_store import LoginRecord
from clinic.identity.national_id import NationalIdError
from clinic.identity.oidc import Identity, OidcClient
from clinic.identity.persons import Person, Persons
from clinic.settings import Settings
from clinic.storage import Database

LINK_PATH = "/login/"
TOKEN_BYTES = 24
"""192 random bits; the link must not be guessable and should still fit in an SMS."""
SECRET_BYTES = 32
DEVELOPMENT_CHANNELS = frozenset({"rest"})
"""Channels of a developer's machine, where the conversation goes on by itself after the login."""


class Login(LoginSessions):
    """The way in: links, the provider, codes. Who is logged in, and how it ends, is in `LoginSessions`."""

    def __init__(
        self, settings: Settings, database: Database, persons: Persons, audit: Audit, clock: Clock, oidc: OidcClient
    ) -> None:
        """Log in at the provider that `oidc` talks to; what happens is noted in `audit` without saying who."""
        super().__init__(settings, database, persons, audit, clock)
        self._keyring = database.keyring
        self._oidc = oidc
        self._public_url = settings.public_url.rstrip("/")
        self._link_lifetime = timedelta(seconds=settings.login_ttl_s)
        self._by_itself = DEVELOPMENT_CHANNELS if settings.is_dev else frozenset()
        self._codes = LoginCodes(self._store, self._keyring)

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

    def finish(self, callback: Callback, browser_key: str | None, browser_chat: str | None = None) -> LoginResult:
        """Take the login that the provider's callback reports.

        `browser_key` is what `begin` gave to the browser, `browser_chat` the web conversation that the browser itself
        is in. Where that is the conversation of the link, the login is complete, and ends any earlier one; elsewhere
        the code of `code_page` must be typed back first. Raises a `LoginError` that names what is wrong.
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
                return self._take(record, self._identify(record, callback), browser_chat)
            except LoginError as error:
                self._store.fail(record.id)
                self._audit.record("patient", "login.refused", "login", record.id, reason=type(error).__name__)
                raise

    def code_page(self, page_key: str | None) -> CodePage:
        """What the browser that logged in may show. Raises CodePageClosed."""
        return self._codes.page(page_key, self._clock.now())

    def awaits_code(self, conversation_id: str) -> bool:
        """Whether somebody has logged in for this conversation, and the code is not typed yet."""
        return self._codes.is_waited_for(conversation_id, self._clock.now())

    def take_code(self, conversation_id: str, text: str) -> CodeAnswer:
        """See a message of the conversation as the code of its login; the right one logs in."""
        answer, record = self._codes.take(conversation_id, text, self._clock.now())
        if record is None or record.person_id is None or answer is CodeAnswer.NO_CODE:
            return answer
        try:
            with self._database.session():
                if answer is CodeAnswer.RIGHT:
                    self._complete(record, login_store.UNCONFIRMED, record.person_id)
                else:
                    self._audit.record("patient", "login.code_wrong", "login", record.id)
        except StateUnknown:
            return CodeAnswer.SPENT  # another message of the same moment was first
        return answer

    def public_keys(self) -> dict[str, Any]:
        """Our public key as a JWK set, for the provider to fetch; empty when we use a secret."""
        return self._oidc.public_keys()

    def logout_url(self, back_to: str) -> str | None:
        """Where a browser logs out at the provider, to come back to the path `back_to`; None where it cannot."""
        return self._oidc.logout_url(self._public_url + back_to)

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

    def _take(self, record: LoginRecord, identity: Identity, browser_chat: str | None) -> LoginResult:
        with self._database.session():
            person = self._save(identity)
            if record.conversation_id == browser_chat or record.channel in self._by_itself:
                by_own_browser = record.conversation_id == browser_chat
                changed = self._complete(record, login_store.VERIFYING, person.id, by_own_browser)
                return LoginResult(record.conversation_id, record.channel, record.language, person, changed)
            expires_at = self._clock.now() + self._link_lifetime
            if not self._store.await_code(record.id, person_id=person.id, expires_at=expires_at):
                raise StateUnknown("The login was ended while it was being verified.")
            self._audit.record("patient", "login.code_shown", "login", record.id)
        page_key = self._codes.page_key(record.id)
        return LoginResult(record.conversation_id, record.channel, record.language, person, page_key=page_key)

    def _complete(self, record: LoginRecord, before: str, person_id: str, by_own_browser: bool = False) -> bool:
        """Log the person in; True when somebody else was before. Inside the caller's transaction."""
        now, conversation_id = self._clock.now(), record.conversation_id
        last = self._store.last_person_id(conversation_id)
        if not self._store.complete(
            record.id,
            before=before,
            conversation_id=conversation_id,
            person_id=person_id,
            by_own_browser=by_own_browser,
            now=now,
        ):
            raise StateUnknown("The login was ended while it was being verified.")
        changed = last is not None and last != person_id
        self._audit.record(
            "patient", "login.completed", "login", record.id, person_id=person_id, person_changed=changed
        )
        return changed

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
