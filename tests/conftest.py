"""Fixtures that every test may use. Whatever touches the database runs on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from clinic.clock import FixedClock
from clinic.container import Container
from clinic.settings import Settings
from clinic.storage import Database, Keyring
from clinic.storage.tables import IntakeRow
from tests.support.postgres import PostgresForTests
from web.runtime import lean

if TYPE_CHECKING:
    from web.simulation.site import WholeSite

# Before anything imports Rasa: tests run it lean, as the program does.
lean.install()

NOON = "2026-03-02T12:00:00+01:00"
SECRET = "a secret for tests, long enough to be one"


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresForTests]:
    """The PostgreSQL server of this test session."""
    server = PostgresForTests()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty, migrated SQLite file to copy from."""
    path = tmp_path_factory.mktemp("template") / "clinic.db"
    database = Database(f"sqlite:///{path}", Keyring(SECRET.encode()))
    database.upgrade()
    database.close()
    return path


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """The address of an empty, migrated SQLite database."""
    return f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'clinic.db')}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty, migrated database: the test runs once for each kind."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    server: PostgresForTests = request.getfixturevalue("postgres")
    url = server.new_database()
    yield url
    server.drop(url)


@pytest.fixture
def keyring() -> Keyring:
    """The keys of the test installation."""
    return Keyring(SECRET.encode())


@pytest.fixture
def database(database_url: str, keyring: Keyring) -> Iterator[Database]:
    """A migrated, empty database, on SQLite and on PostgreSQL."""
    database = Database(database_url, keyring)
    yield database
    database.close()


@pytest.fixture
def clock() -> FixedClock:
    """A clock at noon on Monday 2 March 2026 in Oslo; move it with `clock.set`."""
    return FixedClock(NOON)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Development settings on that database."""
    return Settings.from_env(
        {"CLINIC_SECRET_KEY": SECRET, "CLINIC_VAR_DIR": str(tmp_path), "CLINIC_DATABASE_URL": database_url}
    )


@pytest.fixture
def container(settings: Settings, clock: FixedClock) -> Iterator[Container]:
    """All services on an empty database, with the fixed clock."""
    container = Container(settings, clock)
    yield container
    container.close()


@pytest.fixture(scope="session")
def whole_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeSite]:
    """The running program, one for all tests that need no own: the clinic of a process is one, and so is this."""
    from web.simulation.site import running_whole_site

    with running_whole_site(tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture
def site(whole_site: WholeSite) -> WholeSite:
    """The running program at noon. Its few persons have nothing open from other tests that would be offered here."""
    whole_site.clock.set(NOON)
    with whole_site.container.database.session() as session:
        session.execute(update(IntakeRow).where(IntakeRow.status == "active").values(status="abandoned"))
    return whole_site
