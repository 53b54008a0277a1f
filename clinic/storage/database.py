"""The database: one engine, short transactions, migrations, and one named error when it cannot be reached."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from sqlalchemy import exc, text
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from clinic.errors import ClinicError
from clinic.storage.crypto import Keyring, attach_keyring
from clinic.storage.engine import READ_ONLY, make_engine, make_file

BUSY_TIMEOUT_S = 5.0
UPGRADE_TIMEOUT_S = 60.0


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
        self._engine = make_engine(url, busy_timeout_s)
        attach_keyring(self._engine, keyring)
        self._reader = self._engine.execution_options(**{READ_ONLY: True})
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
        Never hold one across an `await`. On SQLite its first statement takes the write lock (BEGIN IMMEDIATE), so that
        two writers queue instead of failing half-way.

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

        try:
            make_file(self.url)
        except OSError as error:
            raise DatabaseUnavailable(f"The database file cannot be made: {error.strerror}") from error
        # Who comes second waits for all the migrations of the first, which takes longer than a turn of a conversation.
        patient = make_engine(self.url, UPGRADE_TIMEOUT_S)
        attach_keyring(patient, self.keyring)
        try:
            with _named_errors():
                upgrade(patient)
        finally:
            patient.dispose()

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


_UNUSABLE = (exc.OperationalError, exc.InterfaceError, exc.InternalError, exc.ProgrammingError, exc.TimeoutError)


@contextmanager
def _named_errors() -> Iterator[None]:
    try:
        yield
    except _UNUSABLE as error:
        reason = _reason(error)
        if isinstance(error, exc.ProgrammingError) or reason.startswith("no such "):
            message = f"The database is missing or has other tables than expected: run `clinic migrate` ({reason})"
        else:
            message = f"The database cannot be used right now: {reason}"
        raise DatabaseUnavailable(message) from error


def _reason(error: Exception) -> str:
    """Return the driver's first line; statements and parameters are left out, since they may be personal."""
    original = getattr(error, "orig", None)
    lines = str(original if original is not None else error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
