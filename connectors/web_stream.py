"""The web chat's event stream: everything said so far, then what is said from now on (server-sent events).

Each event carries its id in `chat_events`. A browser that comes back names the last id it saw, and gets the rest.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from sanic.request import Request

from clinic.container import Container
from clinic.conversations import ChatEvent
from clinic.identity.login_view import View
from clinic.storage import DatabaseUnavailable
from connectors.hub import EventHub
from connectors.web_session import Place

# Proxies close a silent connection after a minute or so; a comment now and then keeps it alive.
HEARTBEAT_S = 15.0
BATCH = 200
# Highest id that fits every database's integers; a larger one in a request is nonsense.
LARGEST_ID = 2**62
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "X-Content-Type-Options": "nosniff"}


def last_seen(request: Request) -> int:
    """The last event id the browser has: from the header of a reconnect, or from `?after=`; 0 for none."""
    claims = (request.headers.get("last-event-id", ""), request.args.get("after", ""))
    ids = [int(claim) for claim in claims if claim.isascii() and claim.isdigit() and len(claim) <= 19]
    return min(max(ids, default=0), LARGEST_ID)


async def stream_events(request: Request, place: Place, container: Container, hub: EventHub) -> None:
    """Answers `request` with the stream.

    Returns when the browser leaves, the server stops or the database is gone; also when other events may be seen than
    before, or the browser has logged in meanwhile and got another cookie: then the page comes back and begins anew.
    """
    conversation_id = place.conversation_id
    view: View | None = None
    position = last_seen(request)
    response = await request.respond(content_type="text/event-stream; charset=utf-8", headers=HEADERS)
    typing = False
    ready = False
    with hub.subscribe(conversation_id) as subscription:
        while not hub.closed:
            try:
                now, logins, events = await asyncio.to_thread(_read, container, conversation_id, position)
            except DatabaseUnavailable:
                break
            view = view or now
            if now != view or logins != place.logins:
                break
            for event in events:
                await response.send(_message(event))
                position = event.id
            if len(events) == BATCH:
                continue
            if not ready:
                await response.send(_named("ready", {}))
                ready = True
            if typing != hub.is_typing(conversation_id):
                typing = not typing
                await response.send(_named("typing", {"on": typing}))
            if not await subscription.wait(HEARTBEAT_S):
                await response.send(": still here\n\n")
    await response.eof()


def _read(container: Container, conversation_id: str, position: int) -> tuple[View, int, list[ChatEvent]]:
    view, logins = container.login.view(conversation_id), container.login.browser_logins(conversation_id)
    return view, logins, container.conversations.events_since(conversation_id, position, BATCH, view.since)


def _message(event: ChatEvent) -> str:
    data = {**event.body, "id": event.id, "kind": event.kind, "at": event.created_at.isoformat()}
    return f"id: {event.id}\ndata: {_json(data)}\n\n"


def _named(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {_json(data)}\n\n"


def _json(data: dict[str, Any]) -> str:
    # ASCII only: no line separator of any script can break the line format.
    return json.dumps(data, ensure_ascii=True, separators=(",", ":"))
