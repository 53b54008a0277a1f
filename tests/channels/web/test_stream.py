"""The event stream of the web chat: loses and doubles nothing, through reconnects, restarts and a locked database."""

from __future__ import annotations

import sqlite3
import uuid
from contextlib import closing
from pathlib import Path

import pytest

from tests.channels.web.conftest import GREETING
from tests.support.chat_client import ChatClient
from tests.support.chat_server import ChatServer


def test_stream_tells_what_was_said_then_what_is_said(client: ChatClient) -> None:
    with client.stream() as events:
        assert [next(events).data["text"] for _ in GREETING] == GREETING
        assert next(events).name == "ready"
        client.send("hei")
        live = [next(events) for _ in range(4)]
    words = [event.data["text"] for event in live if event.name == "message"]
    assert words == ["hei", "Du skrev: hei"]
    assert next(event.data["on"] for event in live if event.name == "typing") is True


def test_event_ids_grow_and_a_reconnect_gets_the_rest(client: ChatClient) -> None:
    client.send("en")
    client.wait_for("Du skrev: en")
    everything = client.history()
    ids = [event["id"] for event in everything]
    assert ids == sorted(set(ids))
    for position, seen in enumerate(ids, start=1):
        assert client.history(after=seen) == everything[position:]
        assert client.history(last_event_id=str(seen)) == everything[position:]
    assert client.history(after=ids[0], last_event_id=str(ids[2])) == everything[3:]


@pytest.mark.parametrize(
    "nonsense", ["x", "-1", "1e3", "²", "9" * 19, "9" * 400, "1; DROP TABLE"], ids=lambda text: text[:20]
)
def test_a_strange_position_does_no_harm(client: ChatClient, nonsense: str) -> None:
    answer = client.http.get(f"{client.url}/chat/events", params={"after": nonsense}, stream=True, timeout=10)
    assert answer.status_code == 200
    answer.close()


def test_stream_is_not_kept_by_anybody(client: ChatClient) -> None:
    with client.http.get(f"{client.url}/chat/events", stream=True, timeout=10) as answer:
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Accel-Buffering"] == "no"


def test_a_long_conversation_comes_whole(client: ChatClient) -> None:
    for number in range(110):
        while client.send(f"nr {number}").status_code == 429:
            pass
    client.wait_for("Du skrev: nr 109")
    said = client.texts()
    assert len(said) == 2 + 220
    assert [text for text in said if text.startswith("nr ")] == [f"nr {number}" for number in range(110)]


def test_an_open_stream_does_not_hold_up_a_stop(tmp_path: Path) -> None:
    server = ChatServer.on_free_port(tmp_path)
    client = ChatClient(server.url)
    client.start()
    client.wait_for(GREETING[1])
    with client.stream() as events:
        next(events)
        assert server.stop() < 4


def test_the_conversation_outlives_a_restart(tmp_path: Path) -> None:
    server = ChatServer.on_free_port(tmp_path)
    client = ChatClient(server.url)
    client.start()
    client.send("før omstart")
    client.wait_for("Du skrev: før omstart")
    before = client.history()
    server.stop()
    server.start()
    assert client.history() == before
    assert client.start().status_code == 200
    client.send("etter omstart")
    assert client.wait_for("Du skrev: etter omstart").count(GREETING[0]) == 1
    server.stop()


def test_a_locked_database_is_told_and_an_emergency_is_still_answered(tmp_path: Path) -> None:
    server = ChatServer.on_free_port(tmp_path)
    client = ChatClient(server.url)
    client.start()
    client.wait_for(GREETING[1])
    message_id = uuid.uuid4().hex
    with closing(sqlite3.connect(tmp_path / "var" / "clinic.db", isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        refused = client.send("mannen min puster ikke", id=message_id)
        other = client.send("I have a cold", language="en")
        newcomer = ChatClient(server.url)
        assert newcomer.start().status_code == 503
        assert newcomer.http.cookies["hjemmelegene_chat"]
    assert refused.status_code == other.status_code == 503
    assert "113" in refused.json()["say"]["text"]
    assert refused.json()["say"]["custom"] == {"type": "advice", "decision": "emergency"}
    assert other.json()["say"]["text"].startswith("We have technical problems")
    # The page sends the same again, and the newcomer, whose conversation could not be kept, is told to begin.
    assert client.send("mannen min puster ikke", id=message_id).status_code == 202
    assert client.wait_for("Du skrev: mannen min puster ikke")[2:] == [
        "mannen min puster ikke",
        "Du skrev: mannen min puster ikke",
    ]
    assert newcomer.send("hei").status_code == 401
    assert newcomer.start().status_code == 200
    newcomer.send("hei")
    newcomer.wait_for("Du skrev: hei")
    server.stop()
