"""An intake by SMS whose login happens in a real Chromium, through the program as it is served."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser
from twilio.request_validator import RequestValidator

from connectors.sms import DEV_AUTH_TOKEN, PATH
from tests.browser.conftest import ARTEFACTS, PATIENCE_MS, PHONE
from tests.browser.test_accessibility import violations
from tests.support.program import running_program
from tests.support.sms_site import twilio_form

NUMBER = "+4791200077"
PATIENCE_S = 20
_sids = itertools.count(1)


@dataclass
class Sms:
    """A telephone in front of a program in another process: what it gets stands on the development page."""

    url: str
    got: list[dict[str, Any]] = field(default_factory=list)

    def text(self, body: str) -> str:
        """Sends an SMS and waits for the answer."""
        form = twilio_form(body, f"SM-browser-{next(_sids)}", NUMBER)
        signature = RequestValidator(DEV_AUTH_TOKEN).compute_signature(self.url + PATH, form)
        headers = {"X-Twilio-Signature": signature}
        assert requests.post(self.url + PATH, data=form, headers=headers, timeout=PATIENCE_S).ok
        return self.hear()

    def hear(self) -> str:
        """Waits for the next answer."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            page = requests.get(f"{self.url}/dev/outbox?format=json", timeout=PATIENCE_S).json()
            own = [one for one in page["messages"] if one["to"].endswith(NUMBER[-4:])][::-1]
            if len(own) > len(self.got):
                new, self.got = own[len(self.got) :], own
                return "\n".join(message["text"] for message in new)
            time.sleep(0.05)
        raise AssertionError("no SMS came")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_program(tmp_path_factory.mktemp("sms-program")) as url:
        yield url


@pytest.mark.timeout(180)
def test_an_intake_by_sms_with_the_login_in_a_browser(address: str, browser: Browser) -> None:
    phone = Sms(address)
    link = re.search(r"https?://\S+/login/\S+", phone.text("jeg vil snakke med lege"))
    assert link
    context = browser.new_context(viewport=PHONE)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(link[0])
    assert "•••• 0077" in page.inner_text("main")
    page.screenshot(path=ARTEFACTS / "sms-login-1.png")
    page.get_by_role("button").click()
    page.get_by_role("radio", name=re.compile("Kari")).check()
    page.get_by_role("button").first.click()
    page.wait_for_url("**/login/code")
    assert violations(page) == []
    page.screenshot(path=ARTEFACTS / "sms-login-2-code.png")
    code = page.locator(".code").inner_text()
    assert "seks sifrene" in phone.hear()
    assert "Hei Kari" in phone.text(code)
    page.reload()
    assert "Du er logget inn" in page.inner_text("main")
    page.screenshot(path=ARTEFACTS / "sms-login-3-done.png")
    context.close()
    for answer in ("12345678", "meg", "vondt i halsen", "det var alt", "tre dager", "litt vondt, paracet", "nei"):
        phone.text(answer)
    booked = phone.text("ja")
    while not re.search(r"HL-[0-9A-Z]{6}", booked):
        booked = phone.hear()  # an answer may be two SMS
    assert "12:20" in booked
