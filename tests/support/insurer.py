"""A reference insurer: the API of docs/insurer_api.yml on a real socket, over the policies that a test gives it.

It checks every signature as the description says. `behave` makes it fail in the ways that real ones do.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jsonschema
import yaml
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from clinic.coverage.insurer.client import PATH
from clinic.coverage.insurer.signature import ISSUER, body_hash

KEY = "a key for tests, long enough to be one"
API = yaml.safe_load((Path(__file__).parents[2] / "docs" / "insurer_api.yml").read_text(encoding="utf-8"))


def schema(name: str) -> dict[str, Any]:
    """A schema of the API as JSON Schema, which says `null` in another way than OpenAPI 3.0."""
    return {"$ref": f"#/components/schemas/{name}", "components": {"schemas": _nullable(API["components"]["schemas"])}}


def _nullable(raw: Any) -> Any:
    if isinstance(raw, list):
        return [_nullable(one) for one in raw]
    if not isinstance(raw, dict):
        return raw
    made = {name: _nullable(value) for name, value in raw.items() if name != "nullable"}
    return {**made, "type": [made["type"], "null"]} if raw.get("nullable") else made


def policy(number: str, role: str = "holder", **changed: Any) -> dict[str, Any]:
    """A policy as the API describes it; active, with the digital doctor."""
    made = {
        "number": number, "product": "Helseforsikring Privat", "includes_digital_doctor": True, "is_group": False,
        "valid_from": "2024-01-01", "valid_to": None, "role": role, "covered_from": None, "children": [],
    }  # fmt: skip
    return {**made, **changed}


@dataclass
class Insurer:
    """A running insurer. `policies` by national number; `questions` are the bodies that came with a right signature."""

    url: str
    policies: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    questions: list[dict[str, Any]] = field(default_factory=list)
    requests: int = 0
    failing: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    always: int | None = None
    slow_s: float = 0.0
    raw_answer: bytes | None = None
    _used: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, path: str, authorization: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body."""
        with self._lock:
            self.requests += 1
            failure = self.failing.pop(0) if self.failing else (self.always, {}) if self.always else None
        time.sleep(self.slow_s)
        if failure is not None:
            return failure[0], failure[1], b""
        if path != PATH or not self._is_signed(authorization, body):
            return 401, {}, b""
        question = json.loads(body)
        try:
            jsonschema.validate(question, schema("Question"))
        except jsonschema.ValidationError:
            return 422, {}, b""
        with self._lock:
            self.questions.append(question)
        if self.raw_answer is not None:
            return 200, {}, self.raw_answer
        own = self.policies.get(question["national_id"], [])
        wanted = question["policy_number"]
        answer = {"policies": [one for one in own if wanted in (None, one["number"])]}
        jsonschema.validate(answer, schema("Answer"))
        return 200, {}, json.dumps(answer).encode()

    def _is_signed(self, authorization: str, body: bytes) -> bool:
        try:
            token = jwt.decode(authorization.removeprefix("Bearer "), OctKey.import_key(KEY), algorithms=["HS256"])
            jwt.JWTClaimsRegistry(
                iss={"essential": True, "value": ISSUER},
                aud={"essential": True, "value": self.url},
                exp={"essential": True},
                jti={"essential": True},
                method={"essential": True, "value": "POST"},
                path={"essential": True, "value": PATH},
                body_sha256={"essential": True, "value": body_hash(body)},
            ).validate(token.claims)
        except (JoseError, ValueError):
            return False
        with self._lock:
            is_new = token.claims["jti"] not in self._used
            self._used.add(token.claims["jti"])
        return is_new


@contextmanager
def running_insurer() -> Iterator[Insurer]:
    """Serve until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, headers, answer = insurer.answer(self.path, self.headers.get("Authorization", ""), body)
            try:
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(answer))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer)
            except (BrokenPipeError, ConnectionResetError):
                pass  # the client did not wait so long

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    insurer = Insurer(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield insurer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
