"""A page of the web chat without the browser: the same requests, and a reader of the event stream."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests

PATIENCE_S = 15.0


@dataclass(frozen=True)
class StreamEvent:
    """One server-sent event: its id ("" for the passing ones), name and data."""

    id: str
    name: str
    data: dict[str, Any]


class ChatClient:
    """One browser with its cookie jar."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = requests.Session()
        self.http.headers["Origin"] = url

    def start(self, **body: Any) -> requests.Response:
        """Begins the conversation, or takes it up again."""
        return self.http.post(f"{self.url}/chat/start", json=body, timeout=PATIENCE_S)

    def send(self, text: str | None = None, **body: Any) -> requests.Response:
        """Sends a message; `id`, `payload` and anything else by name."""
        message = {"id": uuid.uuid4().hex, **({} if text is None else {"text": text}), **body}
        return self.http.post(f"{self.url}/chat/messages", json=message, timeout=PATIENCE_S)

    @contextmanager
    def stream(self, after: int | None = None, last_event_id: str | None = None) -> Iterator[Iterator[StreamEvent]]:
        """The event stream, open for the length of the block."""
        headers = {} if last_event_id is None else {"Last-Event-ID": last_event_id}
        query = {} if after is None else {"after": after}
        with self.http.get(
            f"{self.url}/chat/events", params=query, headers=headers, stream=True, timeout=PATIENCE_S
        ) as response:
            response.raise_for_status()
            yield _events(response)

    def history(self, **position: Any) -> list[dict[str, Any]]:
        """Everything said so far."""
        with self.stream(**position) as events:
            said: list[dict[str, Any]] = []
            for event in events:
                if event.name == "ready":
                    return said
                said.append(event.data)
        raise AssertionError("the stream ended before it was ready")

    def texts(self) -> list[str]:
        """The texts of everything said so far."""
        return [event["text"] for event in self.history()]

    def wait_until(self, fits: Callable[[list[dict[str, Any]]], bool]) -> list[dict[str, Any]]:
        """Waits until everything said so far fits, and returns it."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            said = self.history()
            if fits(said):
                return said
            time.sleep(0.05)
        raise AssertionError(f"waited in vain: {self.texts()}")

    def wait_for(self, text: str) -> list[str]:
        """Waits until somebody has said exactly this, and returns everything said until then."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            said = self.texts()
            if text in said:
                return said
            time.sleep(0.05)
        raise AssertionError(f"nobody said {text!r}: {self.texts()}")


def _events(response: requests.Response) -> Iterator[StreamEvent]:
    fields: dict[str, str] = {}
    for line in response.iter_lines(chunk_size=1, decode_unicode=True):
        if line.startswith(":"):
            continue
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif fields:
            yield StreamEvent(fields.get("id", ""), fields.get("event", "message"), json.loads(fields["data"]))
            fields = {}
