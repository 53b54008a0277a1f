"""ID tokens that must be refused, signed by real keys and checked against keys fetched over HTTP."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey, RSAKey

from clinic.identity.broker import Broker
from clinic.identity.discovery import SHORTEST_REFRESH_S, Discovery
from clinic.identity.id_token import verify_id_token
from clinic.identity.login_errors import (
    IdTokenExpired,
    IdTokenForOther,
    IdTokenFromOther,
    IdTokenInvalid,
    IdTokenReplayed,
    IdTokenUnsigned,
    LevelTooLow,
    ProviderUnavailable,
)
from tests.support.issuer import CLIENT_ID, NONCE, Issuer, new_key, running_issuer, sign


@pytest.fixture(scope="module")
def shared_issuer() -> Iterator[Issuer]:
    with running_issuer() as issuer:
        issuer.add_key("first")
        issuer.add_key("elliptic", ECKey)
        yield issuer


@pytest.fixture
def issuer(shared_issuer: Issuer) -> Issuer:
    shared_issuer.key_fetches = 0
    return shared_issuer


def verify(issuer: Issuer, token: str, discovery: Discovery | None = None) -> dict[str, Any]:
    broker = Broker(
        issuer.url, CLIENT_ID, "secret", "http://127.0.0.1/login/callback", "nin", levels=("high", "higher")
    )
    return verify_id_token(token, broker=broker, discovery=discovery or Discovery(issuer.url), nonce=NONCE)


def test_faultless_tokens_are_accepted(issuer: Issuer) -> None:
    rsa, elliptic = issuer.keys[:2]
    for token in (
        sign(issuer.claims(), rsa),
        sign(issuer.claims(), rsa, "PS256"),
        sign(issuer.claims(acr="higher"), elliptic, "ES256"),
        sign(issuer.claims(aud=[CLIENT_ID]), rsa),
        sign(issuer.claims(aud=[CLIENT_ID, "other"], azp=CLIENT_ID), rsa),
    ):
        assert verify(issuer, token)["nin"]


now = int(time.time())


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"iss": "https://evil.example"}, IdTokenFromOther),
        ({"iss": None}, IdTokenFromOther),
        ({"aud": "another-client"}, IdTokenForOther),
        ({"aud": ["another-client"]}, IdTokenForOther),
        ({"aud": None}, IdTokenForOther),
        ({"aud": [CLIENT_ID, "another-client"]}, IdTokenForOther),
        ({"azp": "another-client"}, IdTokenForOther),
        ({"exp": now - 3600}, IdTokenExpired),
        ({"exp": None}, IdTokenExpired),
        ({"exp": "tomorrow"}, IdTokenExpired),
        ({"iat": now + 3600}, IdTokenExpired),
        ({"iat": None}, IdTokenExpired),
        ({"nbf": now + 3600}, IdTokenExpired),
        ({"nonce": "another"}, IdTokenReplayed),
        ({"nonce": None}, IdTokenReplayed),
        ({"nonce": ["nonce-of-this-login", "x"]}, IdTokenReplayed),
        ({"acr": "substantial"}, LevelTooLow),
        ({"acr": None}, LevelTooLow),
        ({"acr": ""}, LevelTooLow),
        ({"sub": None}, IdTokenInvalid),
    ],
)
def test_wrong_claims(issuer: Issuer, changes: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error) as refused:
        verify(issuer, sign(issuer.claims(**changes), issuer.keys[0]))
    assert "05847900166" not in str(refused.value)


def test_clock_may_be_a_minute_off(issuer: Issuer) -> None:
    seconds = int(time.time())
    assert verify(issuer, sign(issuer.claims(iat=seconds + 30, exp=seconds + 300), issuer.keys[0]))
    assert verify(issuer, sign(issuer.claims(exp=seconds - 30), issuer.keys[0]))


def part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_unsigned_tokens(issuer: Issuer) -> None:
    for alg in ("none", "None", "NONE", ""):
        for signature in ("", "c2ln"):
            with pytest.raises(IdTokenUnsigned):
                verify(issuer, f"{part({'alg': alg, 'kid': 'first'})}.{part(issuer.claims())}.{signature}")


def test_signature_is_cut_off_or_exchanged(issuer: Issuer) -> None:
    head, body, signature = sign(issuer.claims(), issuer.keys[0]).split(".")
    other = part(issuer.claims(nin="another"))
    for token in (
        f"{head}.{body}.",
        f"{head}.{other}.{signature}",
        f"{head}.{body}",
        f"{head}.{body}.{signature[:-4]}AAAA",
    ):
        with pytest.raises(IdTokenUnsigned):
            verify(issuer, token)


def test_public_key_used_as_a_shared_secret(issuer: Issuer) -> None:
    key = issuer.keys[0]
    assert isinstance(key, RSAKey)
    # By hand: joserfc itself refuses to sign with a public key.
    signed = f"{part({'alg': 'HS256', 'kid': 'first'})}.{part(issuer.claims())}"
    signature = hmac.digest(key.as_pem(private=False), signed.encode(), "sha256")
    with pytest.raises(IdTokenUnsigned):
        verify(issuer, f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}")


def test_client_secret_used_as_a_shared_secret(issuer: Issuer) -> None:
    with pytest.raises(IdTokenUnsigned):
        verify(issuer, sign(issuer.claims(), OctKey.import_key("secret" * 8), "HS256", kid="first"))


def test_wrong_key(issuer: Issuer) -> None:
    stranger = new_key("stranger")
    for kid in (None, "first"):
        with pytest.raises(IdTokenUnsigned):
            verify(issuer, sign(issuer.claims(), stranger, kid=kid))


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "…", "." * 500, "eyJhbGciOiJSUzI1NiJ9.W10.AAAA"])
def test_not_a_token(issuer: Issuer, token: str) -> None:
    with pytest.raises(IdTokenUnsigned):
        verify(issuer, token)


def test_new_key_of_the_provider_is_fetched_once(issuer: Issuer) -> None:
    seconds = 0.0
    discovery = Discovery(issuer.url, monotonic=lambda: seconds)
    verify(issuer, sign(issuer.claims(), issuer.keys[0]), discovery)
    verify(issuer, sign(issuer.claims(), issuer.keys[0]), discovery)
    assert issuer.key_fetches == 1

    rotated = issuer.add_key("rotated")
    seconds += SHORTEST_REFRESH_S
    verify(issuer, sign(issuer.claims(), rotated), discovery)
    assert issuer.key_fetches == 2

    for _ in range(20):
        with pytest.raises(IdTokenUnsigned):
            verify(issuer, sign(issuer.claims(), new_key("forged")), discovery)
    assert issuer.key_fetches == 2


def test_discovery_document_of_another_issuer_is_refused(issuer: Issuer) -> None:
    with running_issuer() as impostor:
        impostor.document["issuer"] = issuer.url
        with pytest.raises(ProviderUnavailable):
            Discovery(impostor.url).endpoints()


@pytest.mark.parametrize("lost", ["token_endpoint", "jwks_uri", "issuer"])
def test_incomplete_discovery_document(lost: str) -> None:
    with running_issuer() as issuer:
        del issuer.document[lost]
        with pytest.raises(ProviderUnavailable):
            Discovery(issuer.url).endpoints()


def test_provider_without_keys() -> None:
    with running_issuer() as issuer, pytest.raises(ProviderUnavailable):
        verify(issuer, sign(issuer.claims(), new_key("any")))
