"""The web channel over HTTP: who is who, what may be sent, and an event stream that loses and doubles nothing."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
import requests

from tests.support.chat_client import ChatClient
from tests.support.chat_server import ChatServer

GREETING = ["Hei, jeg er en chatbot.\nHaster det? Ring 113. Legevakt: 116 117.", "Hva kan jeg hjelpe med?"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChatServer]:
    server = ChatServer.on_free_port(tmp_path_factory.mktemp("web-channel"))
    yield server
    server.stop()


@pytest.fixture
def newcomer(server: ChatServer) -> ChatClient:
    return ChatClient(server.url)


@pytest.fixture
def client(newcomer: ChatClient) -> ChatClient:
    assert newcomer.start().status_code == 200
    newcomer.wait_for(GREETING[1])
    return newcomer


# --- who is who -------------------------------------------------------------------------------------------------------


def test_session_cookie_is_out_of_reach_of_scripts_and_other_sites(newcomer: ChatClient) -> None:
    cookie = newcomer.start().headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie
    assert "web-" not in cookie, "the conversation's id must not be readable"


def test_browser_cannot_name_its_conversation(client: ChatClient, server: ChatServer) -> None:
    client.send("hemmelig")
    client.wait_for("Du skrev: hemmelig")
    sealed = client.http.cookies["hjemmelegene_chat"]
    for forged in ("web-123", sealed[:-6] + "AAAAA=", sealed + "x", "", "å", "gAAAAA=="):
        stranger = requests.get(
            f"{server.url}/chat/events", headers={"Cookie": f"hjemmelegene_chat={forged}".encode()}, timeout=10
        )
        assert stranger.status_code == 401


def test_two_browsers_have_two_conversations(client: ChatClient, server: ChatServer) -> None:
    other = ChatClient(server.url)
    tags = {client.start().json()["conversation"], other.start().json()["conversation"]}
    assert len(tags) == 2
    client.send("min egen")
    client.wait_for("Du skrev: min egen")
    assert other.wait_for(GREETING[1]) == GREETING


@pytest.mark.parametrize("path", ["messages", "events"])
def test_without_a_session_nothing_is_taken_or_told(newcomer: ChatClient, path: str) -> None:
    answer = newcomer.send("hei") if path == "messages" else newcomer.http.get(f"{newcomer.url}/chat/events")
    assert answer.status_code == 401
    assert answer.json() == {"error": "no_session"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": None},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
@pytest.mark.parametrize("path", ["start", "messages"])
def test_other_sites_cannot_write_in_the_patients_name(
    client: ChatClient, path: str, headers: dict[str, str | None]
) -> None:
    body = {"id": uuid.uuid4().hex, "text": "hei"}
    answer = client.http.post(f"{client.url}/chat/{path}", json=body, headers=headers)
    assert (answer.status_code, answer.json()) == (403, {"error": "foreign_origin"})
    assert client.texts() == GREETING


def test_a_form_of_another_site_is_not_read(client: ChatClient) -> None:
    body = '{"id": "0123456789abcdef", "text": "hei"}'
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""):
        answer = client.http.post(f"{client.url}/chat/messages", data=body, headers={"Content-Type": kind})
        assert answer.status_code == 415


# --- the greeting -----------------------------------------------------------------------------------------------------


def test_greets_once_however_many_pages_begin_at_once(client: ChatClient) -> None:
    fresh = ChatClient(client.url)
    fresh.start()
    with ThreadPoolExecutor(8) as pages:
        assert {answer.status_code for answer in pages.map(lambda _: fresh.start(), range(8))} == {200}
    fresh.send("hei")
    assert fresh.wait_for("Du skrev: hei").count(GREETING[0]) == 1


def test_start_answers_with_the_language_of_the_conversation(client: ChatClient) -> None:
    assert client.start(language="en").json()["language"] == "nb"
    client.send("English please")
    client.wait_for("Of course. How can I help?")
    assert client.start(language="nb").json()["language"] == "en"


# --- what may be sent -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "bad_json"),
        (b"{", 400, "bad_json"),
        (b"[]", 400, "bad_json"),
        (b"\xff\xfe", 400, "bad_json"),
        (b"[" * 100_000, 400, "bad_json"),
        (b'{"text": "hei"}', 400, "bad_id"),
        (b'{"id": "kort", "text": "hei"}', 400, "bad_id"),
        (b'{"id": 1234567890123456, "text": "hei"}', 400, "bad_id"),
        (b'{"id": "0123456789abcdef"}', 400, "bad_message"),
        (b'{"id": "0123456789abcdef", "text": 7}', 400, "bad_message"),
        (b'{"id": "0123456789abcdef", "text": "hei", "payload": "/x"}', 400, "bad_message"),
        (b'{"id": "0123456789abcdef", "payload": ""}', 400, "bad_payload"),
        (b'{"id": "0123456789abcdef", "payload": "/' + b"x" * 500 + b'"}', 400, "bad_payload"),
        (b'{"id": "0123456789abcdef", "text": "' + b"x" * 10_001 + b'"}', 413, "too_long"),
        (b'{"id": "0123456789abcdef", "text": "' + b"x" * 200_000 + b'"}', 413, "too_long"),
    ],
    ids=lambda value: repr(value[:45]) if isinstance(value, bytes) else str(value),
)
def test_what_cannot_be_taken_is_refused_by_name(client: ChatClient, body: bytes, status: int, code: str) -> None:
    answer = client.http.post(
        f"{client.url}/chat/messages", data=body, headers={"Content-Type": "application/json"}, timeout=10
    )
    assert (answer.status_code, answer.json()) == (status, {"error": code})


@pytest.mark.parametrize(
    "text",
    ["æøå 😀 مرحبا", "'; DROP TABLE chat_events; --", "<b>hei</b>", "linje 1\nlinje 2\u2028linje 3", "x" * 9_000],
    ids=["scripts", "sql", "html", "lines", "long"],
)
def test_words_come_back_as_they_were_written(client: ChatClient, text: str) -> None:
    assert client.send(text).status_code == 202
    said = client.wait_for(f"Du skrev: {text}")
    assert said[2:] == [text, f"Du skrev: {text}"]


def test_control_and_direction_marks_and_national_numbers_are_not_kept(client: ChatClient) -> None:
    client.send("a\x00b\x1b[31m \u202egal\u202c 17912099997")
    said = client.texts()
    assert said[2].startswith("ab[31m gal ")
    assert "17912099997" not in said[2]


def test_half_a_character_is_taken(client: ChatClient) -> None:
    body = b'{"id": "half-a-character-1", "text": "hei \\ud83d"}'
    headers = {"Content-Type": "application/json"}
    assert client.http.post(f"{client.url}/chat/messages", data=body, headers=headers).status_code == 202
    client.wait_for("Du skrev: hei ?")


def test_a_message_without_words_is_answered_and_not_shown(client: ChatClient) -> None:
    assert client.send("   ").status_code == 202
    assert client.wait_for("Du skrev:    ")[2:] == ["Du skrev:    "]


def test_a_pressed_button_is_shown_by_its_title(client: ChatClient) -> None:
    client.send(payload="/see_doctor")
    assert client.wait_for("Da må du logge inn først.")[2:] == ["Snakke med lege", "Da må du logge inn først."]
    link = client.history()[-1]["custom"]
    assert link == {"type": "link", "kind": "login", "url": "/login/abc", "label": "Logg inn med BankID"}


def test_a_payload_that_was_never_offered_is_shown_as_it_came(client: ChatClient) -> None:
    client.send(payload='/restart{"slot": "x"}')
    assert client.wait_for('Du skrev: /restart{"slot": "x"}')[2] == '/restart{"slot": "x"}'


def test_a_repeated_message_is_handled_once(client: ChatClient) -> None:
    message_id = uuid.uuid4().hex
    with ThreadPoolExecutor(6) as tries:
        answers = list(tries.map(lambda _: client.send("hei", id=message_id), range(6)))
    assert {answer.status_code for answer in answers} == {202}
    client.send("slutt")
    assert client.wait_for("Du skrev: slutt")[2:] == ["hei", "slutt", "Du skrev: hei", "Du skrev: slutt"]


def test_a_flood_is_told_to_wait_and_loses_nothing(client: ChatClient) -> None:
    with ThreadPoolExecutor(16) as pages:
        answers = list(pages.map(lambda number: client.send(f"nr {number}"), range(60)))
    taken = [number for number, answer in enumerate(answers) if answer.status_code == 202]
    assert {answer.status_code for answer in answers} <= {202, 429}
    client.send("slutt", id="the-last-one-of-the-flood")
    said = client.wait_for(f"Du skrev: nr {taken[-1]}")
    assert sorted(text for text in said if text.startswith("nr ")) == sorted(f"nr {number}" for number in taken)


# --- the event stream -------------------------------------------------------------------------------------------------


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


# --- when the database is away ----------------------------------------------------------------------------------------


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
