"""Runs the migrations from within the program, one process at a time."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlalchemy.engine import Engine

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 7_110_113  # any number, as long as nothing else in this PostgreSQL database uses it


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
