"""The pages of a login: the landing page behind the link, the way to the provider, and the way back."""

from __future__ import annotations

import asyncio

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, redirect

from clinic.errors import ClinicError
from clinic.identity.login import Callback, Login
from clinic.identity.login_errors import BrowserMismatch, LoginError
from clinic.storage import DatabaseUnavailable
from connectors.cookies import HostCookie
from web.pages import SECURITY_HEADERS, language_of, page

CHANNELS_WITH_OWN_TEXT = ("web", "sms")


def login_blueprint() -> Blueprint:
    """The routes under `/login`; `app.ctx.container` and `app.ctx.dispatcher` must be set before a request comes."""
    blueprint = Blueprint("login", url_prefix="/login")
    blueprint.add_route(callback, "/callback", methods=["GET"], name="callback")
    blueprint.add_route(done, "/done", methods=["GET"], name="done")
    blueprint.add_route(landing, "/<token:str>", methods=["GET"], name="landing")
    blueprint.add_route(start, "/<token:str>", methods=["POST"], name="start")
    blueprint.exception(LoginError)(show_error)
    blueprint.exception(DatabaseUnavailable)(show_unavailable)
    return blueprint


async def landing(request: Request, token: str) -> HTTPResponse:
    """Say what is about to be linked. Uses nothing up: link previews and virus scanners fetch links."""
    link = await asyncio.to_thread(_login(request).describe, token)
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
    begun = await asyncio.to_thread(_login(request).begin, token)
    response = redirect(begun.authorization_url, status=303, headers=dict(SECURITY_HEADERS))
    _cookie(request, begun.attempt).set(response, begun.browser_key, request.app.ctx.container.settings.login_ttl_s)
    return response


async def callback(request: Request) -> HTTPResponse:
    """Complete the login and let the conversation go on; then leave this address, which holds the code."""
    login = _login(request)
    answer = Callback(
        state=request.args.get("state", ""),
        code=request.args.get("code"),
        error=request.args.get("error"),
        issuer=request.args.get("iss"),
    )
    cookie = _cookie(request, login.attempt_of(answer.state))
    result = await asyncio.to_thread(login.finish, answer, cookie.read(request))
    await request.app.ctx.dispatcher.announce(result.conversation_id, "logged_in")
    target = "/" if result.channel == "web" else f"/login/done?channel={result.channel}&language={result.language}"
    response = redirect(target, status=303, headers=dict(SECURITY_HEADERS))
    cookie.clear(response)
    return response


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


def _cookie(request: Request, attempt: str) -> HostCookie:
    """The cookie that ties one attempt to the browser that began it."""
    return HostCookie(f"login_{attempt}", request.app.ctx.container.settings.public_url, "Lax")
