"""Twilio's Messages API on this machine, as documented: https://www.twilio.com/docs/messaging/api/message-resource."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

ACCOUNT_SID = "AC" + "5" * 32
AUTH_TOKEN = "a token for tests"
SMS_FROM = "+4759440000"


@dataclass(frozen=True)
class Posted:
    """One request to send a message."""

    path: str
    content_type: str
    user: str
    password: str
    form: dict[str, str]


@dataclass
class TwilioApi:
    """What was asked of it, and what it will answer: `statuses` in turn, then 201. It waits for `may_answer`."""

    url: str = ""
    posted: list[Posted] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    arrived: threading.Event = field(default_factory=threading.Event)
    may_answer: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def bodies(self) -> list[str]:
        """The texts that came, in order."""
        return [one.form["Body"] for one in self.posted]

    def take(self, posted: Posted) -> int:
        """Note a request; the status to answer with."""
        with self.lock:
            self.posted.append(posted)
            status = self.statuses.pop(0) if self.statuses else 201
        self.arrived.set()
        self.may_answer.wait(timeout=30)
        return status


@contextmanager
def running_twilio() -> Iterator[TwilioApi]:
    """Serve until the block ends."""
    api = TwilioApi()
    api.may_answer.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"])).decode("utf-8")
            kind, _, credentials = self.headers.get("Authorization", "").partition(" ")
            user, _, password = base64.b64decode(credentials).decode().partition(":")
            form = {name: values[0] for name, values in parse_qs(raw, strict_parsing=True).items()}
            status = api.take(
                Posted(self.path, self.headers["Content-Type"], user if kind == "Basic" else "", password, form)
            )
            ok = {"sid": "SM" + "1" * 32, "status": "queued", "to": form.get("To"), "body": form.get("Body")}
            wrong = {"code": 20001, "message": f"Failed for {form.get('To')}: {form.get('Body')}", "status": status}
            answer = json.dumps(ok if status == 201 else wrong).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            """Tests read `posted` instead."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    api.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield api
    finally:
        api.may_answer.set()
        server.shutdown()
        thread.join()
        server.server_close()
