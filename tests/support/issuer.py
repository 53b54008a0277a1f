"""A tiny issuer on a real socket that publishes its keys, for ID tokens that no honest provider makes."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, Key, KeySet, RSAKey

CLIENT_ID = "hjemmelegene-intake"
NONCE = "nonce-of-this-login"


@dataclass
class Issuer:
    """The issuer's address, its published keys, and how often they were fetched."""

    url: str = ""
    keys: list[Key] = field(default_factory=list)
    key_fetches: int = 0
    document: dict[str, Any] = field(default_factory=dict)
    id_token: str = ""
    """What the token endpoint hands out, whoever asks."""

    def add_key(self, kid: str, kind: type[RSAKey] | type[ECKey] = RSAKey) -> Key:
        """Publish a new signing key."""
        key = new_key(kid, kind)
        self.keys.append(key)
        return key

    def claims(self, **changes: Any) -> dict[str, Any]:
        """The claims of a faultless ID token with some changed; None removes a claim."""
        now = int(time.time())
        claims = {
            "iss": self.url,
            "sub": "someone",
            "aud": CLIENT_ID,
            "exp": now + 300,
            "iat": now,
            "nonce": NONCE,
            "acr": "high",
            "nin": "05847900166",
            **changes,
        }
        return {name: value for name, value in claims.items() if value is not None}


def new_key(kid: str, kind: type[RSAKey] | type[ECKey] = RSAKey) -> Key:
    """A key pair with this key id."""
    return RSAKey.generate_key(2048, {"kid": kid}) if kind is RSAKey else ECKey.generate_key("P-256", {"kid": kid})


def sign(claims: dict[str, Any], key: Any, alg: str = "RS256", kid: str | None = None) -> str:
    """A signed token; `kid` lies about the key when given."""
    return jwt.encode({"alg": alg, "kid": kid or key.kid}, claims, key, algorithms=[alg])


@contextmanager
def running_issuer() -> Iterator[Issuer]:
    """Serve the issuer's two documents until the block ends."""
    issuer = Issuer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/jwks":
                issuer.key_fetches += 1
                content: Any = KeySet(issuer.keys).as_dict(private=False)
            else:
                content = issuer.document
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(content).encode())

        def do_POST(self) -> None:
            content = {"access_token": "x", "token_type": "Bearer", "expires_in": 60, "id_token": issuer.id_token}
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(content).encode())

        def log_message(self, format: str, *args: Any) -> None:
            """Keep the test output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer.url = f"http://127.0.0.1:{server.server_address[1]}"
    issuer.document = {
        "issuer": issuer.url,
        "authorization_endpoint": f"{issuer.url}/auth",
        "token_endpoint": f"{issuer.url}/token",
        "jwks_uri": f"{issuer.url}/jwks",
    }
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
