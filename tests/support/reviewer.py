"""A clinician's browser without a screen: opens the review page with a link and keeps its cookie."""

from __future__ import annotations

import re

import requests

from clinic.container import Container
from clinic.triage import screen

TIMEOUT_S = 10
COOKIE = "hjemmelegene_review"
BREATH = "jeg får ikke puste, men har ikke brystsmerter"
POISON = "barnet har spist oppvaskmiddel"
CRISIS = "jeg vil ikke leve lenger"


class Reviewer:
    """One browser. Every request says that it comes from the site's own page, as a browser's form does."""

    def __init__(self, url: str) -> None:
        """A browser that has not been here before."""
        self.url = url
        self.http = requests.Session()

    def open(self, link: str, **headers: str) -> requests.Response:
        """Do what the page's script does with a link; the answer is not followed."""
        return self.post("", {"token": link.partition("#")[2]}, **headers)

    def get(self, path: str = "", **query: str) -> requests.Response:
        """Get the page or something below it."""
        return self.http.get(f"{self.url}/review{path}", params=query, timeout=TIMEOUT_S)

    def post(self, path: str, form: dict[str, str] | None = None, **headers: str) -> requests.Response:
        """Send a form; `Origin` and `Sec_Fetch_Site` by keyword replace what our own page would send."""
        sent = {"Origin": self.url, "Sec-Fetch-Site": "same-origin"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.post(
            f"{self.url}/review{path}", data=form, headers=sent, timeout=TIMEOUT_S, allow_redirects=False
        )

    def texts(self, **query: str) -> list[str]:
        """What the patients wrote, in the order of the page."""
        found = re.findall(r"<blockquote[^>]*>(.*?)</blockquote>", self.get(**query).text, re.DOTALL)
        return [re.sub(r"<[^>]*>", "", text) for text in found]


def admitted(container: Container, url: str) -> Reviewer:
    """A reviewer who has opened a fresh link."""
    reviewer = Reviewer(url)
    assert reviewer.open(container.review_access.create_link()).status_code == 303
    return reviewer


def found(container: Container, text: str, conversation_id: str = "c-review", channel: str = "web") -> str:
    """Screen a message and keep what was found, at the time of the container's clock; gives the finding's id."""
    finding = screen(text)
    assert finding.decision != "none", text
    return container.findings.record(finding, conversation_id, channel)
