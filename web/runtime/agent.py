"""Building the Rasa agent over our database, lock store and in-process actions."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rasa.core.agent import Agent
from rasa.core.lock_store import InMemoryLockStore, LockStore, RedisLockStore
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain

from clinic.settings import Settings
from web.runtime import patches
from web.runtime.actions import InProcessActions

LOCK_POLL_S = 0.02
"""Seconds between looks at a taken lock; Rasa waits a whole second, which a burst of four messages feels."""


class _QuickInMemoryLocks(InMemoryLockStore):
    def lock(self, conversation_id: str, lock_lifetime: float = 60, wait_time_in_seconds: float = LOCK_POLL_S) -> Any:
        """As Rasa's own, looking more often."""
        return super().lock(conversation_id, lock_lifetime, wait_time_in_seconds)


class _QuickRedisLocks(RedisLockStore):
    def lock(self, conversation_id: str, lock_lifetime: float = 60, wait_time_in_seconds: float = LOCK_POLL_S) -> Any:
        """As Rasa's own, looking more often."""
        return super().lock(conversation_id, lock_lifetime, wait_time_in_seconds)


def build_agent(settings: Settings, model: Path) -> Agent:
    """The agent, ready for messages."""
    patches.apply()
    agent = Agent(
        tracker_store=_tracker_store(settings),
        lock_store=_lock_store(settings),
        action_endpoint=InProcessActions(),
    )
    agent.load_model(str(model))
    return agent


def _lock_store(settings: Settings) -> LockStore:
    if not settings.redis_url:
        return _QuickInMemoryLocks()
    parts = urlsplit(settings.redis_url)
    return _QuickRedisLocks(
        host=parts.hostname or "localhost",
        port=parts.port or 6379,
        db=int(parts.path.lstrip("/") or 1),
        username=parts.username,
        password=parts.password,
        use_ssl=parts.scheme == "rediss",
    )


def _tracker_store(settings: Settings) -> SQLTrackerStore:
    default = (
        f"sqlite:///{settings.var_dir}/tracker.db"
        if settings.database_url.startswith("sqlite")
        else settings.database_url
    )
    url = settings.tracker_url or default
    if url.startswith("sqlite"):
        path = Path(url.partition(":///")[2])
        path.parent.mkdir(parents=True, exist_ok=True)
        store = SQLTrackerStore(domain=Domain.empty(), dialect="sqlite", db=str(path))
    else:
        # A whole address as the host is taken as it is, with its options and escaped passwords.
        store = SQLTrackerStore(domain=Domain.empty(), host=url)
    # Rasa logs the text of a failed statement's error, which would hold what the patient wrote.
    store.engine.hide_parameters = True
    return store
