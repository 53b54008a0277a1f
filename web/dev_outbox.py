"""Development only: what would have been sent, and whether it was."""

from __future__ import annotations

import asyncio
from typing import Any

from sanic import Blueprint, Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from clinic.clock import to_oslo
from clinic.container import Container
from clinic.messaging import Queued
from web.pages import language_of, page


def outbox_blueprint() -> Blueprint:
    """`GET /dev/outbox`, and `?format=json` for tests. Never registered in production."""
    blueprint = Blueprint("dev_outbox", url_prefix="/dev")

    @blueprint.get("/outbox", name="outbox")
    async def outbox(request: Request) -> HTTPResponse:
        container: Container = request.app.ctx.container
        messages = [_shown(message) for message in await asyncio.to_thread(container.outbox.newest)]
        if request.args.get("format") == "json":
            return json_response({"messages": messages}, ensure_ascii=False)
        return page(request, "dev_outbox.html", language_of(request), messages=messages)

    return blueprint


def _shown(message: Queued) -> dict[str, Any]:
    return {
        "at": f"{to_oslo(message.created_at):%Y-%m-%d %H:%M:%S}",
        "channel": message.channel,
        "to": f"•••• {message.address[-4:]}" if message.address else "",
        "conversation": message.conversation_id,
        "kind": message.kind,
        "text": message.text,
        "status": "sent" if message.sent_at else "failed" if message.failed_at else "waiting",
        "attempts": message.attempts,
    }
