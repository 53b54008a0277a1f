"""The video room in a real Chromium: one's own picture while one waits, and kind words when there is none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PATIENCE_MS
from tests.browser.test_accessibility import violations
from tests.support.chromium import another_chromium
from tests.support.intakes import ready_intake
from web.simulation.site import WholeSite

FAKE_CAMERA = "--use-fake-device-for-media-stream"
ALWAYS_ALLOWED = "--use-fake-ui-for-media-stream"


@pytest.fixture
def link(site: WholeSite) -> str:
    """A patient's room, open at noon."""
    ready = ready_intake(site.container, "Siri", date(1971, 1, 31), "99887766")
    return site.container.video.link(site.container.appointments.book(ready.intake_id))


@pytest.fixture(scope="module")
def with_camera(browser: Browser) -> Iterator[Browser]:
    """A browser with a made-up camera, which it may always use."""
    with another_chromium(browser, (FAKE_CAMERA, ALWAYS_ALLOWED)) as another:
        yield another


def _open(browser: Browser, link: str) -> tuple[Page, list[str]]:
    page = browser.new_context().new_page()
    page.set_default_timeout(PATIENCE_MS)
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(link)
    return page, wrong


def test_the_browser_shows_its_own_camera_and_turns_it_off(with_camera: Browser, link: str) -> None:
    page, wrong = _open(with_camera, link)
    picture = page.locator("video")
    expect(picture).to_be_hidden()
    page.get_by_role("button", name="Vis meg selv").click()
    expect(page.get_by_role("status")).to_contain_text("Kameraet er på", timeout=PATIENCE_MS)
    expect(picture).to_be_visible()
    page.wait_for_function("document.querySelector('video').videoWidth > 0 && !document.querySelector('video').paused")
    stream = page.evaluate_handle("document.querySelector('video').srcObject")
    page.get_by_role("button", name="Slå av kameraet").click()
    expect(picture).to_be_hidden()
    expect(page.get_by_role("status")).to_contain_text("Kameraet er av")
    assert page.evaluate("stream => stream.getTracks().map(track => track.readyState)", stream) == ["ended", "ended"]
    page.get_by_role("button", name="Vis meg selv").click()
    expect(picture).to_be_visible()
    assert wrong == []
    assert violations(page) == []
    page.context.close()


def test_when_the_person_says_no_it_tells_kindly_how_to_allow_it(browser: Browser, link: str) -> None:
    with another_chromium(browser, (FAKE_CAMERA, f"{ALWAYS_ALLOWED}=deny")) as another:
        page, _ = _open(another, link)
        _expect_no_picture(page, "Trykk på hengelåsen")


def test_without_a_camera_it_tells_kindly_what_to_do(browser: Browser, link: str) -> None:
    with another_chromium(browser, (ALWAYS_ALLOWED,)) as another:
        page, _ = _open(another, link)
        _expect_no_picture(page, "23 01 48 00")


def _expect_no_picture(page: Page, words: str) -> None:
    page.get_by_role("button", name="Vis meg selv").click()
    expect(page.get_by_role("status")).to_contain_text(words, timeout=PATIENCE_MS)
    expect(page.get_by_role("button", name="Vis meg selv")).to_be_enabled()
    expect(page.locator("video")).to_be_hidden()
