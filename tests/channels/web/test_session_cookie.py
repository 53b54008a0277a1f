"""The session cookie itself: how it is set on https, how long it counts, and whose key it needs."""

from __future__ import annotations

import time_machine
from sanic import Sanic
from sanic.compat import Header
from sanic.request import Request
from sanic.response import HTTPResponse

from clinic.storage import Keyring
from connectors.web_session import SESSION_S, Place, WebSessions

SECRET = b"a secret for tests, long enough to be one"
HTTPS = WebSessions(Keyring(SECRET), "https://Lege.example")
APP = Sanic("web_session_tests")
HTTP = WebSessions(Keyring(SECRET), "http://127.0.0.1:5005")


def cookie_of(sessions: WebSessions, conversation_id: str) -> str:
    """The value of the cookie that is set for a conversation."""
    response = HTTPResponse()
    sessions.remember(response, Place(conversation_id, 2))
    return str(response.cookies[sessions.cookie.name].value)


def request_with(**headers: str) -> Request:
    """A request with these headers (`sec_fetch_site` for `Sec-Fetch-Site`)."""
    names = Header({name.replace("_", "-"): value for name, value in headers.items()})
    return Request(b"/chat/messages", names, "1.1", "POST", None, APP)  # type: ignore[arg-type]


def test_on_https_the_cookie_is_for_this_host_and_never_sent_in_the_clear() -> None:
    response = HTTPResponse()
    HTTPS.remember(response, Place("web-1"))
    cookie = str(response.cookies["__Host-hjemmelegene_chat"])
    assert "Secure" in cookie and "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie
    assert "Domain" not in cookie


def test_cookie_counts_until_its_time_is_over() -> None:
    with time_machine.travel("2026-03-02T12:00:00+00:00", tick=False) as clock:
        request = request_with(cookie=f"{HTTP.cookie.name}={cookie_of(HTTP, 'web-1')}")
        clock.shift(SESSION_S)
        assert HTTP.place_of(request) == Place("web-1", 2)
        clock.shift(1)
        assert HTTP.place_of(request) is None


def test_a_cookie_of_another_installation_is_not_read() -> None:
    other = WebSessions(Keyring(b"another secret, also long enough to be one"), "http://127.0.0.1:5005")
    assert HTTP.place_of(request_with(cookie=f"{HTTP.cookie.name}={cookie_of(other, 'web-1')}")) is None


def test_conversation_ids_cannot_be_guessed_and_fit_the_database() -> None:
    ids = {WebSessions.new_conversation_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(30 < len(conversation_id) <= 80 for conversation_id in ids)


def test_behind_a_proxy_the_public_address_is_our_own() -> None:
    assert HTTPS.is_own_page(request_with(host="10.0.0.7:5005", origin="https://lege.example"))
    assert not HTTPS.is_own_page(request_with(host="10.0.0.7:5005", origin="https://lege.example.evil"))
    assert not HTTPS.is_own_page(request_with(host="10.0.0.7:5005"))
    assert not HTTPS.is_own_page(
        request_with(host="10.0.0.7:5005", origin="https://lege.example", sec_fetch_site="cross-site")
    )
