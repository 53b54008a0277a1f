"""Verification of the ID token (OpenID Connect Core 1.0, section 3.1.3.7), by joserfc and Authlib.

The times in the token are compared with the real clock, never with `CLINIC_NOW`, which the provider does not know.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jws, jwt
from joserfc.errors import ClaimError, JoseError

from clinic.identity.broker import Broker
from clinic.identity.discovery import Discovery
from clinic.identity.login_errors import (
    IdTokenExpired,
    IdTokenForOther,
    IdTokenFromOther,
    IdTokenInvalid,
    IdTokenReplayed,
    IdTokenUnsigned,
    LevelTooLow,
)

# Asymmetric signatures only: "none" is no signature, and HS256 would let anyone who knows the client secret sign.
ALGORITHMS = ("RS256", "ES256", "PS256")
CLOCK_SKEW_S = 60
LONGEST_AGE_S = 600
"""Seconds since `iat`; the token comes straight from the provider."""

_ERROR_OF_CLAIM: dict[str, type[IdTokenInvalid]] = {
    "iss": IdTokenFromOther,
    "aud": IdTokenForOther,
    "azp": IdTokenForOther,
    "exp": IdTokenExpired,
    "iat": IdTokenExpired,
    "nbf": IdTokenExpired,
    "nonce": IdTokenReplayed,
}


def verify_id_token(
    encoded: str, *, broker: Broker, discovery: Discovery, nonce: str, access_token: str | None = None
) -> dict[str, Any]:
    """The claims of a token that is genuine, ours, fresh, for this login and of the right level.

    Raises a subclass of `IdTokenInvalid` that names what is wrong, or `ProviderUnavailable` (keys cannot be read).
    """
    token = _check_signature(encoded, discovery)
    options: dict[str, Any] = {
        "iss": {"essential": True, "value": broker.issuer},
        "aud": {"essential": True, "value": broker.client_id},
        "nonce": {"essential": True, "value": nonce},
    }
    claims = CodeIDToken(
        token.claims,
        token.header,
        options=options,
        params={"nonce": nonce, "client_id": broker.client_id, "access_token": access_token},
    )
    try:
        claims.validate(now=int(time.time()), leeway=CLOCK_SKEW_S)
    except ClaimError as error:
        # When several claims are missing, joserfc names them all, with commas between.
        named = _ERROR_OF_CLAIM.get(error.claim.split(",")[0], IdTokenInvalid)
        raise named(f"ID token refused: {error.error}, {error.claim}.") from None
    except JoseError as error:
        raise IdTokenInvalid(f"ID token refused: {error.error}.") from None
    _check_age(claims)
    _check_level(claims, broker)
    return dict(claims)


def _check_age(claims: Mapping[str, Any]) -> None:
    """The code was exchanged a moment ago, so the token cannot be old."""
    issued_at = claims.get("iat")
    if not isinstance(issued_at, (int, float)) or time.time() - issued_at > LONGEST_AGE_S + CLOCK_SKEW_S:
        raise IdTokenExpired("ID token refused: it was issued long ago.")


def _check_level(claims: Mapping[str, Any], broker: Broker) -> None:
    """The level and the method that came back count, not the ones that were asked for."""
    level = next((claims[name] for name in broker.level_claims if name in claims), None)
    if broker.levels and level not in broker.levels:
        raise LevelTooLow("ID token refused: its level is not one that we accept.")
    methods = claims.get("amr") or ()
    came_by = set(methods.split() if isinstance(methods, str) else methods)
    if broker.methods and not came_by & set(broker.methods):
        raise LevelTooLow("ID token refused: its login method is not one that we accept.")


def _check_signature(encoded: str, discovery: Discovery) -> jwt.Token:
    try:
        header = jws.extract_compact(encoded.encode("ascii")).headers()
        if header.get("alg") not in ALGORITHMS:
            raise IdTokenUnsigned("ID token refused: its algorithm is not one of ours.")
        keys = discovery.keys_for(header.get("kid"))
        token = jwt.decode(encoded, keys, algorithms=ALGORITHMS)
    except (JoseError, ValueError) as error:
        raise IdTokenUnsigned(f"ID token refused: {type(error).__name__}.") from None
    if not isinstance(token.claims, dict):
        raise IdTokenInvalid("ID token refused: its payload is not an object.")
    return token
