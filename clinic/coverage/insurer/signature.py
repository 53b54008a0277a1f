"""Signs each question to the insurer: a JSON Web Signature over who asks what of whom, good for a minute and once."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from typing import Any

from joserfc import jwt
from joserfc.jwk import OctKey

ISSUER = "hjemmelegene"
LIFETIME_S = 60


def body_hash(body: bytes) -> str:
    """The SHA-256 of a body, as base64url without padding."""
    return base64.urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=").decode()


class RequestSignature:
    """Makes the `Authorization` header. The insurer checks it with the same key (HS256)."""

    def __init__(self, key: str, audience: str, path: str) -> None:
        self._key = OctKey.import_key(key)
        self._audience = audience
        self._path = path

    def sign(self, question: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
        """The body to send and the headers that go with it; new ones for each try."""
        body = json.dumps(question).encode()
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": self._audience,
            "iat": now,
            "exp": now + LIFETIME_S,
            "jti": secrets.token_urlsafe(16),
            "method": "POST",
            "path": self._path,
            "body_sha256": body_hash(body),
        }
        token = jwt.encode({"alg": "HS256", "typ": "JWT"}, claims, self._key)
        return body, {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
