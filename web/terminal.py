"""`clinic chat`: a chat in the terminal with the server that is running, over the same path as every channel."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from typing import Any

import requests
from rich.console import Console
from rich.text import Text

from clinic.errors import ClinicError
from clinic.settings import Settings

TIMEOUT_S = 30.0
GREETINGS = {"nb": "Hei", "en": "Hello"}


class ChatUnavailable(ClinicError):
    """There is nobody to chat with; the message says what to start."""


class TerminalChat:
    """One conversation with a running server."""

    def __init__(self, settings: Settings, console: Console) -> None:
        """Talk to the server that these settings describe, and show the conversation on `console`."""
        self._address = f"http://{settings.host}:{settings.port}/webhooks/rest"
        self._console = console
        self._sender = f"terminal-{secrets.token_hex(8)}"
        self._http = requests.Session()

    def run(self, first: str, lines: Iterator[str]) -> None:
        """Say `first`, then every line until there are no more.

        Raises:
            ChatUnavailable: the server does not answer, or is not in development mode.
        """
        self._console.print(Text("A number or a title presses a button. Ctrl-D ends.", style="dim"))
        self._show(self._send(first))
        for line in lines:
            self._show(self._send(line))

    def _send(self, message: str) -> list[dict[str, Any]]:
        try:
            with self._console.status(Text("…", style="dim")):
                answer = self._http.post(
                    f"{self._address}/webhook", json={"sender": self._sender, "message": message}, timeout=TIMEOUT_S
                )
        except requests.RequestException:
            raise ChatUnavailable(f"Nobody answers at {self._address}: start the server with `make run`") from None
        if not answer.ok:
            raise ChatUnavailable(
                f"The server answers {answer.status_code}: `clinic chat` needs CLINIC_ENV=dev there too"
            )
        bubbles: list[dict[str, Any]] = answer.json()
        return bubbles

    def _show(self, bubbles: list[dict[str, Any]]) -> None:
        number = 0
        for bubble in bubbles:
            if bubble.get("text"):
                self._console.print()
                self._console.print(Text(bubble["text"], style="cyan"))
            for button in bubble.get("buttons", ()):
                number += 1
                self._console.print(Text.assemble((f"  {number:>2} ", "bold green"), (button["title"], "green")))
        self._console.print()


def chat(language: str) -> None:
    """Chat until the end of input; `language` ("nb" or "en") is that of the first greeting."""
    if language not in GREETINGS:
        raise ChatUnavailable(f"The language must be {' or '.join(GREETINGS)}, not '{language}'")
    console = Console(highlight=False)
    TerminalChat(Settings.from_env(), console).run(GREETINGS[language], _typed(console))


def _typed(console: Console) -> Iterator[str]:
    with suppress(ImportError):
        import_module("readline")  # editing and history, where the system has it
    while True:
        try:
            line = console.input("[bold]> [/bold]")
        except EOFError:
            console.print()
            return
        if line.strip():
            yield line
