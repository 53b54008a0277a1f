"""Cookies that only this host can set and no script can read; how every cookie of ours is made."""

from __future__ import annotations

from typing import Literal

from sanic.request import Request
from sanic.response import HTTPResponse


class HostCookie:
    """One cookie of one installation: `HttpOnly`, for the whole site, and `Secure` where the site has https.

    `same_site` is `Lax` where the browser must send it when it comes back from another site (a login), else `Strict`.
    """

    def __init__(self, name: str, public_url: str, same_site: Literal["Lax", "Strict"]) -> None:
        self._secure = public_url.lower().startswith("https://")
        # A browser takes a name with this prefix only over https and from this very host, not from a sister site.
        self.name = f"__Host-{name}" if self._secure else name
        self._same_site = same_site

    def read(self, request: Request) -> str | None:
        """What the browser sent, or None."""
        value: str | None = request.cookies.get(self.name)
        return value

    def set(self, response: HTTPResponse, value: str, max_age_s: int) -> None:
        """Have the browser keep `value` for `max_age_s` seconds."""
        response.cookies[self.name] = value
        response.cookies[self.name]["path"] = "/"
        response.cookies[self.name]["httponly"] = True
        response.cookies[self.name]["samesite"] = self._same_site
        response.cookies[self.name]["secure"] = self._secure
        response.cookies[self.name]["max-age"] = max_age_s

    def clear(self, response: HTTPResponse) -> None:
        """Have the browser forget it."""
        self.set(response, "", 0)
