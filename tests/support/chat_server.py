"""The web chat on a port of its own, in front of a small scripted bot: for tests of the page and its wire format.

Run as a program (`python -m tests.support.chat_server PORT FOLDER`), so that a test can stop it and start it again.
The whole product with its real bot is started by `tests/support/server.py`.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import requests
from sanic import Sanic

from clinic.container import Container
from clinic.settings import Settings
from connectors.messages import Choice, Inbound, Outbound
from connectors.web import WebChannel, WebDelivery
from web.chat_page import chat_blueprint

START_SECONDS = 30
LONG_TEXT = "\n".join(f"Linje {number}: vi tar det rolig og i orden." for number in range(1, 40))


class ScriptedBot:
    """Answers like the dispatcher does: handles a message once, and says everything through the delivery."""

    def __init__(self, container: Container, delivery: WebDelivery) -> None:
        self._conversations = container.conversations
        self._delivery = delivery

    async def announce(self, conversation_id: str, name: str) -> list[Outbound]:
        """Says what `name` stands for."""
        return await self._say(
            conversation_id,
            [
                Outbound("Hei, jeg er en chatbot.\nHaster det? Ring 113. Legevakt: 116 117.", (), None),
                Outbound(
                    "Hva kan jeg hjelpe med?",
                    (Choice("Snakke med lege", "/see_doctor"), Choice("Spørsmål", "/menu")),
                    None,
                ),
            ],
        )

    async def receive(self, inbound: Inbound) -> list[Outbound]:
        """Answers one message by its words."""
        conversation_id, text = inbound.conversation_id, inbound.text
        if self._conversations.seen(inbound.channel, str(inbound.message_id), conversation_id):
            return []
        await asyncio.sleep(0.2)
        if text == "English please":
            self._conversations.set_language(conversation_id, "en")
        if text == "krasj":
            raise RuntimeError("the test asked for it")
        return await self._say(conversation_id, self._answer(text))

    def _answer(self, text: str) -> list[Outbound]:
        link = {"type": "link", "kind": "login", "url": "/login/abc", "label": "Logg inn med BankID"}
        video = {"type": "link", "url": "/video/abc", "label": "Åpne videorommet"}
        answers = {
            "/see_doctor": [Outbound("Da må du logge inn først.", (), link)],
            "ferdig": [Outbound("Hei Kari, du er logget inn.", (), {"type": "logged_in"})],
            "video": [Outbound("Legen ringer før 14:35.", (), video)],
            "ond lenke": [Outbound("Ikke trykk her.", (), {**link, "url": "javascript:alert(1)"})],
            "akutt": [
                Outbound(
                    "Ring 113 nå.",
                    (Choice("Det var ikke akutt", "/not_emergency"),),
                    {"type": "advice", "decision": "emergency"},
                )
            ],
            "langt": [Outbound(LONG_TEXT, (), None)],
            "English please": [Outbound("Of course. How can I help?", (Choice("See a doctor", "/see_doctor"),), None)],
        }
        return answers.get(text, [Outbound(f"Du skrev: {text}", (), None)])

    async def _say(self, conversation_id: str, outbounds: list[Outbound]) -> list[Outbound]:
        self._conversations.remember(conversation_id, [choice for said in outbounds for choice in said.choices])
        await self._delivery.deliver(conversation_id, outbounds)
        return outbounds


class ChatServer:
    """The program of this module as a child process over the database in `folder`."""

    def __init__(self, folder: Path, port: int) -> None:
        self._folder = folder
        self._port = port
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"http://127.0.0.1:{port}"

    @classmethod
    def on_free_port(cls, folder: Path) -> ChatServer:
        """A started server with its database in `folder`."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        server = cls(folder / "var", port)
        server.start()
        return server

    def start(self) -> None:
        """Starts it and waits until it answers; raises RuntimeError if it ends instead, TimeoutError if it hangs."""
        self._process = subprocess.Popen([sys.executable, "-m", __name__, str(self._port), str(self._folder)])
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise RuntimeError(f"The chat server ended with code {self._process.returncode}")
            try:
                requests.get(self.url, timeout=2)
                return
            except requests.ConnectionError:
                time.sleep(0.1)
        raise TimeoutError(f"The chat server did not answer within {START_SECONDS} s")

    def stop(self) -> float:
        """Stops it as a deployment does, waits, and returns how many seconds that took."""
        begun = time.monotonic()
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)
            self._process = None
        return time.monotonic() - begun


def make_app(container: Container) -> Sanic:
    """The chat page and channel alone, in front of the scripted bot."""
    app = Sanic(f"chat_{os.urandom(4).hex()}", configure_logging=False)
    channel = WebChannel.build(container)
    app.ctx.container = container
    app.ctx.dispatcher = ScriptedBot(container, channel.delivery)
    app.blueprint(channel.blueprint())
    app.blueprint(chat_blueprint(channel))
    return app


def make_container(folder: Path, environ: Iterable[tuple[str, str]] = ()) -> Container:
    """A container over a new or kept SQLite file in `folder`."""
    container = Container(Settings.from_env({"CLINIC_VAR_DIR": str(folder), **dict(environ)}))
    container.database.upgrade()
    return container


def main() -> None:
    """Serves until it is told to stop."""
    port, folder = int(sys.argv[1]), Path(sys.argv[2])
    container = make_container(folder, [("CLINIC_PORT", str(port))])
    app = make_app(container)
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = 2
    app.run(host="127.0.0.1", port=port, access_log=False)


if __name__ == "__main__":
    main()
