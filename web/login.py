"""The pages of a login: the landing page behind the link, the way to the provider, and the way back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, redirect
from sanic.response import json as json_response

from clinic.errors import ClinicError
from clinic.identity.broker import LOGGED_OUT_PATH
from clinic.identity.login import Login
from clinic.identity.login_errors import BrowserMismatch, LinkUnknown, LoginError, TooManyTries
from clinic.identity.login_model import Callback
from clinic.limits import Limit, RateLimits
from clinic.storage import DatabaseUnavailable
from connectors.cookies import HostCookie
from connectors.origin import origin_of
from connectors.web_session import Place, WebSessions
from web.pages import SECURITY_HEADERS, language_of, page

CHANNELS_WITH_OWN_TEXT = ("web", "sms")
UNKNOWN_LINKS = Limit("login_links", 60, 600)
"""Links that do not exist, from one address: many people may share one, but nobody hits so many by mistake."""
T = TypeVar("T")


def login_blueprint(sessions: WebSessions) -> Blueprint:
    """The routes under `/login`; `app.ctx.container` and `app.ctx.dispatcher` must be set before a request comes.

    `sessions` tells which web conversation a browser is in itself.
    """
    blueprint = Blueprint("login", url_prefix="/login")

    async def callback(request: Request) -> HTTPResponse:
        return await finish(request, sessions)

    blueprint.add_route(callback, "/callback", methods=["GET"], name="callback")
    blueprint.add_route(code, "/code", methods=["GET"], name="code")
    blueprint.add_route(keys, "/keys", methods=["GET"], name="keys")
    blueprint.add_route(log_out, "/out", methods=["GET"], name="out")
    blueprint.add_route(logged_out, "/out/done", methods=["GET"], name="out_done")
    blueprint.add_route(done, "/done", methods=["GET"], name="done")
    blueprint.add_route(landing, "/<token:str>", methods=["GET"], name="landing")
    blueprint.add_route(start, "/<token:str>", methods=["POST"], name="start")
    blueprint.exception(LoginError)(show_error)
    blueprint.exception(DatabaseUnavailable)(show_unavailable)
    return blueprint


async def landing(request: Request, token: str) -> HTTPResponse:
    """Say what is about to be linked. Uses nothing up: link previews and virus scanners fetch links."""
    link = await asyncio.to_thread(_counted, request, lambda: _login(request).describe(token))
    return page(
        request,
        "login_start.html",
        link.language,
        channel=_channel(link.channel),
        ending=link.address_ending,
    )


async def start(request: Request, token: str) -> HTTPResponse:
    """Use the link up and send the browser to the provider."""
    # Our own page sends "same-origin"; another site must not be able to begin a login in somebody's browser.
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise BrowserMismatch("The login was begun by another site.")
    begun = await asyncio.to_thread(_counted, request, lambda: _login(request).begin(token))
    response = redirect(begun.authorization_url, status=303, headers=dict(SECURITY_HEADERS))
    _cookie(request, begun.attempt).set(response, begun.browser_key, request.app.ctx.container.settings.login_ttl_s)
    return response


async def finish(request: Request, sessions: WebSessions) -> HTTPResponse:
    """Complete the login and let the conversation go on; then leave this address, which holds the provider's code.

    In a browser that is not in the conversation itself the way goes on to the page with our code.
    """
    login = _login(request)
    answer = Callback(
        state=request.args.get("state", ""),
        code=request.args.get("code"),
        error=request.args.get("error"),
        issuer=request.args.get("iss"),
    )
    cookie = _cookie(request, login.attempt_of(answer.state))
    place = sessions.place_of(request)
    browser_chat = await asyncio.to_thread(_own_chat, login, place)
    result = await asyncio.to_thread(login.finish, answer, cookie.read(request), browser_chat)
    if result.page_key is not None:
        await request.app.ctx.dispatcher.tell(result.conversation_id, "chat.code_wanted")
        target = "/login/code"
    else:
        await request.app.ctx.dispatcher.announce(result.conversation_id, "logged_in")
        target = "/" if result.channel == "web" else f"/login/done?channel={result.channel}&language={result.language}"
    response = redirect(target, status=303, headers=dict(SECURITY_HEADERS))
    cookie.clear(response)
    if result.conversation_id == browser_chat:
        count = await asyncio.to_thread(login.browser_logins, browser_chat)
        sessions.remember(response, Place(browser_chat, count))
    if result.page_key is not None:
        settings = request.app.ctx.container.settings
        _code_cookie(request).set(response, result.page_key, settings.login_ttl_s)
    return response


async def code(request: Request) -> HTTPResponse:
    """The code to type back in the conversation, for the browser that logged in and for no other."""
    shown = await asyncio.to_thread(_login(request).code_page, _code_cookie(request).read(request))
    return page(request, "login_code.html", shown.language, code=shown.code, channel=_channel(shown.channel))


async def keys(request: Request) -> HTTPResponse:
    """Our public key, where a broker fetches it."""
    return json_response(_login(request).public_keys())


async def log_out(request: Request) -> HTTPResponse:
    """On to the provider, to be logged out there as well; the address says nothing about anybody."""
    target = await asyncio.to_thread(_login(request).logout_url, LOGGED_OUT_PATH)
    return redirect(target or LOGGED_OUT_PATH, status=303, headers=dict(SECURITY_HEADERS))


async def logged_out(request: Request) -> HTTPResponse:
    """Where the provider sends the browser after the log-out."""
    return page(request, "login_out.html", language_of(request))


async def done(request: Request) -> HTTPResponse:
    """Where a login for a conversation outside the browser ends. Says nothing personal, so anyone may open it."""
    language = "en" if request.args.get("language") == "en" else "nb"
    return page(request, "login_done.html", language, channel=_channel(request.args.get("channel")))


async def show_error(request: Request, error: LoginError) -> HTTPResponse:
    """A page in the person's language that says what happened and how to go on."""
    return page(
        request,
        "login_error.html",
        error.language or language_of(request),
        status=error.status,
        text_key=error.text_key,
        channel=_channel(error.channel),
    )


