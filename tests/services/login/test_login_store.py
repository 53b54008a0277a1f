"""Who wins when two requests want the same login at once; on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from clinic.clock import FixedClock
from clinic.container import Container
from clinic.identity.login_store import VERIFYING, LoginRecord, LoginStore

CALLERS = 8


@pytest.fixture
def store(container: Container) -> LoginStore:
    """The store, with one conversation to log in to."""
    container.conversations.get_or_create("c1", "web")
    return LoginStore(container.database)


def new_link(store: LoginStore, clock: FixedClock, name: str) -> LoginRecord:
    now = clock.now()
    store.add(conversation_id="c1", token_hash=name, now=now, expires_at=now + timedelta(minutes=10))
    record = store.by_token(name)
    assert record is not None
    return record


def verifying(store: LoginStore, clock: FixedClock, name: str) -> LoginRecord:
    record = new_link(store, clock, name)
    assert start(store, record, clock, name)
    assert store.claim(record.id)
    return record


def start(store: LoginStore, record: LoginRecord, clock: FixedClock, state: str) -> bool:
    now = clock.now()
    return store.start(
        record.id, state_hash=state, nonce="n", code_verifier="v", now=now, expires_at=now + timedelta(minutes=10)
    )


def all_at_once(call: Callable[[int], bool]) -> list[bool]:
    with ThreadPoolExecutor(CALLERS) as pool:
        return list(pool.map(call, range(CALLERS)))


def test_link_is_used_up_by_one_of_many(store: LoginStore, clock: FixedClock) -> None:
    record = new_link(store, clock, "link")
    assert sorted(all_at_once(lambda caller: start(store, record, clock, f"state-{caller}")))[-2:] == [False, True]


def test_state_is_taken_by_one_of_many(store: LoginStore, clock: FixedClock) -> None:
    record = new_link(store, clock, "state")
    start(store, record, clock, "state")
    assert all_at_once(lambda _caller: store.claim(record.id)).count(True) == 1


def test_one_login_stays_when_many_complete_at_once(store: LoginStore, clock: FixedClock, container: Container) -> None:
    person = container.persons.find_or_create("13817000031", "Kari", "Testdatter")
    records = [verifying(store, clock, f"login-{number}") for number in range(CALLERS)]

    def complete(number: int) -> bool:
        return store.complete(
            records[number].id,
            before=VERIFYING,
            by_own_browser=False,
            conversation_id="c1",
            person_id=person.id,
            now=clock.now(),
        )

    assert all(all_at_once(complete))
    with container.database.read() as session:
        active = session.execute(text("SELECT count(*) FROM login_sessions WHERE status = 'active'")).scalar()
    assert active == 1


def test_expired_link_cannot_be_started(store: LoginStore, clock: FixedClock) -> None:
    record = new_link(store, clock, "late")
    clock.set(clock.now() + timedelta(minutes=10))
    assert not start(store, record, clock, "late")


def test_failed_login_cannot_be_completed(store: LoginStore, clock: FixedClock, container: Container) -> None:
    person = container.persons.find_or_create("13817000031", "Kari", "Testdatter")
    record = verifying(store, clock, "failed")
    store.fail(record.id)
    assert not store.complete(
        record.id, before=VERIFYING, by_own_browser=False, conversation_id="c1", person_id=person.id, now=clock.now()
    )
    assert store.active("c1") is None
    assert store.last_person_id("c1") is None
