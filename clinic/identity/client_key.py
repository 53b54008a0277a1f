"""Our own private key at the login provider, with which we sign who we are (RFC 7523, `private_key_jwt`)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from clinic.settings import SettingsError

_ALGORITHM_OF_CURVE = {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}


@dataclass(frozen=True)
class ClientKey:
    """An RSA or elliptic-curve key. `key_id` is its thumbprint (RFC 7638) unless it has a name of its own."""

    key: RSAKey | ECKey = field(repr=False)
    algorithm: str
    key_id: str

    @classmethod
    def read(cls, text: str) -> ClientKey:
        """Read PEM or JWK. Raises SettingsError, which does not repeat the key."""
        for kind in (RSAKey, ECKey):
            try:
                key = kind.import_key(json.loads(text) if text.lstrip().startswith("{") else text)
            except (JoseError, ValueError, KeyError, TypeError):
                continue
            if not key.is_private:
                break
            curve = key.curve_name if isinstance(key, ECKey) else None
            return cls(key, _ALGORITHM_OF_CURVE.get(curve or "", "RS256"), key.kid or key.thumbprint())
        raise SettingsError("CLINIC_OIDC_PRIVATE_KEY must be a private RSA or elliptic-curve key, as PEM or JWK")

    def public(self) -> dict[str, Any]:
        """The public half as a JWK, to register at the provider."""
        return {**self.key.as_dict(private=False), "kid": self.key_id, "alg": self.algorithm, "use": "sig"}
