"""What the provider publishes about itself: its endpoints and its signing keys. Cached; several threads may use it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import requests
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from clinic.identity.login_errors import ProviderUnavailable

TIMEOUT_S = 5.0
METADATA_LIFETIME_S = 3600.0
KEYS_LIFETIME_S = 3600.0
# An unknown key id makes us read the keys again, but no oftener than this: forged tokens must not load the provider.
SHORTEST_REFRESH_S = 5.0


@dataclass(frozen=True)
class Endpoints:
    """The addresses from the discovery document that we use."""

    authorization: str
    token: str
    jwks: str
    end_session: str | None
    userinfo: str | None
    names_itself_in_callback: bool


class Discovery:
    """Reads and caches `/.well-known/openid-configuration` and the JWKS of one issuer.

    Raises `ProviderUnavailable` when the provider cannot be reached or publishes something that cannot be used.
    """

    def __init__(self, issuer: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._issuer = issuer
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._endpoints: Endpoints | None = None
        self._endpoints_read_at = 0.0
        self._keys: KeySet | None = None
        self._keys_read_at = 0.0

    def endpoints(self) -> Endpoints:
        """The provider's addresses, at most an hour old."""
        with self._lock:
            return self._current_endpoints()

    def keys_for(self, key_id: str | None) -> KeySet:
        """The provider's public keys; read again when `key_id` is not among them, as happens after a rotation."""
        with self._lock:
            age = self._monotonic() - self._keys_read_at
            if self._keys is None or age > KEYS_LIFETIME_S:
                return self._read_keys()
            known = key_id is None or any(key.kid == key_id for key in self._keys)
            return self._keys if known or age < SHORTEST_REFRESH_S else self._read_keys()

    def _current_endpoints(self) -> Endpoints:
        if self._endpoints is None or self._monotonic() - self._endpoints_read_at > METADATA_LIFETIME_S:
            self._endpoints = self._read_endpoints()
            self._endpoints_read_at = self._monotonic()
        return self._endpoints

    def _read_endpoints(self) -> Endpoints:
        document = _get_json(f"{self._issuer}/.well-known/openid-configuration")
        if document.get("issuer") != self._issuer:
            raise ProviderUnavailable("The discovery document is for another issuer than CLINIC_OIDC_ISSUER.")
        try:
            return Endpoints(
                authorization=str(document["authorization_endpoint"]),
                token=str(document["token_endpoint"]),
                jwks=str(document["jwks_uri"]),
                end_session=document.get("end_session_endpoint"),
                userinfo=document.get("userinfo_endpoint"),
                names_itself_in_callback=bool(document.get("authorization_response_iss_parameter_supported")),
            )
        except KeyError as error:
            raise ProviderUnavailable(f"The discovery document lacks {error}.") from error

    def _read_keys(self) -> KeySet:
        try:
            self._keys = KeySet.import_key_set({"keys": _get_json(self._current_endpoints().jwks)["keys"]})
        except (KeyError, TypeError, ValueError, JoseError) as error:
            raise ProviderUnavailable("The provider's key set cannot be read.") from error
        self._keys_read_at = self._monotonic()
        return self._keys


def _get_json(url: str) -> dict[str, Any]:
    try:
        response = requests.get(url, timeout=TIMEOUT_S, headers={"Accept": "application/json"})
        response.raise_for_status()
        document = response.json()
    except requests.RequestException as error:
        raise ProviderUnavailable(f"The login provider does not answer: {type(error).__name__}.") from error
    if not isinstance(document, dict):
        raise ProviderUnavailable("The login provider answers with something that is not a JSON object.")
    return document
