"""Counting tries, in this process and over several with a real Redis."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import redis
import time_machine

from clinic.limits import Limit, RateLimits
from clinic.storage import Keyring
from tests.support.redis_server import running_redis

KEYS = Keyring(b"x" * 32)
FIVE = Limit("test", 5, 3600)


@pytest.fixture(params=["memory", "redis"])
def redis_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str | None]:
    """None, and the address of a server."""
    if request.param == "memory":
        yield None
        return
    with running_redis(tmp_path) as (url, _):
        yield url


def test_so_many_and_no_more(redis_url: str | None) -> None:
    limits = RateLimits(redis_url, KEYS)
    assert limits.wait_s(FIVE, "kari") == 0
    assert [limits.hit(FIVE, "kari") for _ in range(6)] == [True] * 5 + [False]
    assert 3590 < limits.wait_s(FIVE, "kari") <= 3600
    assert limits.wait_s(FIVE, "ola") == 0, "others are not held up"
    assert limits.wait_s(Limit("other", 5, 3600), "kari") == 0


def test_many_at_once_get_through_no_oftener(redis_url: str | None) -> None:
    limits = RateLimits(redis_url, KEYS)
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: limits.hit(FIVE, "kari"), range(40))) == 5


def test_window_moves_so_that_there_is_no_burst_at_its_end() -> None:
    limits = RateLimits(None, KEYS)
    with time_machine.travel("2026-03-02T12:00:00Z", tick=False) as clock:
        limits.hit(FIVE, "kari")
        clock.shift(3000)
        assert all(limits.hit(FIVE, "kari") for _ in range(4))
        assert limits.wait_s(FIVE, "kari") == pytest.approx(600, abs=2)
        clock.shift(601)
        assert limits.hit(FIVE, "kari")
        assert not limits.hit(FIVE, "kari")


def test_two_processes_count_together_and_redis_holds_no_name(tmp_path: Path) -> None:
    with running_redis(tmp_path) as (url, _):
        one, other = RateLimits(url, KEYS), RateLimits(url, KEYS)
        assert [limits.hit(FIVE, "kari") for limits in (one, other, one, other, one, other)].count(True) == 5
        with redis.Redis.from_url(url) as client:
            held = b" ".join(client.scan_iter())
        assert held and b"kari" not in held


def test_without_redis_this_process_counts_alone(tmp_path: Path) -> None:
    with running_redis(tmp_path) as (url, server):
        limits = RateLimits(url, KEYS)
        assert limits.hit(FIVE, "kari")
        server.kill()
        server.wait()
        assert [limits.hit(FIVE, "kari") for _ in range(6)] == [True] * 5 + [False]
        assert limits.wait_s(FIVE, "kari") > 0
