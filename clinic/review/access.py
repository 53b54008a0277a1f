"""Who may see the findings: whoever holds a link that the command line made a moment ago, for one working day."""

from __future__ import annotations

import secrets
from datetime import timedelta

from clinic.audit import Audit
from clinic.clock import Clock
from clinic.review.access_store import ReviewAccessStore
from clinic.review.errors import ReviewClosed, ReviewLinkExpired, ReviewLinkUnknown, ReviewLinkUsed
from clinic.storage import Database

LINK_PATH = "/review"
LINK_LIFETIME = timedelta(minutes=15)
SESSION_LIFETIME = timedelta(hours=8)
TOKEN_BYTES = 24
"""192 random bits, 32 characters; `web/static/review.mjs` knows the length."""
SUBJECT = "review_session"


class ReviewAccess:
    """One-time links and the sessions they open. Of both only keyed hashes are kept."""

    def __init__(self, database: Database, clock: Clock, audit: Audit, public_url: str) -> None:
        """Keep them in `database`; what happens is noted in `audit`."""
        self._store = ReviewAccessStore(database)
        self._database = database
        self._keyring = database.keyring
        self._clock = clock
        self._audit = audit
        self._public_url = public_url.rstrip("/")

    def create_link(self) -> str:
        """A new link, for 15 minutes and one use. Its token is a fragment, which browsers never send to a server."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        now = self._clock.now()
        with self._database.session():
            link_id = self._store.add(link_hash=self._link_hash(token), now=now, expires_at=now + LINK_LIFETIME)
            self._audit.record("operator", "review.link_made", SUBJECT, link_id)
        return f"{self._public_url}{LINK_PATH}#{token}"

    def open(self, token: str) -> str:
        """Use a link up; return the secret of the session it opens.

        Raises:
            ReviewLinkUnknown, ReviewLinkUsed, ReviewLinkExpired: it opens nothing.
        """
        now = self._clock.now()
        link = self._store.by_link(self._link_hash(token))
        if link is None:
            raise ReviewLinkUnknown("There is no such review link.")
        if link.opened_at is not None:
            raise ReviewLinkUsed("The review link has been used.")
        if link.expires_at <= now:
            raise ReviewLinkExpired("The review link is too old.")
        secret = secrets.token_urlsafe(TOKEN_BYTES)
        with self._database.session():
            if not self._store.open(
                link.id, session_hash=self._session_hash(secret), now=now, expires_at=now + SESSION_LIFETIME
            ):
                raise ReviewLinkUsed("The review link was used a moment ago.")
            self._audit.record("reviewer", "review.opened", SUBJECT, link.id)
        return secret

    def session_id(self, secret: str | None) -> str:
        """Which open session a secret is for. Raises ReviewClosed."""
        found = self._store.session_id(self._session_hash(secret), self._clock.now()) if secret else None
        if found is None:
            raise ReviewClosed("No review session is open.")
        return found

    def close(self, secret: str | None) -> None:
        """End the session; does nothing when there is none."""
        try:
            session_id = self.session_id(secret)
        except ReviewClosed:
            return
        with self._database.session():
            if self._store.end(session_id, self._clock.now()):
                self._audit.record("reviewer", "review.closed", SUBJECT, session_id)

    def _link_hash(self, token: str) -> str:
        return self._keyring.fingerprint("review_link", token)

    def _session_hash(self, secret: str) -> str:
        return self._keyring.fingerprint("review_session", secret)
