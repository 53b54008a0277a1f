"""The browser's place in the web chat: a cookie that only the server can make or read.

It holds the conversation's id and the number of logins, encrypted and signed. The page's own scripts cannot see it
(`HttpOnly`), other sites cannot send it with a POST (`SameSite=Lax`), and the browser can never choose which
conversation it is in.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from cryptography.fernet import Fernet, InvalidToken
from sanic.request import Request
from sanic.response import HTTPResponse

from clinic.identity.login_view import View
from clinic.storage.crypto import Keyring
from connectors.cookies import HostCookie

# Long enough to come back the same day for the video link, short enough for a borrowed computer.
SESSION_S = 12 * 60 * 60
CONVERSATION_PREFIX = "web-"


@dataclass(frozen=True)
class Place:
    """A conversation, and how often this browser had logged in there when the cookie was made.

    Every login of the browser makes the cookie anew, and the ones from before are worth nothing: nobody who planted
    or copied one comes in with the patient (session fixation).
    """

    conversation_id: str
    logins: int = 0


class WebSessions:
    """Issues and reads the session cookies of one installation."""

    def __init__(self, keyring: Keyring, public_url: str) -> None:
        self._fernet = Fernet(base64.urlsafe_b64encode(keyring.derive("web session")))
        self._keyring = keyring
        self._origin = "{0.scheme}://{0.netloc}".format(urlsplit(public_url)).lower()
        self._secure = self._origin.startswith("https:")
        self.cookie = HostCookie("hjemmelegene_chat", self._origin, "Lax")

    @staticmethod
    def new_conversation_id() -> str:
        """A new, unguessable conversation id."""
        return CONVERSATION_PREFIX + secrets.token_urlsafe(24)

    def place_of(self, request: Request) -> Place | None:
        """Where this browser is, or None: no cookie, an old one, or one that we did not make."""
        token = self.cookie.read(request)
        if not token:
            return None
        try:
            conversation_id, _, logins = self._fernet.decrypt(token.encode(), ttl=SESSION_S).decode().partition(" ")
            return Place(conversation_id, int(logins or 0))
        except (InvalidToken, ValueError):
            return None

    def remember(self, response: HTTPResponse, place: Place) -> None:
        """Sets the cookie, or renews it."""
        self.cookie.set(response, self.value_for(place), SESSION_S)

    def value_for(self, place: Place) -> str:
        """The cookie's value: the place, encrypted and signed, with the time."""
        return self._fernet.encrypt(f"{place.conversation_id} {place.logins}".encode()).decode()

    def tag(self, conversation_id: str, view: View) -> str:
        """A short name by which the page can tell that it must show something else than before; no id, no secret."""
        shown = f"{conversation_id} {view.since.isoformat() if view.since else ''}"
        return self._keyring.fingerprint("web session tag", shown)[:12]

    def is_own_page(self, request: Request) -> bool:
        """Whether the request was sent by our own page, by what the browser itself says about it.

        Every current browser sends `Origin` with a POST. A request without it comes from no browser and is refused.
        """
        if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return False
        origin = request.headers.get("origin", "").lower()
        if origin == self._origin:
            return True
        # A developer's server answers to several names (localhost, 127.0.0.1); a public one only to its own.
        return not self._secure and origin == f"http://{request.host}".lower()