async def show_unavailable(request: Request, _error: ClinicError) -> HTTPResponse:
    """The same page when it is our own database that does not answer."""
    return page(
        request, "login_error.html", language_of(request), status=503, text_key="login.error_our_side", channel="other"
    )


def _login(request: Request) -> Login:
    login: Login = request.app.ctx.container.login
    return login


def _channel(channel: str | None) -> str:
    """The channel if the pages have words of their own for it."""
    return channel if channel in CHANNELS_WITH_OWN_TEXT else "other"


def _own_chat(login: Login, place: Place | None) -> str | None:
    """The web conversation that the browser is in, when its cookie still counts there."""
    if place is None or login.browser_logins(place.conversation_id) != place.logins:
        return None
    return place.conversation_id


def _counted(request: Request, look: Callable[[], T]) -> T:
    """What `look` gives. Whoever tries many links that do not exist has to wait. Raises TooManyTries."""
    limits: RateLimits = request.app.ctx.container.limits
    origin = origin_of(request)
    if limits.wait_s(UNKNOWN_LINKS, origin):
        raise TooManyTries("Too many unknown login links from one address.")
    try:
        return look()
    except LinkUnknown:
        limits.hit(UNKNOWN_LINKS, origin)
        raise


def _code_cookie(request: Request) -> HostCookie:
    """The cookie that lets the browser that logged in, and no other, see the code."""
    return HostCookie("login_code", request.app.ctx.container.settings.public_url, "Lax")


def _cookie(request: Request, attempt: str) -> HostCookie:
    """The cookie that ties one attempt to the browser that began it."""
    return HostCookie(f"login_{attempt}", request.app.ctx.container.settings.public_url, "Lax")
