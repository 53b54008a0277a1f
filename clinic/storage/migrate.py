"""Runs the migrations from within the program, one process at a time."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.engine import Engine

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 7_110_113  # any number, as long as nothing else in this PostgreSQL database uses it


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Return whether alembic should look at a table: not at SQLite's own, and not at the one Rasa makes for itself."""
    return kind != "table" or name not in {"sqlite_sequence", "events"}


def is_current(engine: Engine) -> bool:
    """Return whether the schema of `engine` is at the newest migration."""
    newest = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == newest


def upgrade(engine: Engine) -> None:
    """Bring the schema of `engine` to the newest migration, in one transaction."""
    config = Config()
    # Alembic reads "%" in a path as the start of a placeholder.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            # SQLite's BEGIN IMMEDIATE already keeps other processes out.
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
