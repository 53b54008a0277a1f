"""SMS by Twilio: signed webhook in, the outbox out. Choices are numbers.

Format: https://www.twilio.com/docs/messaging/guides/webhook-request; signature:
https://www.twilio.com/docs/usage/security#validating-requests.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta

import structlog
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, raw
from twilio.request_validator import RequestValidator

from clinic.container import Container
from clinic.messaging import Message
from clinic.storage import DatabaseUnavailable
from connectors.base import Dispatcher
from connectors.links import text_with_link
from connectors.messages import Inbound, Outbound

CHANNEL = "sms"
PATH = "/webhooks/sms/twilio"
DEV_AUTH_TOKEN = "dev-only-twilio-token"
"""Signs requests in development when CLINIC_TWILIO_AUTH_TOKEN is not set; production refuses everything without it."""

_EMPTY_ANSWER = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
_ANSWER_USEFUL_FOR = timedelta(hours=12)
_log = structlog.get_logger(__name__)


def conversation_of(container: Container, phone: str) -> str:
    """The conversation of a telephone number; the number itself never becomes an id."""
    return f"sms-{container.database.keyring.fingerprint('sms', phone)[:40]}"


class SmsDelivery:
    """Puts what the bot says into the outbox as one SMS."""

    def __init__(self, container: Container) -> None:
        self._container = container

    async def deliver(self, conversation_id: str, outbounds: Sequence[Outbound]) -> None:
        """One message for all bubbles: cheaper, and it cannot arrive in another order."""
        await asyncio.to_thread(self._put, conversation_id, as_sms(outbounds))

    def _put(self, conversation_id: str, text: str) -> None:
        clinic = self._container
        clinic.outbox.put(
            Message(
                # Grows with time, so that answers of one moment keep their order.
                unique_key=f"reply:{conversation_id}:{time.time_ns()}",
                conversation_id=conversation_id,
                channel=CHANNEL,
                kind="chat_reply",
                text=text,
                expires_at=clinic.clock.now() + _ANSWER_USEFUL_FOR,
            )
        )


def as_sms(outbounds: Sequence[Outbound]) -> str:
    """All bubbles as one text, with choices numbered through, as `Dispatcher` will read the numbers."""
    lines: list[str] = []
    number = 0
    for outbound in outbounds:
        if outbound.text:
            lines.append(text_with_link(outbound))
        for choice in outbound.choices:
            number += 1
            lines.append(f"{number} {choice.title}")
    return "\n".join(lines)


def sms_blueprint() -> Blueprint:
    """`POST /webhooks/sms/twilio`: check, store, answer at once, then handle."""
    blueprint = Blueprint("sms")

    @blueprint.post(PATH)
    async def webhook(request: Request) -> HTTPResponse:
        container: Container = request.app.ctx.container
        form = {name: values[0] for name, values in (request.form or {}).items()}
        if not _is_signed(container, request, form):
            return raw(b"", status=403)
        sender, message_id = form.get("From", ""), form.get("MessageSid", "")
        if not sender or not message_id:
            return raw(b"", status=400)
        inbound = Inbound(CHANNEL, conversation_of(container, sender), form.get("Body", ""), message_id, sender)
        dispatcher: Dispatcher = request.app.ctx.dispatcher
        try:
            is_new = await asyncio.to_thread(dispatcher.accept, inbound)
        except DatabaseUnavailable:
            # Not stored: Twilio is told so, and its own retry or fallback address takes over.
            return raw(b"", status=503)
        if is_new:
            request.app.add_task(_handle(dispatcher, inbound))
        return raw(_EMPTY_ANSWER, content_type="text/xml; charset=utf-8")

    return blueprint


async def _handle(dispatcher: Dispatcher, inbound: Inbound) -> None:
    try:
        await dispatcher.handle_accepted(inbound)
    except Exception as error:
        _log.error("sms.failed", error=type(error).__name__)


def _is_signed(container: Container, request: Request, form: dict[str, str]) -> bool:
    settings = container.settings
    token = settings.twilio_auth_token or (DEV_AUTH_TOKEN if settings.is_dev else None)
    signature = request.headers.get("x-twilio-signature")
    if not token or not signature:
        return False
    url = settings.public_url.rstrip("/") + PATH
    if request.query_string:
        url += f"?{request.query_string}"
    return bool(RequestValidator(token).validate(url, form, signature))
