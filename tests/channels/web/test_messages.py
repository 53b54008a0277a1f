"""The web chat over HTTP: who is who, what may be sent, and what is kept of it."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.channels.web.conftest import GREETING
from tests.support.chat_client import ChatClient
from tests.support.chat_server import ChatServer


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
