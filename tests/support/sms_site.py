"""The SMS webhook on a real socket: the real dispatcher, database and outbox, in front of a small scripted bot."""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

import requests
from sanic import Sanic
from sanic.server import AsyncioServer
from twilio.request_validator import RequestValidator

from clinic.container import Container
from clinic.messaging import Queued
from connectors.agent import TurnFailed
from connectors.base import Dispatcher
from connectors.messages import Choice, Outbound
from connectors.sms import CHANNEL, DEV_AUTH_TOKEN, PATH, SmsDelivery, sms_blueprint
from connectors.stored import StoredMessages
from web.simulation.site import free_socket

# Sanic rewrites its own methods when an app starts; only in this mode can a second app start in the same process.
Sanic.test_mode = True

PHONE = "+4791234567"
PATIENCE_S = 15
_names = itertools.count()


@dataclass
class ScriptedTurns:
    """Stands where Rasa stands: notes each turn, and answers with two choices. `failing` is raised instead of it."""

    heard: list[str] = field(default_factory=list)
    meant: list[str | None] = field(default_factory=list)
    failing: Exception | None = None
    slow_s: float = 0.0

    async def run(
        self,
        channel: str,
        conversation_id: str,
        text: str,
        metadata: dict[str, Any],
        parse_data: dict[str, Any] | None = None,
    ) -> list[Outbound]:
        """One turn."""
        if self.slow_s:
            await asyncio.sleep(self.slow_s)
        if self.failing is not None:
            raise TurnFailed(type(self.failing).__name__) from self.failing
        self.heard.append(text)
        self.meant.append(parse_data["intent"]["name"] if parse_data else None)
        return [
            Outbound(f"Du skrev: {text}"),
            Outbound("Stemmer det?", (Choice("Ja", "/affirm"), Choice("Nei", "/deny"))),
        ]


@dataclass
class SmsSite:
    """A running webhook. `post` sends as Twilio does."""

    url: str
    container: Container
    turns: ScriptedTurns
    stored: StoredMessages
    loop: asyncio.AbstractEventLoop

    def post(
        self,
        body: str = "Hei",
        sid: str = "SM1",
        *,
        sender: str = PHONE,
        signature: str | None = None,
        headers: Mapping[str, str] | None = None,
        query: str = "",
        **extra: str,
    ) -> requests.Response:
        """An SMS from a patient, signed as documented unless a `signature` is given ("" leaves it out)."""
        form = twilio_form(body, sid, sender) | extra
        if signature is None:
            address = self.container.settings.public_url + PATH + query
            signature = RequestValidator(DEV_AUTH_TOKEN).compute_signature(address, form)
        signed = {"X-Twilio-Signature": signature} if signature else {}
        return requests.post(
            self.url + PATH + query, data=form, headers={**signed, **(headers or {})}, timeout=PATIENCE_S
        )

    def outbox(self) -> list[Queued]:
        """Everything in the outbox, oldest first."""
        return list(reversed(self.container.outbox.newest()))

    def wait_for(self, messages: int) -> list[Queued]:
        """Waits until so many messages are in the outbox."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            found = self.outbox()
            if len(found) >= messages:
                return found
            time.sleep(0.02)
        raise AssertionError(f"only {len(self.outbox())} messages in the outbox")

    def handle_waiting(self) -> None:
        """What the server does every two seconds."""
        asyncio.run_coroutine_threadsafe(self.stored.handle_waiting(), self.loop).result(PATIENCE_S)


def twilio_form(body: str, sid: str, sender: str) -> dict[str, str]:
    """The parameters of Twilio's webhook for a Norwegian mobile, with the ones it leaves empty."""
    return {
        "ToCountry": "NO", "ToState": "", "SmsMessageSid": sid, "NumMedia": "0", "ToCity": "", "FromZip": "",
        "SmsSid": sid, "FromState": "", "SmsStatus": "received", "FromCity": "", "Body": body, "FromCountry": "NO",
        "To": "+4759440000", "ToZip": "", "NumSegments": "1", "MessageSid": sid, "AccountSid": "AC" + "0" * 32,
        "From": sender, "ApiVersion": "2010-04-01",
    }  # fmt: skip


@contextmanager
def running_sms_site(container: Container, turns: ScriptedTurns | None = None) -> Iterator[SmsSite]:
    """Serves the webhook until the block ends."""
    turns = turns or ScriptedTurns()
    listening = free_socket()
    dispatcher = Dispatcher(container, turns, {CHANNEL: SmsDelivery(container)})
    stored = StoredMessages(container, dispatcher)
    app = Sanic(f"sms-site-{next(_names)}", configure_logging=False)
    app.ctx.container, app.ctx.dispatcher, app.ctx.stored = container, dispatcher, stored
    app.blueprint(sms_blueprint())
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(_started(app, listening), loop).result(PATIENCE_S)
    try:
        yield SmsSite(f"http://127.0.0.1:{listening.getsockname()[1]}", container, turns, stored, loop)
    finally:
        asyncio.run_coroutine_threadsafe(_stopped(server), loop).result(PATIENCE_S)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _started(app: Sanic, listening: Any) -> AsyncioServer:
    server = await app.create_server(sock=listening, return_asyncio_server=True, access_log=False)
    assert server is not None
    await server.startup()
    return server


async def _stopped(server: AsyncioServer) -> None:
    """As when the process ends: what is under way is cut off."""
    server.close()
    under_way = asyncio.all_tasks() - {asyncio.current_task()}
    for task in under_way:
        task.cancel()
    await asyncio.gather(*under_way, return_exceptions=True)


def texts_in(answer: requests.Response) -> list[str | None]:
    """What Twilio is told to send, in its answer format."""
    return [message.text for message in ElementTree.fromstring(answer.text).iter("Message")]
