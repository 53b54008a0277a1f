"""SMS by Twilio: signed webhook in, the outbox out. `docs/channels/sms.md` describes it for operators.

Format: https://www.twilio.com/docs/messaging/guides/webhook-request; signature:
https://www.twilio.com/docs/usage/security#validating-requests.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import parse_qsl
from xml.etree import ElementTree

import phonenumbers
import structlog
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, raw
from twilio.request_validator import RequestValidator

from clinic.container import Container
from clinic.messaging import Message
from clinic.storage import DatabaseUnavailable
from clinic.texts import DEFAULT_LANGUAGE
from connectors.base import Dispatcher
from connectors.messages import Inbound, Outbound
from connectors.sms_text import as_sms
from connectors.stored import StoredMessages

CHANNEL = "sms"
PATH = "/webhooks/sms/twilio"
DEV_AUTH_TOKEN = "dev-only-twilio-token"
"""Signs requests in development when CLINIC_TWILIO_AUTH_TOKEN is not set; production refuses everything without it."""

_ANSWER_USEFUL_FOR = timedelta(hours=12)
_MOST_FIELDS = 200
_log = structlog.get_logger(__name__)


def conversation_of(container: Container, phone: str) -> str:
    """The conversation of a telephone number; the number itself never becomes an id."""
    return f"sms-{container.database.keyring.fingerprint('sms', phone)[:40]}"


class SmsDelivery:
    """Puts what the bot says into the outbox, as few SMS as possible."""

    def __init__(self, container: Container) -> None:
        self._container = container

    async def deliver(self, conversation_id: str, outbounds: Sequence[Outbound]) -> None:
        """One message for all bubbles where they fit: cheaper, and they cannot arrive in another order."""
        await asyncio.to_thread(self._put, conversation_id, outbounds)

    def _put(self, conversation_id: str, outbounds: Sequence[Outbound]) -> None:
        clinic = self._container
        with clinic.database.session():
            for text in as_sms(self._introduced(conversation_id, outbounds)):
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

    def _introduced(self, conversation_id: str, outbounds: Sequence[Outbound]) -> Sequence[Outbound]:
        """The first answer says that a chatbot writes, also to those who begin with their errand and not with hello."""
        conversation = self._container.conversations.get(conversation_id)
        if conversation is None or conversation.turns > 1 or any("chatbot" in said.text.lower() for said in outbounds):
            return outbounds
        return [Outbound(self._container.texts.get("sms.chatbot", conversation.language)), *outbounds]


def sms_blueprint() -> Blueprint:
    """`POST /webhooks/sms/twilio`: check, store, answer at once, then handle."""
    blueprint = Blueprint("sms")

    @blueprint.post(PATH)
    async def webhook(request: Request) -> HTTPResponse:
        container: Container = request.app.ctx.container
        form = _form(request.body)
        if not _is_signed(container, request, form):
            return raw(b"", status=403)
        if not form.get("From") or not form.get("MessageSid"):
            return raw(b"", status=400)
        phone = _telephone(form["From"])
        if phone is None:
            # A short number or a name: a machine's advertising or our own echo, and no answer would arrive.
            _log.info("sms.unanswerable_sender")
            return _twiml()
        inbound = Inbound(CHANNEL, conversation_of(container, phone), form.get("Body", ""), form["MessageSid"], phone)
        if not inbound.text.strip() and form.get("NumMedia", "0") != "0":
            return await _ask_for_text(container, inbound)
        return await _take(request, inbound)

    return blueprint


async def _take(request: Request, inbound: Inbound) -> HTTPResponse:
    stored: StoredMessages = request.app.ctx.stored
    try:
        is_new = await stored.accept(inbound)
    except DatabaseUnavailable:
        # No outbox either, but the answer to Twilio can carry a message: 113 needs no database. The dispatcher keeps
        # the message in memory and goes on with it later.
        dispatcher: Dispatcher = request.app.ctx.dispatcher
        return _twiml(*as_sms(await dispatcher.receive(inbound, deliver=False)))
    if is_new:
        stored.begin(inbound)
    return _twiml()


async def _ask_for_text(container: Container, inbound: Inbound) -> HTTPResponse:
    """The answer to a picture or sound without words."""
    try:
        await asyncio.to_thread(_put_ask_for_text, container, inbound)
    except DatabaseUnavailable:
        return _twiml(container.texts.get("sms.only_text", DEFAULT_LANGUAGE))
    return _twiml()


def _put_ask_for_text(container: Container, inbound: Inbound) -> None:
    with container.database.session():
        conversation = container.conversations.get_or_create(
            inbound.conversation_id, CHANNEL, DEFAULT_LANGUAGE, inbound.address
        )
        container.outbox.put(
            Message(
                unique_key=f"only_text:{inbound.message_id}",
                conversation_id=conversation.id,
                channel=CHANNEL,
                kind="only_text",
                language=conversation.language,
                expires_at=container.clock.now() + _ANSWER_USEFUL_FOR,
            )
        )


def _form(body: bytes) -> dict[str, str]:
    """The parameters, empty ones too: Twilio signs them all, and leaves many empty for Norwegian numbers."""
    try:
        return dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError:
        return {}


def _is_signed(container: Container, request: Request, form: dict[str, str]) -> bool:
    """Whether Twilio signed this for our public address, whatever proxy it came through."""
    settings = container.settings
    token = settings.twilio_auth_token or (DEV_AUTH_TOKEN if settings.is_dev else None)
    signature = request.headers.get("x-twilio-signature")
    if not token or not signature:
        return False
    url = settings.public_url.rstrip("/") + PATH
    if request.query_string:
        url += f"?{request.query_string}"
    return bool(RequestValidator(token).validate(url, form, signature))


def _telephone(sender: str) -> str | None:
    """The sender's number in E.164 form; None for short numbers and names, which cannot be answered."""
    try:
        number = phonenumbers.parse(sender, None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _twiml(*texts: str) -> HTTPResponse:
    """Twilio's answer format, with messages to send back or without (https://www.twilio.com/docs/messaging/twiml)."""
    response = ElementTree.Element("Response")
    for text in texts:
        ElementTree.SubElement(response, "Message").text = text
    body = ElementTree.tostring(response, encoding="utf-8", xml_declaration=True)
    return raw(body, content_type="text/xml; charset=utf-8")
