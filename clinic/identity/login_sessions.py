"""Who is logged in where, for how long, and what may be shown of a conversation."""

from __future__ import annotations

from datetime import datetime, timedelta

from clinic.audit import Audit
from clinic.clock import Clock
from clinic.identity.login_store import LoginStore
from clinic.identity.login_view import View, view_of
from clinic.identity.persons import Person, Persons
from clinic.settings import Settings
from clinic.storage import Database

TOUCH_EVERY = timedelta(seconds=30)
"""The time of the last sign of life is not written oftener than this, to spare the database."""
KEEP_EXPIRED = timedelta(days=1)
"""Links that led to no login are deleted so long after they expired; until then the page can say what is wrong."""


class LoginSessions:
    """The logins that there are. `clinic.identity.login.Login` adds the way in."""

    def __init__(self, settings: Settings, database: Database, persons: Persons, audit: Audit, clock: Clock) -> None:
        """What happens is noted in `audit` without saying who."""
        self._store = LoginStore(database)
        self._database = database
        self._persons = persons
        self._audit = audit
        self._clock = clock
        self._longest_silence = timedelta(seconds=settings.login_session_s)

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

    def logged_in_at(self, conversation_id: str) -> datetime | None:
        """When the conversation's login was completed, in UTC; None without one."""
        record = self._store.active(conversation_id)
        return None if record is None else record.completed_at

    def view(self, conversation_id: str) -> View:
        """What may be shown of the conversation now."""
        return view_of(self._store.completed(conversation_id), self._clock.now(), self._longest_silence)

    def browser_logins(self, conversation_id: str) -> int:
        """How often the conversation's own browser has logged in; its cookie is made anew each time."""
        return sum(login.by_own_browser for login in self._store.completed(conversation_id))

    def log_out(self, conversation_id: str) -> bool:
        """End the conversation's login; False when nobody was logged in."""
        record = self._store.active(conversation_id)
        with self._database.session():
            if record is None or not self._store.end(conversation_id, self._clock.now()):
                return False
            self._audit.record("patient", "login.ended", "login", record.id)
            return True

    def clean(self) -> int:
        """Delete links that led to no login and expired a day ago; gives how many."""
        return self._store.clean(self._clock.now() - KEEP_EXPIRED)
