"""A browser, a chat server with a scripted bot, and a page of the size of a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from devtools.vendor import copy_libraries
from tests.support.chat_server import ChatServer
from tests.support.chromium import REPOSITORY, running_chromium

ARTEFACTS = REPOSITORY / "artefacts"
PHONE: ViewportSize = {"width": 390, "height": 844}
# Two cores may be busy with other tests.
PATIENCE_MS = 15_000


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all browser tests; every test gets its own context, as a new person would."""
    with running_chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def chat_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChatServer]:
    """The web chat in front of a scripted bot, for all tests that do not stop it."""
    copy_libraries()
    server = ChatServer.on_free_port(tmp_path_factory.mktemp("chat"))
    yield server
    server.stop()


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[ChatServer]:
    """The same for one test alone, which may stop it and start it again."""
    copy_libraries()
    server = ChatServer.on_free_port(tmp_path)
    yield server
    server.stop()


@pytest.fixture
def open_chat(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens the chat of a server as a new person on a phone, and waits for the greeting.

    The test fails if a page it opened has an error or breaks its own content policy.
    """
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_as_new_person(server: ChatServer, color_scheme: Literal["dark", "light"] = "light") -> Page:
        context = browser.new_context(viewport=PHONE, base_url=server.url, color_scheme=color_scheme)
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        context.on("console", lambda said: errors.append(said.text) if "Content Security" in said.text else None)
        page = context.new_page()
        page.goto("/")
        page.get_by_role("button", name="Snakke med lege").wait_for()
        return page

    yield open_as_new_person
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def page(open_chat: Callable[..., Page], chat_server: ChatServer) -> Page:
    """The chat, open on a phone with the greeting."""
    return open_chat(chat_server)
