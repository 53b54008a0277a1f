"""The page where a clinician reviews what the emergency screen found, opened by a link from `clinic findings page`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from urllib.parse import parse_qs

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, redirect, text

from clinic.clock import oslo_date
from clinic.container import Container
from clinic.findings import FindingPage, FindingSummary
from clinic.review import (
    SESSION_LIFETIME,
    ReviewClosed,
    ReviewLinkError,
    ReviewLinkExpired,
    ReviewLinkUnknown,
    ReviewLinkUsed,
)
from clinic.storage import DatabaseUnavailable
from connectors.cookies import HostCookie
from web.pages import SECURITY_HEADERS, error_page, page
from web.review_query import FOUND, PATH, ReviewQuery, home, language_in, read_query
from web.review_view import as_csv, label, shown

# Scripts and styles of our own only; forms go nowhere but here.
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
# With "no-referrer" a browser would not say which site a form comes from, and other sites' forms must be refused.
_REFERRER = {"Referrer-Policy": "same-origin"}
_REFUSED: dict[type[ReviewLinkError], tuple[str, int]] = {
    ReviewLinkUnknown: ("unknown", 404),
    ReviewLinkExpired: ("expired", 410),
    ReviewLinkUsed: ("used", 410),
}


def review_blueprint(is_own_page: Callable[[Request], bool]) -> Blueprint:
    """The routes under `/review`; `is_own_page` tells whether a POST was sent by a page of ours."""
    blueprint = Blueprint("review", url_prefix=PATH)

    @blueprint.get("/", name="list")
    async def show_list(request: Request) -> HTTPResponse:
        """The findings; without an open session the page that takes a link's token out of the address."""
        try:
            query, found, categories = await asyncio.to_thread(_look, _container(request), request)
        except ReviewClosed:
            return _way_in(request, "closed" if request.args.get("closed") == "1" else None)
        return _list(request, query, found, categories)

    @blueprint.post("/", name="open")
    async def open_session(request: Request) -> HTTPResponse:
        """Use a link up and set the cookie."""
        if not is_own_page(request):
            return error_page(request, 403)
        access = _container(request).review_access
        token = parse_qs(request.body.decode("utf-8", "replace")).get("token", [""])[0]
        try:
            secret = await asyncio.to_thread(access.open, token)
        except ReviewLinkError as refused:
            reason, status = _REFUSED[type(refused)]
            return await _refused(request, reason, status)
        await asyncio.to_thread(access.close, _secret(request))  # one browser, one session
        response = _to_list(request)
        _cookie(request).set(response, secret, int(SESSION_LIFETIME.total_seconds()))
        return response

    @blueprint.get("/findings.csv", name="csv")
    async def download(request: Request) -> HTTPResponse:
        """The same findings as a file, without what the patients wrote."""
        container = _container(request)
        try:
            found = await asyncio.to_thread(_export, container, request)
        except ReviewClosed:
            return _way_in(request, None, 403)
        name = f"findings-{oslo_date(container.clock.now())}.csv"
        headers = {**SECURITY_HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
        return text(as_csv(found), headers=headers, content_type="text/csv; charset=utf-8")

    @blueprint.post("/close", name="close")
    async def close_session(request: Request) -> HTTPResponse:
        """Log out."""
        if not is_own_page(request):
            return error_page(request, 403)
        await asyncio.to_thread(_container(request).review_access.close, _secret(request))
        response = _to_list(request, closed="1")
        _cookie(request).clear(response)
        return response

    @blueprint.exception(DatabaseUnavailable)
    async def unavailable(request: Request, _error: DatabaseUnavailable) -> HTTPResponse:
        return error_page(request, 503)

    return blueprint


def _look(container: Container, request: Request) -> tuple[ReviewQuery, FindingPage, list[str]]:
    secret = _secret(request)
    categories = container.review.categories(secret)
    query = read_query(request, categories)
    return query, container.review.page(secret, query.chosen, query.number), categories


def _export(container: Container, request: Request) -> list[FindingSummary]:
    secret = _secret(request)
    return container.review.export(secret, read_query(request, container.review.categories(secret)).chosen)


def _list(request: Request, query: ReviewQuery, found: FindingPage, categories: list[str]) -> HTTPResponse:
    texts, language = _container(request).texts, query.language
    named = [(name, label(texts, "category", name, language)) for name in categories]
    response = page(
        request, "review.html", language, content_policy=CONTENT_POLICY, query=query, found=found,
        findings=[shown(finding, texts, language) for finding in found.findings],
        decisions=[(name, label(texts, "decision", name, language)) for name in FOUND],
        categories=sorted(named, key=lambda choice: choice[1]), home=home(language),
    )  # fmt: skip
    response.headers.update(_REFERRER)
    return response


def _way_in(request: Request, said: str | None, status: int = 200) -> HTTPResponse:
    response = page(
        request, "review_open.html", language_in(request), status=status, content_policy=CONTENT_POLICY, said=said,
        nb=home("nb"), en=home("en"),
    )  # fmt: skip
    response.headers.update(_REFERRER)
    return response


async def _refused(request: Request, reason: str, status: int) -> HTTPResponse:
    """Why the link opens nothing; for who is in already, because the link was opened twice, the list all the same."""
    try:
        await asyncio.to_thread(_container(request).review_access.session_id, _secret(request))
    except ReviewClosed:
        return _way_in(request, reason, status)
    return _to_list(request)


def _to_list(request: Request, **said: str) -> HTTPResponse:
    return redirect(home(language_in(request), **said), status=303, headers=dict(SECURITY_HEADERS))


def _container(request: Request) -> Container:
    container: Container = request.app.ctx.container
    return container


def _secret(request: Request) -> str | None:
    return _cookie(request).read(request)


def _cookie(request: Request) -> HostCookie:
    return HostCookie("hjemmelegene_review", _container(request).settings.public_url, "Strict")
