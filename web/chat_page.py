"""The chat page at `/`, and the files it is made of under `/static/`."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from pathlib import Path

from sanic import Blueprint, Request
from sanic.response import HTTPResponse

from clinic.container import Container
from clinic.storage import DatabaseUnavailable
from clinic.texts import DEFAULT_LANGUAGE, LANGUAGES, Texts
from connectors.web import WebChannel
from web.pages import error_page, page

STATIC_FOLDER = Path(__file__).parent / "static"
TOPIC = "chat."
IMPORT_MAP = json.dumps(
    {
        "imports": {
            "preact": "/static/vendor/preact.mjs",
            "preact/hooks": "/static/vendor/preact-hooks.mjs",
            "htm": "/static/vendor/htm.mjs",
        }
    }
)


def inline_hash(script: str) -> str:
    """The source expression that allows exactly this inline script (Content Security Policy, level 3)."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() + "'"


# Scripts from our own files only, but for the import map, which browsers want inside the page.
CONTENT_POLICY = (
    f"default-src 'self'; script-src 'self' {inline_hash(IMPORT_MAP)}; connect-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def chat_blueprint(channel: WebChannel) -> Blueprint:
    """The routes of the page and its files. The page is the same for everybody but for its language."""
    blueprint = Blueprint("chat_page")

    @blueprint.get("/", name="chat")
    async def chat(request: Request) -> HTTPResponse:
        container: Container = request.app.ctx.container
        language = await _language(request, channel, container)
        texts = {name: page_texts(container.texts, name) for name in LANGUAGES}
        return page(request, "chat.html", language, content_policy=CONTENT_POLICY, texts=texts, import_map=IMPORT_MAP)

    blueprint.static("/static", STATIC_FOLDER, name="files")

    @blueprint.exception(IsADirectoryError)
    async def no_listing(request: Request, _error: IsADirectoryError) -> HTTPResponse:
        return error_page(request, 404)

    @blueprint.on_response
    async def file_headers(request: Request, response: HTTPResponse) -> None:
        if request.path.startswith("/static/"):
            # Files keep their names when they change, so a browser asks each time whether its copy is still right.
            response.headers.setdefault("Cache-Control", "no-cache")
            response.headers.setdefault("X-Content-Type-Options", "nosniff")

    return blueprint


def page_texts(texts: Texts, language: str) -> dict[str, str]:
    """What the page itself says in one language, by the names in `chat.yml`."""
    keys = [key for key in texts.keys(language) if key.startswith(TOPIC)]
    return {key[len(TOPIC) :]: texts.get(key, language) for key in sorted(keys)}


async def _language(request: Request, channel: WebChannel, container: Container) -> str:
    """The language of the conversation this browser is in; bokmål for a newcomer, as the bot greets in it."""
    place = channel.sessions.place_of(request)
    if place is None:
        return DEFAULT_LANGUAGE
    try:
        conversation = await asyncio.to_thread(container.conversations.get, place.conversation_id)
    except DatabaseUnavailable:
        # The page holds the emergency number, so it comes even when nothing else does.
        return DEFAULT_LANGUAGE
    return conversation.language if conversation else DEFAULT_LANGUAGE
