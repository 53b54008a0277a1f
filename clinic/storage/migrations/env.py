"""Alembic's entry point: uses the connection it is given, or the configured database on the command line."""

from __future__ import annotations

from alembic import context
from sqlalchemy.engine import Connection

from clinic.settings import Settings
from clinic.storage.crypto import Keyring
from clinic.storage.database import Database
from clinic.storage.migrate import is_ours
from clinic.storage.tables import metadata


def migrate(connection: Connection) -> None:
    """Run the migrations that are asked for on `connection`."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        compare_type=True,
        include_name=is_ours,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    settings = Settings.from_env()
    with Database(settings.database_url, Keyring(settings.secret_key)).engine.begin() as own_connection:
        migrate(own_connection)
