"""Getting into somebody's chat: planted and copied cookies, links of others, a telephone that is picked up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests

from tests.conversations.script import Player
from tests.support.chat_client import ChatClient
from tests.support.sms_phone import code_on
from web.simulation.browser import log_in
from web.simulation.site import WholeSite

SECRET = "vondt i magen etter skilsmissen"


@pytest.fixture
def chat(site: WholeSite) -> Iterator[ChatClient]:
    """A patient's browser with a new chat, who has asked for a doctor."""
    client = ChatClient(site.url)
    client.start()
    client.send(f"jeg vil snakke med lege, {SECRET}")
    client.wait_until(_has_login_link)
    yield client
    client.http.close()


def ask(client: ChatClient, text: str) -> None:
    """Write, and wait for the answer."""
    before = len(client.history())
    assert client.send(text).status_code == 202
    client.wait_until(lambda events: len(events) > before + 1 and events[-1]["kind"] == "bot")


def _has_login_link(events: list[dict[str, Any]]) -> bool:
    return any((event.get("custom") or {}).get("kind") == "login" for event in events)


def log_out(site: WholeSite, client: ChatClient) -> None:
    """Say so a minute later, and wait for the answer."""
    site.clock.set(site.clock.now() + timedelta(minutes=1))
    client.send("logg ut")
    client.wait_until(lambda events: any("Du er logget ut" in str(event.get("text")) for event in events))


def login_link(client: ChatClient) -> str:
    """The newest login link in the chat."""
    client.wait_until(_has_login_link)
    links = [event["custom"]["url"] for event in client.history() if (event.get("custom") or {}).get("kind") == "login"]
    return str(links[-1])


def log_in_here(site: WholeSite, client: ChatClient, name: str) -> None:
    """Follow the link in the chat's own browser, and wait until the bot has said hello."""
    page = log_in(login_link(client), site.national_ids[name], _keep_open(client))
    assert page.url == f"{site.url}/"
    client.wait_until(lambda events: any(f"Hei {name}" in str(event.get("text")) for event in events))


def _keep_open(client: ChatClient) -> requests.Session:
    # The login closes the session that it is given; the chat goes on with its own, which shares the cookies.
    browser = requests.Session()
    browser.cookies = client.http.cookies
    return browser


def stolen(client: ChatClient) -> ChatClient:
    """Another browser with a copy of this one's cookie as it is now."""
    thief = ChatClient(client.url)
    for cookie in client.http.cookies:
        thief.http.cookies.set(cookie.name, cookie.value, domain=cookie.domain, path=cookie.path)
    return thief


def test_cookie_that_was_planted_before_the_login_is_worth_nothing_after_it(site: WholeSite, chat: ChatClient) -> None:
    attacker = stolen(chat)
    assert any(SECRET in text for text in attacker.texts()), "before the login the two are the same browser"
    log_in_here(site, chat, "Kari")
    assert attacker.send("hva heter jeg").status_code == 401
    assert attacker.http.get(f"{site.url}/chat/events", timeout=10).status_code == 401
    attacker.start()
    assert not any("Kari" in text for text in attacker.texts()), "it begins in a chat of its own"
    assert any("Kari" in text for text in chat.texts())


@pytest.mark.timeout(60)
def test_stream_that_was_open_before_the_login_ends_with_it(site: WholeSite, chat: ChatClient) -> None:
    attacker = stolen(chat)
    with attacker.stream() as events:
        log_in_here(site, chat, "Kari")
        seen = [event.data.get("text", "") for event in events]  # until the server ends the stream
    assert not any("Kari" in text for text in seen)


def test_link_of_the_chat_that_somebody_else_follows_logs_nobody_in(site: WholeSite, chat: ChatClient) -> None:
    page = log_in(login_link(chat), site.national_ids["Ola"])
    code = code_on(page.text)
    chat.wait_until(lambda events: "seks sifrene" in str(events[-1].get("text")))
    ask(chat, "jeg er logget inn")
    assert not any("Ola" in text for text in chat.texts())
    ask(chat, code)
    assert any("Hei Ola" in text for text in chat.texts()), "the code makes it the same person's own doing"


def test_second_tab_shares_the_login_and_its_end(site: WholeSite, chat: ChatClient) -> None:
    tab = ChatClient(site.url)
    tab.http.cookies = chat.http.cookies
    log_in_here(site, chat, "Kari")
    assert any("Hei Kari" in text for text in tab.texts())
    log_out(site, tab)
    assert not any(SECRET in text for text in chat.texts())
    assert not any(SECRET in text for text in tab.texts())


def test_after_the_log_out_nothing_of_it_is_shown_until_the_same_person_is_back(
    site: WholeSite, chat: ChatClient
) -> None:
    log_in_here(site, chat, "Kari")
    before = chat.start().json()["conversation"]
    log_out(site, chat)
    assert chat.start().json()["conversation"] != before, "the page is told to begin anew"
    texts = chat.texts()
    assert not any(SECRET in text or "Kari" in text for text in texts)
    assert any("skjult" in text for text in texts) and login_link(chat)
    site.clock.set(site.clock.now() + timedelta(minutes=1))
    log_in_here(site, chat, "Kari")
    assert any(SECRET in text for text in chat.texts())


def test_who_picks_the_telephone_up_later_sees_nothing(site: WholeSite, chat: ChatClient) -> None:
    log_in_here(site, chat, "Kari")
    site.clock.set(site.clock.now() + timedelta(minutes=31))
    chat.start()
    assert not any(SECRET in text or "Kari" in text for text in chat.texts())
    site.clock.set(site.clock.now() + timedelta(minutes=1))
    log_in_here(site, chat, "Ola")
    texts = chat.texts()
    assert any("Hei Ola" in text for text in texts)
    assert not any(SECRET in text or "Kari" in text for text in texts), "another person never sees it"


@pytest.mark.parametrize("cookie", ["", "x", "web-" + "a" * 32, "gAAAAA" + "A" * 100, "web-victim 0"])
def test_cookies_that_we_did_not_make_open_nothing(site: WholeSite, cookie: str) -> None:
    headers = {"Origin": site.url, "Cookie": f"hjemmelegene_chat={cookie}"}
    sent = requests.post(f"{site.url}/chat/messages", json={"id": "a" * 32, "text": "hei"}, headers=headers, timeout=10)
    assert sent.status_code == 401
    assert requests.get(f"{site.url}/chat/events", headers=headers, timeout=10).status_code == 401


def test_another_site_can_neither_read_nor_write(site: WholeSite, chat: ChatClient) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        sent = chat.http.post(
            f"{site.url}/chat/messages", json={"id": "b" * 32, "text": "avbestill"}, headers=headers, timeout=10
        )
        assert sent.status_code == 403
    answer = chat.http.get(f"{site.url}/", headers={"Origin": "https://evil.example"}, timeout=10)
    assert not any(name.lower().startswith("access-control-") for name in answer.headers)


def test_reference_of_somebody_elses_booking_shows_nothing(site: WholeSite, chat: ChatClient) -> None:
    owner = Player(site)
    owner.play([{"arrive at": {"step": "booked", "person": "Nora"}}])
    log_in_here(site, chat, "Lars")
    for wish in (f"vis time {owner.reference}", owner.reference, f"avbestill {owner.reference}", "timen min"):
        ask(chat, wish)
    said = " ".join(event["text"] for event in chat.history() if event["kind"] == "bot")
    assert "Nora" not in said and "/video/" not in said
    owner.play([{"patient": "timen min"}, {"bot": owner.reference}])
    owner.play([{"patient": "avbestill timen"}, {"patient": "ja"}, {"bot": "avbestilt"}])
