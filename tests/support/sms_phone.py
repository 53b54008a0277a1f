"""A patient's telephone against the whole program: SMS in as Twilio sends them, SMS out as the outbox has them."""

from __future__ import annotations

import itertools
import re
import time
from dataclasses import dataclass, field
from typing import Any

import requests
from twilio.request_validator import RequestValidator

from connectors.sms import DEV_AUTH_TOKEN, PATH, conversation_of
from tests.support.sms_site import twilio_form
from web.simulation.site import WholeSite

PATIENCE_S = 20
_sids = itertools.count(1)

# The alphabet of 3GPP TS 23.038: a text of nothing else has 160 signs in one SMS, 153 in each of several.
_GSM_7 = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_7_TWICE = set("^{}\\[~]|€")


def segments(text: str) -> int:
    """How many SMS a text is charged as."""
    if set(text) <= _GSM_7 | _GSM_7_TWICE:
        length, one, part = len(text) + sum(sign in _GSM_7_TWICE for sign in text), 160, 153
    else:
        length, one, part = len(text.encode("utf-16-le")) // 2, 70, 67
    return 1 if length <= one else -(-length // part)


def code_on(page: str) -> str:
    """The code that a page shows after a login."""
    shown = re.search(r"<strong>(\d{3})&nbsp;(\d{3})</strong>", page)
    assert shown, page
    return shown[1] + shown[2]


@dataclass
class Telephone:
    """One patient's telephone."""

    site: WholeSite
    number: str
    said: str = ""
    links: list[str] = field(default_factory=list)

    @property
    def conversation_id(self) -> str:
        """The conversation as the program knows it."""
        return conversation_of(self.site.container, self.number)

    def post(self, body: str, sid: str | None = None) -> requests.Response:
        """Sends an SMS without waiting for an answer."""
        form = twilio_form(body, sid or f"SM{self.number}-{next(_sids)}", self.number)
        signature = RequestValidator(DEV_AUTH_TOKEN).compute_signature(self.site.url + PATH, form)
        return requests.post(
            self.site.url + PATH, data=form, headers={"X-Twilio-Signature": signature}, timeout=PATIENCE_S
        )

    def text(self, body: str) -> str:
        """Sends an SMS and waits for the answer, which also stands in `said`."""
        before = len(self.received())
        assert self.post(body).status_code == 200
        return self.hear(before)

    def hear(self, before: int) -> str:
        """Waits for the answer after so many received ones."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            received = self.received()
            if len(received) > before:
                self.said = "\n".join(message["text"] for message in received[before:])
                self.links += re.findall(r"https?://\S+", self.said)
                return self.said
            time.sleep(0.05)
        raise AssertionError("no answer came by SMS")

    def open_link(self, first_name: str) -> str:
        """Logs in through the last link in the browser of the telephone; gives the code that it then shows."""
        before = len(self.received())
        page = self.site.log_in(self.links[-1], first_name)
        assert page.ok
        self.hear(before)
        return code_on(page.text)

    def log_in(self, first_name: str) -> str:
        """Logs in and types the code back; gives the answer."""
        return self.text(self.open_link(first_name))

    def received(self, kind: str = "chat_reply") -> list[dict[str, Any]]:
        """What the development page shows for this telephone, oldest first."""
        answer = requests.get(f"{self.site.url}/dev/outbox?format=json", timeout=PATIENCE_S)
        answer.raise_for_status()
        messages: list[dict[str, Any]] = answer.json()["messages"]
        own = [one for one in messages if one["conversation"] == self.conversation_id and one["kind"] == kind]
        return own[::-1]
