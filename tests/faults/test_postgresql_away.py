"""PostgreSQL is stopped and started again under the running program."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.support.postgres import PostgresForTests
from tests.support.program import running_program

PATIENCE_S = 60


@pytest.fixture
def own_postgres() -> Iterator[PostgresForTests]:
    """A server of this test's own, which it may stop."""
    server = PostgresForTests()
    yield server
    server.stop()


def _say(url: str, text: str) -> str:
    answer = requests.post(f"{url}/webhooks/rest/webhook", json={"sender": "one", "message": text}, timeout=PATIENCE_S)
    answer.raise_for_status()
    return "\n".join(bubble["text"] for bubble in answer.json())


def test_the_program_says_so_and_goes_on_when_it_is_back(own_postgres: PostgresForTests, tmp_path: Path) -> None:
    database = own_postgres.new_database(migrated=False)
    with running_program(tmp_path, CLINIC_DATABASE_URL=database) as url:
        assert "chatbot" in _say(url, "hei")
        own_postgres.halt()
        told = _say(url, "jeg vil snakke med lege")
        assert "113" in told and "23 01 48 00" in told
        assert "113" in _say(url, "faren min puster ikke")
        assert requests.get(f"{url}/readyz", timeout=PATIENCE_S).status_code == 503
        own_postgres.go_on()
        said = _say(url, "det var en feil, han har det bra")
        assert "/login/" in said, "what was asked for meanwhile is done"
        assert requests.get(f"{url}/readyz", timeout=PATIENCE_S).status_code == 200
        own_postgres.disconnect_all(database)
        assert _say(url, "hva er åpningstidene?")
