"""A patient's whole way in a real browser, through the program as it is served: chat, login, booking, video page."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from devtools.vendor import copy_libraries
from tests.browser.conftest import ARTEFACTS, PATIENCE_MS, PHONE
from tests.browser.test_accessibility import violations
from tests.browser.test_chat import write
from tests.support.program import running_program

POLICY = "12345678"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    copy_libraries()
    with running_program(tmp_path_factory.mktemp("program")) as url:
        yield url


@pytest.fixture
def chat(browser: Browser, address: str) -> Iterator[Page]:
    """The chat of a new person on a phone, with the bot's own greeting."""
    context = browser.new_context(viewport=PHONE, base_url=address)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto("/")
    page.get_by_role("button", name="Snakke med lege").wait_for()
    yield page
    context.close()


def press(page: Page, name: str) -> None:
    """Presses one of the bot's buttons."""
    page.get_by_role("button", name=name, exact=True).click()


def log_in(page: Page, first_name: str) -> None:
    """Follows the login button through the provider and back into the chat."""
    page.locator(".log a[href*='/login/']").click()
    page.get_by_role("button").click()
    page.get_by_role("radio", name=re.compile(first_name)).check()
    page.get_by_role("button").first.click()
    page.get_by_text(re.compile(f"(Hei|Hi) {first_name}")).wait_for()


def test_an_adult_books_in_norwegian(chat: Page, address: str) -> None:
    press(chat, "Snakke med lege")
    log_in(chat, "Kari")
    assert chat.url == f"{address}/"
    expect(chat.locator(".log a[href*='/login/']")).to_have_count(0)
    write(chat, f"polisenummeret mitt er {POLICY}")
    press(chat, "Meg selv")
    chat.get_by_text("Hva vil du ha hjelp til?").wait_for()
    write(chat, "Jeg har hatt vondt i halsen i tre dager")
    press(chat, "Det er alt")
    # How long was said already, and is not asked.
    chat.get_by_text("Hvor ille").wait_for()
    write(chat, "Litt vondt, har prøvd Paracet")
    press(chat, "Nei")
    press(chat, "Ja, bestill time")
    booked = chat.locator(".bubble", has_text=re.compile(r"HL-[0-9A-Z]{6}"))
    expect(booked).to_contain_text("12:20")
    assert violations(chat) == []
    chat.screenshot(path=ARTEFACTS / "chat-booked.png")

    with chat.expect_popup() as opened:
        chat.get_by_role("link", name="videorommet").click()
    opened.value.wait_for_load_state()
    assert "/video/" in opened.value.url
    expect(opened.value.locator("body")).to_contain_text("12:20")

    chat.reload()
    expect(booked).to_be_visible()


def test_a_patient_who_switches_to_english_is_answered_in_english(chat: Page) -> None:
    press(chat, "English")
    chat.get_by_text("We speak English now.").wait_for()
    expect(chat.locator(".bot .bubble").last).to_contain_text("What would you like to do?")
    expect(chat.get_by_role("link", name="Danger to life: call 113")).to_be_visible()
    chat.reload()
    expect(chat.get_by_role("button", name="Norsk")).to_be_visible()
    write(chat, "I want to see a doctor")
    log_in(chat, "Kari")
    expect(chat.locator(".bubble").last).to_contain_text("policy number")


def test_an_emergency_is_told_to_dial_113(chat: Page) -> None:
    write(chat, "mannen min puster ikke")
    expect(chat.locator(".bubble.urgent")).to_contain_text("113")
    expect(chat.locator(".log").get_by_role("link", name="Ring 113")).to_have_attribute("href", "tel:113")
    assert violations(chat) == []
