"""The web chat: `POST` to send, server-sent events to receive; who is who stands in a cookie that we made.

Only the wire format is here. What is said goes to the dispatcher; what is answered comes back through `WebDelivery`.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from clinic.container import Container
from clinic.conversations import ConversationUnknown
from clinic.storage import DatabaseUnavailable
from connectors.failsafe import without_database
from connectors.hub import EventHub
from connectors.messages import Inbound, Outbound
from connectors.origin import origin_of
from connectors.web_delivery import CHANNEL, WebDelivery
from connectors.web_message import BadRequestError, PatientMessage, json_object, language_in, patient_message
from connectors.web_session import Place, WebSessions
from connectors.web_stream import stream_events
from connectors.web_turns import TooManyWaitingError, WebTurns

__all__ = ["WebChannel", "WebDelivery"]

# How long a stopping server waits for answers that are being written.
FINISH_S = 5.0


class Dispatcher(Protocol):
    """What this channel needs of `connectors.base.Dispatcher`; both hand what is said to `WebDelivery` too."""

    async def receive(self, inbound: Inbound) -> list[Outbound]:
        """Handles one message; a repeated `message_id` does nothing."""

    async def announce(self, conversation_id: str, event: str) -> list[Outbound]:
        """Lets the bot speak first."""


@dataclass(frozen=True)
class WebChannel:
    """The parts of the channel, wired for one installation. Take `delivery` and `blueprint()` from here."""

    hub: EventHub
    delivery: WebDelivery
    sessions: WebSessions
    turns: WebTurns

    @classmethod
    def build(cls, container: Container) -> WebChannel:
        """The channel over this container's database and settings."""
        hub = EventHub()
        delivery = WebDelivery(container, hub)
        sessions = WebSessions(container.database.keyring, container.settings.public_url)
        return cls(hub, delivery, sessions, WebTurns(container, hub, delivery))

    def blueprint(self) -> Blueprint:
        """The routes under `/chat`; `app.ctx.container` and `app.ctx.dispatcher` must be set before a request comes."""
        blueprint = Blueprint("web_chat", url_prefix="/chat")

        @blueprint.post("/start", name="start")
        async def start(request: Request) -> HTTPResponse:
            return await self.start(request)

        @blueprint.post("/messages", name="messages")
        async def messages(request: Request) -> HTTPResponse:
            return await self.receive(request)

        @blueprint.get("/events", name="events")
        async def events(request: Request) -> None:
            await self.events(request)

        blueprint.exception(BadRequestError)(_refuse)
        blueprint.exception(TooManyWaitingError)(_too_many)
        blueprint.exception(DatabaseUnavailable)(_unavailable)
        blueprint.exception(ConversationUnknown)(_unknown)
        blueprint.before_server_stop(self.stop)
        return blueprint

    async def start(self, request: Request) -> HTTPResponse:
        """Gives the browser a conversation, or renews the one it has; the bot greets in a new one, once."""
        self._only_own_page(request)
        language = language_in(json_object(request))
        place = self.sessions.place_of(request) or Place(self.sessions.new_conversation_id())
        try:
            if not await self._is_current(request, place):
                place = Place(self.sessions.new_conversation_id())
            language = await self.delivery.begin(place.conversation_id, language)
            view = await self.delivery.view(place.conversation_id)
            is_new = await self.delivery.claim_greeting(place.conversation_id)
        except DatabaseUnavailable as error:
            # The browser keeps its place all the same: what it sends from there is screened without a database.
            response = _unavailable(request, error)
        else:
            response = _json({"conversation": self.sessions.tag(place.conversation_id, view), "language": language})
            if is_new:
                dispatcher: Dispatcher = request.app.ctx.dispatcher
                greet = partial(dispatcher.announce, place.conversation_id, "greet")
                self.turns.start(place.conversation_id, greet)
        self.sessions.remember(response, place)
        return response

    async def receive(self, request: Request) -> HTTPResponse:
        """Takes one message; the answer comes over the event stream."""
        self._only_own_page(request)
        conversation_id = self._place(request).conversation_id
        message = patient_message(json_object(request))
        self.turns.check_room(conversation_id)
        try:
            await self._only_current(request)
            shown = await self._shown_text(conversation_id, message)
            await self.delivery.show_patient(conversation_id, message.id, shown)
        except DatabaseUnavailable:
            return await self._say_without_database(request, message)
        inbound = Inbound(
            channel=CHANNEL,
            conversation_id=conversation_id,
            text=message.text if message.payload is None else message.payload,
            message_id=f"{conversation_id}:{message.id}",
            origin=origin_of(request),
        )
        dispatcher: Dispatcher = request.app.ctx.dispatcher
        self.turns.start(conversation_id, partial(dispatcher.receive, inbound))
        return _json({"id": message.id}, status=202)

    async def events(self, request: Request) -> None:
        """The event stream of the browser's own conversation."""
        await self._only_current(request)
        await stream_events(request, self._place(request), request.app.ctx.container, self.hub)

    async def stop(self, _app: Sanic, _loop: Any = None) -> None:
        """Lets answers in progress end, then ends the streams."""
        await self.turns.finish(FINISH_S)
        self.hub.close()

    def _only_own_page(self, request: Request) -> None:
        if not self.sessions.is_own_page(request):
            raise BadRequestError(403, "foreign_origin")

    def _place(self, request: Request) -> Place:
        place = self.sessions.place_of(request)
        if place is None:
            raise BadRequestError(401, "no_session")
        return place

    async def _only_current(self, request: Request) -> None:
        if not await self._is_current(request, self._place(request)):
            raise BadRequestError(401, "no_session")

    async def _is_current(self, request: Request, place: Place) -> bool:
        """Whether the browser's cookie is the one of its last login here. Raises DatabaseUnavailable."""
        container: Container = request.app.ctx.container
        return await asyncio.to_thread(container.login.browser_logins, place.conversation_id) == place.logins

    async def _say_without_database(self, request: Request, message: PatientMessage) -> HTTPResponse:
        # The page shows this at once, keeps the message, and sends it again until it is taken.
        container: Container = request.app.ctx.container
        said = await asyncio.to_thread(without_database, message.text, message.language, container.texts)
        return _json({"error": "unavailable", "say": {"text": said.text, "custom": said.custom}}, 503)

    async def _shown_text(self, conversation_id: str, message: PatientMessage) -> str:
        if message.payload is None:
            return message.text
        return await self.delivery.title_of(conversation_id, message.payload) or message.payload


def _json(body: dict[str, Any], status: int = 200) -> HTTPResponse:
    return json_response(body, status=status, headers={"Cache-Control": "no-store"})


def _refuse(_request: Request, error: BadRequestError) -> HTTPResponse:
    return _json({"error": error.code}, error.status)


def _too_many(_request: Request, _error: TooManyWaitingError) -> HTTPResponse:
    return _json({"error": "too_many_waiting"}, 429)


def _unknown(_request: Request, _error: ConversationUnknown) -> HTTPResponse:
    # A cookie from before the conversation was kept, or after it was deleted: the page begins anew.
    return _json({"error": "no_session"}, 401)


def _unavailable(_request: Request, _error: DatabaseUnavailable) -> HTTPResponse:
    return _json({"error": "unavailable"}, 503)
