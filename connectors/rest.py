"""Rasa's REST channel, for development and tests only: the caller chooses the sender, so it is off in production."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from clinic.clock import oslo_date
from clinic.container import Container
from clinic.intake.answers import NATIONAL_ID_MARK
from connectors.base import Dispatcher
from connectors.links import text_with_link
from connectors.messages import Inbound, Outbound
from connectors.sanitise import clean

CHANNEL = "rest"
_LONGEST_SENDER = 70


def rest_blueprint() -> Blueprint:
    """`POST /webhooks/rest/webhook` with `{"sender", "message"}`; answers with a list of bubbles."""
    blueprint = Blueprint("rest", url_prefix="/webhooks/rest")

    @blueprint.get("/")
    async def health(_request: Request) -> HTTPResponse:
        return json_response({"status": "ok"})

    @blueprint.post("/webhook")
    async def webhook(request: Request) -> HTTPResponse:
        try:
            body = json.loads(request.body)
            sender, message = body["sender"], body.get("message", "")
        except (ValueError, KeyError, TypeError):
            return json_response({"error": "send JSON with sender and message"}, status=400)
        if (
            not isinstance(sender, str)
            or not 0 < len(sender) <= _LONGEST_SENDER
            or not isinstance(message, (str, type(None)))
        ):
            return json_response({"error": "sender and message must be strings"}, status=400)
        container: Container = request.app.ctx.container
        if NATIONAL_ID_MARK in clean(sender, oslo_date(container.clock.now())):
            # It becomes the conversation's id, which stands in many places.
            return json_response({"error": "the sender must be a name, with no national number in it"}, status=400)
        dispatcher: Dispatcher = request.app.ctx.dispatcher
        # A prefix of its own: a caller here can never be in a conversation of another channel.
        inbound = Inbound(CHANNEL, f"rest-{sender}", message or "")
        return json_response(as_rasa_does(sender, await dispatcher.receive(inbound)))

    return blueprint


def as_rasa_does(sender: str, outbounds: Sequence[Outbound]) -> list[dict[str, Any]]:
    """The bubbles in the form of Rasa's own REST channel; links stand in the text as well."""
    answers: list[dict[str, Any]] = []
    for outbound in outbounds:
        answer: dict[str, Any] = {"recipient_id": sender, "text": text_with_link(outbound)}
        if outbound.choices:
            answer["buttons"] = [{"title": choice.title, "payload": choice.payload} for choice in outbound.choices]
        if outbound.custom:
            answer["custom"] = outbound.custom
        answers.append(answer)
    return answers
