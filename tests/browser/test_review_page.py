"""The review page in a real Chromium on a phone: the link, the keyboard, the file, and what axe says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from tests.browser.conftest import ARTEFACTS, PATIENCE_MS, PHONE
from tests.browser.test_accessibility import violations
from tests.support.reviewer import BREATH, CRISIS, POISON, found
from web.simulation.site import WholeSite

DAY = "2019-06-03"
LONG = f"{CRISIS} {'x' * 300}"
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def findings(whole_site: WholeSite) -> None:
    """55 findings on one day; the newest but one was called a mistake."""
    for minute in range(53):
        whole_site.clock.set(f"{DAY}T10:{minute:02}:00+02:00")
        found(whole_site.container, BREATH, "c-browser")
    whole_site.clock.set(f"{DAY}T11:00:00+02:00")
    found(whole_site.container, POISON, "c-mistake", "sms")
    assert whole_site.container.findings.mark_mistake("c-mistake")
    whole_site.clock.set(f"{DAY}T12:00:00+02:00")
    found(whole_site.container, LONG, "c-browser")


@pytest.fixture
def opened(site: WholeSite, findings: None, browser: Browser) -> Iterator[Open]:
    """Opens a fresh link in a new browser on a phone. The test fails if a page says anything on the console."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_link(colours: Literal["dark", "light"] = "light", query: str = "") -> Page:
        context = browser.new_context(viewport=PHONE, base_url=site.url, color_scheme=colours)
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(site.container.review_access.create_link().replace("#", f"{query}#"))
        page.get_by_role("button", name="Logg ut" if not query else "Log out").wait_for()
        return page

    yield open_link
    for context in contexts:
        context.close()
    assert complaints == []


def _choose_the_day(page: Page) -> None:
    page.get_by_label("Fra og med").fill(DAY)
    page.get_by_label("Til og med").fill(DAY)
    page.get_by_role("button", name="Vis", exact=True).click()
    page.get_by_role("heading", name="Antall funn: 55").wait_for()


def test_the_token_leaves_the_address_and_never_reaches_the_server_in_one(
    site: WholeSite, findings: None, browser: Browser
) -> None:
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    link = site.container.review_access.create_link()
    token = link.partition("#")[2]
    page.goto(link)
    page.get_by_role("button", name="Logg ut").wait_for()
    assert page.url == f"{site.url}/review"
    assert not any(token in request.url.partition("#")[0] for request in asked)
    assert not any(token in value for request in asked for value in request.headers.values())
    assert [token in (request.post_data or "") for request in asked if request.method == "POST"] == [True]
    (cookie,) = context.cookies()
    assert cookie["httpOnly"] and cookie["sameSite"] == "Strict" and cookie["path"] == "/"
    page.go_back()
    assert token not in page.url
    page.goto(link)  # a bookmark of it, or the same line clicked twice
    page.get_by_role("button", name="Logg ut").wait_for()
    context.close()


def test_a_used_link_says_so_and_a_new_one_pasted_there_opens(
    site: WholeSite, findings: None, browser: Browser
) -> None:
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    used = site.container.review_access.create_link()
    site.container.review_access.open(used.partition("#")[2])
    page.goto(used)
    expect(page.get_by_role("alert")).to_contain_text("Lenken er brukt")
    assert violations(page) == []
    page.goto(f"{site.url}/review")
    fresh = site.container.review_access.create_link().partition("#")[2]
    page.evaluate("fresh => { location.hash = fresh }", fresh)
    page.get_by_role("button", name="Logg ut").wait_for()
    context.close()


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_too_wide(opened: Open, colours: Literal["light", "dark"]) -> None:
    page = opened(colours)
    _choose_the_day(page)
    for width, height in ((PHONE["width"], PHONE["height"]), (320, 640), (1280, 900)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert violations(page) == []
        page.screenshot(path=ARTEFACTS / f"review-{colours}-{width}.png")
    page.get_by_role("button", name="Logg ut").click()
    expect(page.get_by_role("alert")).to_contain_text("Du er logget ut")
    assert violations(page) == []
    page.screenshot(path=ARTEFACTS / f"review-out-{colours}.png")


def test_english_all_the_way(opened: Open) -> None:
    page = opened(query="?lang=en")
    page.get_by_label("Category").select_option(label="Poisoning")
    page.get_by_label("Only those the patient called a mistake").check()
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_text("The patient said it was a mistake (2019-06-03 11:00)").wait_for()
    assert violations(page) == []
    page.get_by_role("link", name="Norsk").click()
    page.get_by_text("Pasienten sa at det var en feil (2019-06-03 11:00)").wait_for()
    page.get_by_role("link", name="English").click()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("alert")).to_contain_text("You are logged out")


def test_it_can_be_worked_with_the_keyboard_alone(opened: Open) -> None:
    page = opened()
    reached: list[str] = []
    for _ in range(20):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))
        if reached[-1] == "mistake":
            break
    order = ["English", "Logg ut", "decision", "category", "from", "to", "mistake"]
    assert list(dict.fromkeys(reached)) == order
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/review?*mistake=1*")
    expect(page.get_by_label("Bare de pasienten sa var en feil")).to_be_checked()


def test_pages_and_the_structure_that_a_screen_reader_tells(opened: Open) -> None:
    page = opened()
    _choose_the_day(page)
    expect(page.get_by_role("heading", level=3)).to_have_count(50)
    expect(page.get_by_role("heading", level=3).first).to_contain_text(f"{DAY} 12:00 Psykisk krise")
    expect(page.locator("blockquote").first).to_have_text(LONG)
    pages = page.get_by_role("navigation", name="Sider")
    pages.get_by_role("link", name="Eldre").click()
    pages.get_by_text("Side 2 av 2").wait_for()
    expect(page.get_by_role("heading", level=3)).to_have_count(5)
    assert violations(page) == []
    expect(pages.get_by_role("link", name="Eldre")).to_have_count(0)
    pages.get_by_role("link", name="Nyere").click()
    pages.get_by_text("Side 1 av 2").wait_for()


def test_the_file_is_downloaded_and_has_no_texts(opened: Open) -> None:
    page = opened()
    _choose_the_day(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Last ned som CSV").click()
    assert download.value.suggested_filename == "findings-2026-03-02.csv"
    lines = Path(download.value.path()).read_text("utf-8").splitlines()
    assert len(lines) == 56 and not any("puste" in line for line in lines)


def test_going_back_after_logging_out_shows_no_findings(opened: Open) -> None:
    page = opened()
    _choose_the_day(page)
    page.get_by_role("button", name="Logg ut").click()
    page.get_by_role("alert").wait_for()
    page.go_back()
    page.get_by_text("clinic findings page").wait_for()
    expect(page.locator("blockquote")).to_have_count(0)
