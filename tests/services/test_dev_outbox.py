"""The development page of messages: what would have been sent, shown as text, and never there in production."""

from __future__ import annotations

import secrets
from dataclasses import replace

import pytest
import requests

from clinic.container import Container
from clinic.messaging import Message
from web.server import build_app
from web.simulation.site import WholeSite

TIMEOUT_S = 10
NUMBER = "+4790000047"


@pytest.fixture
def conversation(site: WholeSite) -> str:
    """A conversation by SMS."""
    name = f"sms-{secrets.token_hex(8)}"
    site.container.conversations.get_or_create(name, "sms", address=NUMBER)
    return name


def _put(site: WholeSite, conversation: str, text: str) -> None:
    site.container.outbox.put(Message(secrets.token_hex(8), conversation, "sms", "chat_reply", text=text))


def test_it_shows_a_message_with_its_link_and_not_the_whole_number(site: WholeSite, conversation: str) -> None:
    text = f"Timen er bestilt {conversation}: https://lege.example/video/abc?x=1&y=2 <script>alert(1)</script>"
    _put(site, conversation, text)
    page = requests.get(f"{site.url}/dev/outbox", timeout=TIMEOUT_S)
    assert page.status_code == 200
    assert conversation in page.text
    assert 'href="https://lege.example/video/abc?x=1&amp;y=2"' in page.text
    assert "<script>alert" not in page.text
    assert "•••• 0047" in page.text
    assert NUMBER not in page.text and "90000" not in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_programs_get_json_newest_first(site: WholeSite, conversation: str) -> None:
    for time, text in (("12:00:01", "første"), ("12:00:02", "andre")):
        site.clock.set(f"2026-03-02T{time}+01:00")
        _put(site, conversation, text)
    answer = requests.get(f"{site.url}/dev/outbox?format=json", timeout=TIMEOUT_S).json()
    own = [message for message in answer["messages"] if message["conversation"] == conversation]
    assert [message["text"] for message in own] == ["andre", "første"]
    assert {"at", "channel", "to", "conversation", "kind", "text", "status", "attempts"} == set(own[0])
    assert own[0]["at"] == "2026-03-02 12:00:02"


def test_production_has_no_development_pages(container: Container) -> None:
    development, production = (
        {route.path for route in build_app(one).router.routes_all.values()}
        for one in (container, Container(replace(container.settings, env="prod"), container.clock))
    )
    assert {path.split("/")[0] + "/" + path.split("/")[1] for path in development - production} == {
        "dev/outbox", "webhooks/rest",
    }  # fmt: skip
    assert "webhooks/sms/twilio" in production
