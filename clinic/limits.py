"""How often something may be tried: counted by the `limits` library, in Redis where there is one, else in this process.

Who is counted is known by a keyed hash only. When Redis does not answer, this process counts alone until it is back.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property

import structlog
from limits import RateLimitItemPerSecond
from limits.errors import StorageError
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from clinic.storage import Keyring

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Limit:
    """`most` times in `seconds`, for each key."""

    name: str
    most: int
    seconds: int

    @cached_property
    def item(self) -> RateLimitItemPerSecond:
        """The same for the library."""
        return RateLimitItemPerSecond(self.most, self.seconds, namespace=f"clinic-{self.name}")


class RateLimits:
    """Counts in a moving window: no burst at the turn of an hour."""

    def __init__(self, redis_url: str | None, keyring: Keyring) -> None:
        self._keyring = keyring
        self._here = MovingWindowRateLimiter(MemoryStorage())
        self._shared = self._here if redis_url is None else MovingWindowRateLimiter(_redis(redis_url))

    def hit(self, limit: Limit, key: str) -> bool:
        """Count one; False when that was one too many."""
        hidden = self._hidden(limit, key)
        try:
            return self._shared.hit(limit.item, hidden)
        except StorageError:
            _log.error("limits.storage_away")
            return self._here.hit(limit.item, hidden)

    def wait_s(self, limit: Limit, key: str) -> float:
        """Seconds until the next one is allowed; 0 when it is now."""
        hidden = self._hidden(limit, key)
        try:
            return _wait_s(self._shared, limit, hidden)
        except StorageError:
            _log.error("limits.storage_away")
            return _wait_s(self._here, limit, hidden)

    def _hidden(self, limit: Limit, key: str) -> str:
        return self._keyring.fingerprint(f"limit_{limit.name}", key)[:32]


def _wait_s(counter: MovingWindowRateLimiter, limit: Limit, key: str) -> float:
    window = counter.get_window_stats(limit.item, key)
    return 0.0 if window.remaining > 0 else max(1.0, window.reset_time - time.time())


def _redis(url: str) -> Storage:
    # `wrap_exceptions`: every failure of Redis is a StorageError.
    storage = storage_from_string(url, wrap_exceptions=True, socket_connect_timeout=2, socket_timeout=2)
    assert isinstance(storage, Storage)
    return storage
