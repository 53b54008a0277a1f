"""The chat page measured with axe-core: no violation of its rules, in either language, light and dark."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ARTEFACTS
from tests.browser.test_chat import write
from tests.support.chat_server import ChatServer
from tests.support.chromium import REPOSITORY

AXE = (REPOSITORY / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


def violations(page: Page) -> list[tuple[str, list[Any]]]:
    """The rules of axe-core that the page breaks, with the elements that break them."""
    # As the developer tools would run it: the page's own content policy forbids adding it as a script.
    page.evaluate(AXE)
    result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [(broken["id"], [node["html"] for node in broken["nodes"]]) for broken in result["violations"]]


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("language", ["nb", "en"])
def test_axe_finds_nothing(
    open_chat: Callable[..., Page],
    chat_server: ChatServer,
    language: str,
    colours: Literal["light", "dark"],
) -> None:
    page = open_chat(chat_server, colours)
    if language == "en":
        page.get_by_role("button", name="English").click()
        page.get_by_role("button", name="See a doctor").wait_for()
    assert violations(page) == []
    page.get_by_role("button", name="Snakke med lege" if language == "nb" else "See a doctor").click()
    page.get_by_role("link", name="Logg inn med BankID").wait_for()
    write(page, "akutt")
    page.get_by_role("button", name="Det var ikke akutt").wait_for()
    page.get_by_role("textbox").fill("a" * 9500)
    assert violations(page) == []
    page.get_by_role("textbox").fill("Jeg har vondt i magen.\nDet begynte i går.")
    page.screenshot(path=ARTEFACTS / f"chat-{language}-{colours}.png")


def test_a_screen_reader_hears_new_messages_and_who_says_them(page: Page) -> None:
    log = page.get_by_role("log", name="Samtalen")
    expect(log).to_have_attribute("aria-live", "polite")
    expect(log).to_have_attribute("aria-busy", "false")
    write(page, "hei")
    page.get_by_text("Du skrev: hei").wait_for()
    assert [item.split(":")[0] for item in log.get_by_role("listitem").all_text_contents()] == [
        *["Hjemmelegene"] * 2,
        "Du",
        "Hjemmelegene",
    ]


def test_works_at_double_text_size_on_a_small_phone(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    write(page, "x" * 400)
    page.get_by_text("Du skrev: xxx").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    expect(page.get_by_role("textbox")).to_be_in_viewport()
    log = page.locator(".log").bounding_box()
    assert log is not None and log["height"] > 200
    page.screenshot(path=ARTEFACTS / "chat-large-text.png")


def test_nothing_moves_for_who_asked_for_less_motion(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    write(page, "hei")
    dot = page.locator(".typing i").first
    assert dot.evaluate("element => getComputedStyle(element).animationName") == "none"
