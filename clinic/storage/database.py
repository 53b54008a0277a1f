"""The database: one engine, short transactions, migrations, and one named error when it cannot be reached."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event, exc, text
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool

from clinic.errors import ClinicError
from clinic.storage.crypto import Keyring, attach_keyring

BUSY_TIMEOUT_S = 5.0
_READ_ONLY = "clinic_read_only"


class DatabaseUnavailable(ClinicError):
    """The database is locked, gone, full or not migrated; nothing was changed, and the same call may be made again."""


@dataclass
class _OpenSession:
    """The session that is open in this task or thread, so that a nested call joins it."""

    session: Session
    thread: int
    read_only: bool
    is_open: bool = True


class Database:
    """Gives out sessions; each outermost `with database.session()` is one transaction."""

    def __init__(self, url: str, keyring: Keyring, busy_timeout_s: float = BUSY_TIMEOUT_S) -> None:
        """Prepare an engine for `url`; nothing is opened before the first session.

        `busy_timeout_s` is how long SQLite waits for another writer before DatabaseUnavailable is raised.
        """
        self.url = url
        self.keyring = keyring
        self._busy_timeout_s = busy_timeout_s
        self._engine = self._create_engine()
        self._reader = self._engine.execution_options(**{_READ_ONLY: True})
        self._open: ContextVar[_OpenSession | None] = ContextVar("clinic_open_session", default=None)

    @property
    def is_sqlite(self) -> bool:
        """Return whether this is SQLite; PostgreSQL is the only other one."""
        return bool(self._engine.dialect.name == "sqlite")

    @property
    def engine(self) -> Engine:
        """Return the engine, for migrations and tests; everything else uses `session()`."""
        return self._engine

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Open a transaction that may write: committed at the end of the block, rolled back on any error.

        A session opened inside another joins it, so that a service can call several stores in one transaction.
        Never hold one across an `await`. On SQLite it takes the write lock at once (BEGIN IMMEDIATE), so that two
        writers queue instead of failing half-way.

        Raises:
            DatabaseUnavailable: the database is locked, gone, full or not migrated.
        """
        with self._session(self._engine, read_only=False) as session:
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a read-only transaction, which waits for no writer; joins an open session as `session()` does.

        Raises:
            DatabaseUnavailable: the database is locked, gone or not migrated, or something was written.
        """
        with self._session(self._reader, read_only=True) as session:
            yield session

    def upgrade(self) -> None:
        """Bring the schema to the newest migration; safe to call from several processes at once.

        Raises:
            DatabaseUnavailable: the database cannot be reached.
        """
        from clinic.storage.migrate import upgrade  # alembic takes 0.2 s to import and only this needs it

        with _named_errors():
            upgrade(self._engine)

    def is_current(self) -> bool:
        """Return whether the schema is at the newest migration; raises DatabaseUnavailable if it cannot be asked."""
        from clinic.storage.migrate import is_current

        with _named_errors():
            return is_current(self._reader)

    def ping(self) -> None:
        """Check that the database answers; raises DatabaseUnavailable if not."""
        with self.read() as session:
            session.execute(text("SELECT 1"))

    def close(self) -> None:
        """Close all connections; the next session opens new ones."""
        self._engine.dispose()

    @contextmanager
    def _session(self, engine: Engine, read_only: bool) -> Iterator[Session]:
        outer = self._open.get()
        if outer is not None and self._may_join(outer, read_only):
            yield outer.session
            return
        with _named_errors(), Session(engine, future=True, expire_on_commit=False) as session:
            current = _OpenSession(session, threading.get_ident(), read_only)
            token = self._open.set(current)
            try:
                with session.begin():
                    yield session
            finally:
                current.is_open = False
                self._open.reset(token)

    @staticmethod
    def _may_join(outer: _OpenSession, read_only: bool) -> bool:
        # A task or thread started inside a block inherits its context and must not use the session it finds there.
        same_place = outer.is_open and outer.thread == threading.get_ident()
        return same_place and (read_only or not outer.read_only)

    def _create_engine(self) -> Engine:
        options: dict[str, Any] = {"future": True, "hide_parameters": True}
        url = make_url(self.url)
        if url.get_backend_name() == "sqlite":
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
            options["poolclass"] = QueuePool
            options["connect_args"] = {"timeout": self._busy_timeout_s, "check_same_thread": False}
        else:
            options["pool_pre_ping"] = True
            options["connect_args"] = {"connect_timeout": int(BUSY_TIMEOUT_S)}
        options["pool_timeout"] = BUSY_TIMEOUT_S
        options["max_overflow"] = 20
        engine = create_engine(url, **options)
        attach_keyring(engine, self.keyring)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
        else:
            event.listen(engine, "begin", _begin_postgresql)
        return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # Python's sqlite3 would begin transactions by itself and too late: it is told not to, and _begin_sqlite does.
    connection.isolation_level = None
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    read_only = connection.get_execution_options().get(_READ_ONLY, False)
    connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if read_only else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _begin_postgresql(connection: Any) -> None:
    if connection.get_execution_options().get(_READ_ONLY, False):
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")


@contextmanager
def _named_errors() -> Iterator[None]:
    try:
        yield
    except (
        exc.OperationalError,
        exc.InterfaceError,
        exc.InternalError,
        exc.ProgrammingError,
        exc.TimeoutError,
    ) as error:
        reason = _reason(error)
        if isinstance(error, exc.ProgrammingError) or reason.startswith("no such "):
            raise DatabaseUnavailable(
                f"The database has other tables than expected: run `clinic migrate` ({reason})"
            ) from error
        raise DatabaseUnavailable(f"The database cannot be used right now: {reason}") from error


def _reason(error: exc.SQLAlchemyError) -> str:
    """Return the driver's first line; statements and parameters are left out, since they may be personal."""
    original = getattr(error, "orig", None)
    lines = str(original if original is not None else error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
