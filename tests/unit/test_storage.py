"""Encryption at rest, transactions, migrations and the named error of a database that cannot be used."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError, StatementError

from clinic.clock import FixedClock
from clinic.conversations import Conversations
from clinic.identity.national_id import synthetic_number
from clinic.identity.persons import Persons
from clinic.storage import Database, DatabaseUnavailable, DecryptionError, Keyring
from clinic.storage.migrate import is_ours
from clinic.storage.tables import AuditEventRow, OfferedChoiceRow, PersonRow, metadata
from tests.conftest import SECRET
from tests.support.people import BORN_1980
from tests.support.postgres import PostgresForTests


def test_migrations_equal_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": is_ours})
        assert compare_metadata(context, metadata) == []


def test_upgrading_twice_changes_nothing(database: Database) -> None:
    before = sorted(inspect(database.engine).get_table_names())
    database.upgrade()
    assert sorted(inspect(database.engine).get_table_names()) == before


def test_several_processes_may_upgrade_at_once(postgres: PostgresForTests, keyring: Keyring, tmp_path: Path) -> None:
    for url in (postgres.new_database(migrated=False), f"sqlite:///{tmp_path}/fresh.db"):
        databases = [Database(url, keyring) for _ in range(3)]
        errors: list[Exception] = []

        def upgrade(database: Database, errors: list[Exception] = errors) -> None:
            try:
                database.upgrade()
            except Exception as error:
                errors.append(error)

        threads = [threading.Thread(target=upgrade, args=(database,)) for database in databases]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == []
        databases[0].ping()
        for database in databases:
            database.close()


def test_national_number_and_words_are_unreadable_in_the_file(sqlite_url: str, keyring: Keyring) -> None:
    database, clock = Database(sqlite_url, keyring), FixedClock("2026-03-02T12:00:00")
    number = synthetic_number(BORN_1980)
    person = Persons(database, clock, allow_synthetic=True).find_or_create(number, "Kari", "Testdatter")
    conversations = Conversations(database, clock)
    conversations.get_or_create("c1", "sms", address="+4791234567")
    conversations.append_event("c1", "user", {"text": "jeg har vondt i magen"})
    with database.read() as session:
        assert session.get(PersonRow, person.id).national_id == number
    database.close()

    path = Path(sqlite_url.removeprefix("sqlite:///"))
    raw = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    assert b"Testdatter" in raw  # so the right files are being read
    for secret in (number, number[:6], "+4791234567", "vondt i magen"):
        assert secret.encode() not in raw


def test_another_key_cannot_read(database: Database, database_url: str, clock: FixedClock) -> None:
    person = Persons(database, clock, allow_synthetic=True).find_or_create(synthetic_number(BORN_1980), "Kari", "T")
    other = Database(database_url, Keyring(b"another secret, also long enough"))
    with pytest.raises(DecryptionError, match="CLINIC_SECRET_KEY"), other.read() as session:
        session.get(PersonRow, person.id)
    other.close()


def test_fingerprints_depend_on_key_kind_and_value(keyring: Keyring) -> None:
    same = keyring.fingerprint("national_id", "1")
    assert same == Keyring(SECRET.encode()).fingerprint("national_id", "1")
    others = {
        keyring.fingerprint("login_token", "1"),
        keyring.fingerprint("national_id", "2"),
        Keyring(b"x" * 32).fingerprint("national_id", "1"),
    }
    assert same not in others and len(others) == 3


def test_an_error_rolls_everything_back(database: Database, clock: FixedClock) -> None:
    with pytest.raises(RuntimeError), database.session() as session:
        session.add(_audit(clock))
        raise RuntimeError("stop")
    assert _count(database) == 0


def test_a_nested_session_is_the_same_transaction(database: Database, clock: FixedClock) -> None:
    with pytest.raises(RuntimeError), database.session():
        with database.session() as inner:
            inner.add(_audit(clock))
        with database.read() as reader:
            assert reader is inner
        raise RuntimeError("stop")
    assert _count(database) == 0


def test_threads_and_tasks_get_their_own_session(database: Database) -> None:
    async def main() -> None:
        with database.read() as outer:

            def elsewhere() -> bool:
                with database.read() as other:
                    return other is outer

            assert await asyncio.to_thread(elsewhere) is False
            with database.read() as again:
                assert again is outer

        async def later() -> bool:
            with database.read() as other:
                return other is outer

        assert await asyncio.create_task(later()) is False

    # In a thread of its own: the test's thread may have a running loop already, as Playwright's has.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, main()).result()


def test_a_read_session_cannot_write(database: Database, clock: FixedClock) -> None:
    with pytest.raises(DatabaseUnavailable), database.read() as session:
        session.add(_audit(clock))
        session.flush()
    with database.session() as session:
        session.add(_audit(clock))
    assert _count(database) == 1


def test_foreign_keys_hold(database: Database, clock: FixedClock) -> None:
    with pytest.raises(IntegrityError), database.session() as session:
        session.add(OfferedChoiceRow(conversation_id="nobody", turn=1, position=1, title="a", payload="/b"))


def test_times_come_back_in_utc(database: Database, clock: FixedClock) -> None:
    with database.session() as session:
        session.add(_audit(clock))
    with database.read() as session:
        at = session.execute(AuditEventRow.__table__.select()).first().at
    assert at == clock.now() and at.utcoffset().total_seconds() == 0


def test_times_without_an_offset_are_refused(database: Database, clock: FixedClock) -> None:
    row = _audit(clock)
    row.at = clock.now().replace(tzinfo=None)
    with pytest.raises(StatementError, match="offset"), database.session() as session:
        session.add(row)


def test_a_locked_database_is_a_named_error_and_recovers(sqlite_url: str, keyring: Keyring, clock: FixedClock) -> None:
    database = Database(sqlite_url, keyring, busy_timeout_s=0.1)
    blocker = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseUnavailable, match="locked"), database.session() as session:
        session.add(_audit(clock))
    database.ping()  # reading does not wait for a writer
    blocker.execute("ROLLBACK")
    blocker.close()
    with database.session() as session:
        session.add(_audit(clock))
    assert _count(database) == 1
    database.close()


def test_a_database_that_is_gone_is_a_named_error(keyring: Keyring, tmp_path: Path) -> None:
    blocked = tmp_path / "a-folder-not-a-file"
    blocked.mkdir()
    (blocked / "file").touch()
    with pytest.raises(DatabaseUnavailable, match="cannot be made"):
        Database(f"sqlite:///{blocked}/file/clinic.db", keyring).upgrade()
    for url in (f"sqlite:///{blocked}", "postgresql://nobody@127.0.0.1:1/nothing"):
        with pytest.raises(DatabaseUnavailable):
            Database(url, keyring).ping()


def test_a_file_that_is_gone_is_not_made_anew_and_recovers(
    sqlite_url: str, keyring: Keyring, clock: FixedClock
) -> None:
    """Neither an empty file in its place nor writing on into the deleted one: that would lose what was said."""
    database, path = Database(sqlite_url, keyring), Path(sqlite_url.removeprefix("sqlite:///"))
    with database.session() as session:
        session.add(_audit(clock))
    moved = path.rename(path.with_suffix(".moved"))
    for attempt in (database.session, database.read):
        with pytest.raises(DatabaseUnavailable, match="no such file"), attempt() as session:
            session.execute(text("SELECT 1"))
    assert not path.exists()
    moved.rename(path)
    with database.session() as session:
        session.add(_audit(clock))
    assert _count(database) == 2
    database.close()


def test_a_replaced_file_is_noticed(
    sqlite_url: str, migrated_sqlite: Path, keyring: Keyring, clock: FixedClock
) -> None:
    database, path = Database(sqlite_url, keyring), Path(sqlite_url.removeprefix("sqlite:///"))
    with database.session() as session:
        session.add(_audit(clock))
    database.close()
    database.ping()
    restored = shutil.copy(migrated_sqlite, path.with_suffix(".backup"))
    Path(restored).rename(path)
    assert _count(database) == 0
    database.close()


def test_cut_connections_recover(postgres: PostgresForTests, keyring: Keyring, clock: FixedClock) -> None:
    url = postgres.new_database()
    database = Database(url, keyring)
    database.ping()
    with pytest.raises(DatabaseUnavailable), database.session() as session:
        session.add(_audit(clock))
        session.flush()
        postgres.disconnect_all(url)
        session.execute(text("SELECT 1"))
    with database.session() as session:
        session.add(_audit(clock))
    assert _count(database) == 1
    database.close()


def test_an_unmigrated_database_says_what_to_do(postgres: PostgresForTests, keyring: Keyring, tmp_path: Path) -> None:
    for url in (postgres.new_database(migrated=False), f"sqlite:///{tmp_path}/empty.db"):
        database = Database(url, keyring)
        with pytest.raises(DatabaseUnavailable, match="clinic migrate"):
            _count(database)
        database.close()


def test_errors_hold_no_values(database: Database, clock: FixedClock) -> None:
    with pytest.raises(IntegrityError) as caught, database.session() as session:
        for _ in range(2):
            session.add(
                PersonRow(
                    national_id_hash="same", national_id="01010112345", first_name="Hemmelig", last_name="T",
                    birth_date=BORN_1980, created_at=clock.now(),
                )
            )  # fmt: skip
        session.flush()
    assert "Hemmelig" not in str(caught.value)


def _audit(clock: FixedClock) -> AuditEventRow:
    return AuditEventRow(at=clock.now(), actor="test", action="test", subject_type="t", subject_id="1", detail={})


def _count(database: Database) -> int:
    with database.read() as session:
        return int(session.execute(text("SELECT count(*) FROM audit_events")).scalar_one())
