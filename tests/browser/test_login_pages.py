"""The login in a real Chromium on a phone's screen, without scripts, and what axe says about its pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from clinic.identity.login_model import CodeAnswer
from connectors.web_session import Place
from tests.support.chromium import REPOSITORY
from tests.support.login_site import PERSONS, LoginSite, running_site, site_settings
from web.simulation.provider import running_provider
from web.simulation.site import free_socket

PHONE: ViewportSize = {"width": 360, "height": 740}
AXE = REPOSITORY / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoginSite]:
    listening = free_socket()
    settings = site_settings(tmp_path_factory.mktemp("login-pages"), listening.getsockname()[1])
    with running_provider(settings, PERSONS) as served, running_site(served, listening) as running:
        yield running


def violations(page: Page) -> list[str]:
    """The ids of the accessibility rules that the page breaks, WCAG 2.2 level AA."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']})")
    return [violation["id"] for violation in found["violations"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["nb", "en"])
def test_login_on_a_phone(site: LoginSite, browser: Browser, language: str, scheme: Literal["light", "dark"]) -> None:
    conversation = f"phone-{language}-{scheme}"
    context = browser.new_context(viewport=PHONE, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    page.goto(site.link(conversation, "sms", language, "+4799994567"))
    assert violations(page) == []

    page.get_by_role("button").click()
    assert page.url.startswith(site.container.settings.oidc_issuer)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    page.get_by_role("radio", name="Aleksander Syntetisk").check()
    page.get_by_role("button").click()
    assert page.url == f"{site.container.settings.public_url}/login/code"
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    code = page.locator(".code").inner_text()
    assert site.container.login.take_code(conversation, code) is CodeAnswer.RIGHT
    page.reload()
    assert page.locator(".code").count() == 0
    assert violations(page) == []
    person = site.container.login.person_of(conversation)
    assert person is not None
    assert person.first_name == "Aleksander"

    page.goto(site.container.settings.public_url + "/login/" + "x" * 32)
    assert violations(page) == []
    context.close()


def test_login_needs_no_script_and_passes_its_own_content_policy(site: LoginSite, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    cookie = {"name": site.sessions.cookie.name, "value": site.sessions.value_for(Place("no-script"))}
    context.add_cookies([{**cookie, "url": site.container.settings.public_url}])
    page.goto(site.link("no-script", "web"))
    page.get_by_role("button").click()
    page.get_by_role("radio", name="Kari Testdatter").check()
    page.get_by_role("button").click()
    assert page.url == site.container.settings.public_url + "/"
    assert complaints == []
    context.close()
