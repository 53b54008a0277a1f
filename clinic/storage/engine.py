"""Makes SQLAlchemy engines for SQLite and PostgreSQL that begin transactions the way we need them."""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import create_engine, event, exc
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.pool import QueuePool

READ_ONLY = "clinic_read_only"
"""Execution option of connections that may not write."""

CONNECT_TIMEOUT_S = 5
MAX_CONNECTIONS = 25


def make_engine(url: str, busy_timeout_s: float) -> Engine:
    """Return an engine; nothing is opened yet. `busy_timeout_s` is how long SQLite waits for another writer."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed, busy_timeout_s)
    return _postgresql(parsed)


def make_file(url: str) -> None:
    """Make the SQLite file of `url` and its folder unless they are there; does nothing for PostgreSQL."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        path = Path(parsed.database)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)


def _sqlite(url: URL, busy_timeout_s: float) -> Engine:
    path = url.database

    def connect() -> sqlite3.Connection:
        # A file that is gone must not be made anew: an empty one would hide that the data is missing.
        if not os.path.exists(path):
            raise sqlite3.OperationalError(f"no such file: {path}")
        return sqlite3.connect(
            f"file:{quote(path)}?mode=rw",
            uri=True,
            timeout=busy_timeout_s,
            check_same_thread=False,
            isolation_level=None,
        )

    engine = create_engine(
        url,
        future=True,
        hide_parameters=True,
        creator=connect,
        poolclass=QueuePool,
        pool_timeout=CONNECT_TIMEOUT_S,
        max_overflow=MAX_CONNECTIONS - 5,
    )

    absences = 0

    def prepare(connection: sqlite3.Connection, record: Any) -> None:
        _use_write_ahead_log(connection, busy_timeout_s)
        for pragma in ("synchronous = NORMAL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")
        record.info["file"] = (_identity(path), absences)

    def still_the_same_file(_connection: sqlite3.Connection, record: Any, _proxy: Any) -> None:
        # A pooled connection would go on writing into a file that was deleted or replaced; and after the same file
        # has come back, its companions (the write-ahead log) are others than the ones the connection has open.
        nonlocal absences
        now = _identity(path)
        if now is None:
            absences += 1
        if record.info["file"] != (now, absences):
            raise exc.DisconnectionError("the database file was replaced")

    def begin(connection: Any) -> None:
        # Python's sqlite3 begins transactions too late for us, and is told not to (isolation_level None).
        read_only = connection.get_execution_options().get(READ_ONLY, False)
        connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if read_only else 'OFF'}")
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    event.listen(engine, "connect", prepare)
    event.listen(engine, "checkout", still_the_same_file)
    event.listen(engine, "begin", begin)
    return engine


def _use_write_ahead_log(connection: sqlite3.Connection, patience_s: float) -> None:
    """Turn it on; while another process does just that, SQLite does not wait by itself as it does elsewhere."""
    deadline = time.monotonic() + patience_s
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _identity(path: str) -> tuple[int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _postgresql(url: URL) -> Engine:
    engine = create_engine(
        url,
        future=True,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_timeout=CONNECT_TIMEOUT_S,
        max_overflow=MAX_CONNECTIONS - 5,
        connect_args={"connect_timeout": CONNECT_TIMEOUT_S},
    )

    def begin(connection: Any) -> None:
        if connection.get_execution_options().get(READ_ONLY, False):
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")

    event.listen(engine, "begin", begin)
    return engine
