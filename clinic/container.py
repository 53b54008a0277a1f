"""Everything the program is made of, built on first use and wired together in one place."""

from __future__ import annotations

import threading
from functools import cached_property
from typing import TYPE_CHECKING

from clinic.clock import Clock, FixedClock, SystemClock
from clinic.errors import ClinicError
from clinic.settings import Settings
from clinic.texts import Texts

if TYPE_CHECKING:
    from clinic.audit import Audit
    from clinic.booking import Appointments
    from clinic.conversations import Conversations, RecentWords
    from clinic.coverage import Coverage, PolicySource
    from clinic.findings import Findings
    from clinic.identity.login import Login
    from clinic.identity.persons import Persons
    from clinic.intake import Intakes
    from clinic.limits import RateLimits
    from clinic.messaging import Outbox
    from clinic.review import Review, ReviewAccess
    from clinic.storage import Database
    from clinic.video import Video


class NotConfigured(ClinicError):
    """`configure(settings)` has not been called in this process."""


class Container:
    """One installation's services. Imports are done where a service is built, so that small commands start fast."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        """Wire services for `settings`; `clock` is given by tests only."""
        self.settings = settings
        self._clock = clock

    @cached_property
    def clock(self) -> Clock:
        """The machine's clock, or the fixed one of CLINIC_NOW."""
        if self._clock is not None:
            return self._clock
        return FixedClock(self.settings.now) if self.settings.now else SystemClock()

    @cached_property
    def database(self) -> Database:
        """The one database."""
        from clinic.storage import Database, Keyring

        return Database(self.settings.database_url, Keyring(self.settings.secret_key))

    @cached_property
    def texts(self) -> Texts:
        """What the clinic itself says."""
        return Texts()

    @cached_property
    def persons(self) -> Persons:
        """The persons we know."""
        from clinic.identity.persons import Persons

        return Persons(self.database, self.clock, allow_synthetic=self.settings.is_dev)

    @cached_property
    def login(self) -> Login:
        """Login links and who is logged in."""
        from clinic.identity.broker import Broker
        from clinic.identity.login import Login
        from clinic.identity.oidc import OidcClient

        oidc = OidcClient(Broker.from_settings(self.settings))
        return Login(self.settings, self.database, self.persons, self.audit, self.clock, oidc)

    @cached_property
    def limits(self) -> RateLimits:
        """How often something may be tried."""
        from clinic.limits import RateLimits

        return RateLimits(self.settings.redis_url, self.database.keyring)

    @cached_property
    def coverage(self) -> Coverage:
        """The policy register."""
        from clinic.coverage import Coverage, PolicyTries

        tries = PolicyTries(
            self.limits, per_person=self.settings.policy_tries_person, per_address=self.settings.policy_tries_address
        )
        return Coverage(self.database, self._policy_source(), tries)

    def _policy_source(self) -> PolicySource:
        from clinic.coverage import OwnRegister

        settings = self.settings
        if settings.insurer_url is None:
            return OwnRegister()
        from clinic.coverage.insurer import InsurerClient, InsurerRegister
        from clinic.coverage.mirror_store import Mirror

        client = InsurerClient(settings.insurer_url, settings.insurer_key or "")
        return InsurerRegister(client, Mirror(self.database, self.persons), settings.insurer_cache_s)

    @cached_property
    def conversations(self) -> Conversations:
        """Conversations and what was offered in them."""
        from clinic.conversations import Conversations

        return Conversations(self.database, self.clock)

    @cached_property
    def recent_words(self) -> RecentWords:
        """What was written in the last minutes, for the screen."""
        from clinic.conversations import RecentWords

        return RecentWords(self.database, self.clock)

    @cached_property
    def findings(self) -> Findings:
        """What the screen found."""
        from clinic.findings import Findings

        return Findings(self.database, self.clock)

    @cached_property
    def review_access(self) -> ReviewAccess:
        """Who may see the findings."""
        from clinic.review import ReviewAccess

        return ReviewAccess(self.database, self.clock, self.audit, self.settings.public_url)

    @cached_property
    def review(self) -> Review:
        """The clinical review of the findings."""
        from clinic.findings import FindingPages
        from clinic.review import Review

        return Review(self.review_access, FindingPages(self.database), self.audit)

    @cached_property
    def audit(self) -> Audit:
        """The audit trail."""
        from clinic.audit import Audit

        return Audit(self.database, self.clock)

    @cached_property
    def intakes(self) -> Intakes:
        """Intakes under way."""
        from clinic.intake import Intakes

        return Intakes(self.database, self.clock, self.login, self.coverage, self.audit, self.settings.ages)

    @cached_property
    def video(self) -> Video:
        """Links to the video room."""
        from clinic.video import Video

        return Video(self.database.keyring, self.settings.public_url)

    @cached_property
    def outbox(self) -> Outbox:
        """Messages that leave on their own."""
        from clinic.messaging import Outbox
        from clinic.messaging.senders import senders

        return Outbox(self.database, self.clock, self.texts, senders(self.settings))

    @cached_property
    def appointments(self) -> Appointments:
        """Booked consultations."""
        from clinic.booking import Appointments

        return Appointments(
            self.database, self.clock, self.persons, self.outbox, self.video, self.audit, self.settings.ages
        )

    def close(self) -> None:
        """Close what was opened."""
        if "database" in self.__dict__:
            self.database.close()


_lock = threading.Lock()
_current: Container | None = None


def configure(settings: Settings, clock: Clock | None = None) -> Container:
    """Make the container of this process, closing the one before."""
    global _current
    with _lock:
        if _current is not None:
            _current.close()
        _current = Container(settings, clock)
        return _current


def current() -> Container:
    """Return the container of this process, for actions and components that Rasa builds without arguments.

    Raises:
        NotConfigured: `configure(settings)` was not called.
    """
    if _current is None:
        raise NotConfigured("The clinic is not configured in this process: call configure(Settings.from_env()) first")
    return _current
