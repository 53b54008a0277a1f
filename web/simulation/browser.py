"""Follows a login link as a browser without scripts would: reads the forms, fills them in, and sends them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import requests

LONGEST_WAY = 12
TIMEOUT_S = 10


@dataclass
class Form:
    """One form of a page, with the values a browser would send unless the person changes them."""

    method: str
    action: str
    values: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)

    def choose(self, name: str, value: str) -> None:
        """Mark a radio button; raises AssertionError when the page does not offer it."""
        assert value in self.choices.get(name, []), f"The page offers no {name} with this value"
        self.values[name] = value


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._open: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(given.get("method", "get").lower(), given.get("action", ""))
            self.found.append(self._open)
        elif tag == "input" and self._open is not None and "name" in given:
            if given.get("type") == "radio":
                self._open.choices.setdefault(given["name"], []).append(given.get("value", ""))
            else:
                self._open.values[given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None


def forms_in(page: requests.Response) -> list[Form]:
    """The forms of a page, in order."""
    reader = _Forms()
    reader.feed(page.text)
    return reader.found


def submit(page: requests.Response, session: requests.Session, person: str | None = None) -> requests.Response:
    """Send the page's only form, as `person` if it asks for one. A redirect in the answer is not followed."""
    (form,) = forms_in(page)
    if "person" in form.choices:
        assert person is not None
        form.choose("person", person)
    target = urljoin(page.url, form.action or page.url)
    return session.request(form.method, target, data=form.values, allow_redirects=False, timeout=TIMEOUT_S)


def callback_url(login_url: str, national_id: str, session: requests.Session) -> str:
    """Log in at the provider, and stop before the browser goes back to us; gives the address it would go to."""
    home = urlsplit(login_url).netloc
    page = session.get(login_url, timeout=TIMEOUT_S)
    for _ in range(LONGEST_WAY):
        if page.is_redirect:
            target = urljoin(page.url, page.headers["Location"])
            if urlsplit(target).netloc == home:
                return target
            page = session.get(target, allow_redirects=False, timeout=TIMEOUT_S)
        else:
            assert page.ok, f"{page.status_code} from {urlsplit(page.url).path}"
            page = submit(page, session, national_id)
    raise AssertionError("The login goes round in circles")


def log_in(login_url: str, national_id: str, session: requests.Session | None = None) -> requests.Response:
    """Log in as the person with this number; gives the page that the browser ends on.

    Raises AssertionError when a page on the way is an error, or the person cannot be chosen.
    """
    with session or requests.Session() as browser:
        return browser.get(callback_url(login_url, national_id, browser), timeout=TIMEOUT_S)
