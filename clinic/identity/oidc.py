"""The OpenID Connect client: authorization code flow with PKCE (S256), by Authlib over requests.

All calls block; the web layer runs them in a worker thread.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.common.urls import add_params_to_uri
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT

from clinic.identity.broker import Broker
from clinic.identity.client_key import ClientKey
from clinic.identity.discovery import TIMEOUT_S, Discovery
from clinic.identity.id_token import verify_id_token
from clinic.identity.login_errors import (
    IdTokenInvalid,
    LoginCancelled,
    NationalIdMissing,
    ProviderRefused,
    ProviderUnavailable,
    StateUnknown,
)

# What an authorization server answers when it is it, not we, that is in trouble (RFC 6749, section 4.1.2.1).
_TEMPORARY = {"server_error", "temporarily_unavailable"}


@dataclass(frozen=True)
class Identity:
    """Who the provider says logged in. The number is as it came, not yet checked."""

    national_id: str = field(repr=False)
    first_name: str
    last_name: str


class OidcClient:
    """Talks to one provider on behalf of the clinic."""

    def __init__(self, broker: Broker, discovery: Discovery | None = None) -> None:
        self._broker = broker
        self._discovery = discovery or Discovery(broker.issuer)
        self._key = ClientKey.read(broker.private_key) if broker.private_key else None

    def authorization_url(self, *, state: str, nonce: str, code_verifier: str, language: str) -> str:
        """Where to send the browser. `prompt=login`: nobody inherits the login of whoever used this phone last.

        Raises `ProviderUnavailable` when the provider's addresses cannot be read.
        """
        with self._session() as session:
            url, _ = session.create_authorization_url(
                self._discovery.endpoints().authorization,
                state=state,
                code_verifier=code_verifier,
                nonce=nonce,
                prompt="login",
                ui_locales=language,
                **({"acr_values": self._broker.acr_values} if self._broker.acr_values else {}),
            )
        return str(url)

    def public_keys(self) -> dict[str, Any]:
        """Our public key as a JWK set, for the provider to fetch; empty when we use a secret."""
        return {"keys": [self._key.public()] if self._key else []}

    def check_callback(self, *, error: str | None, issuer: str | None) -> None:
        """Refuse a callback that reports an error or comes from another issuer (RFC 9207).

        Raises `LoginCancelled`, `ProviderUnavailable`, `ProviderRefused` or `StateUnknown`.
        """
        if issuer is None and self._discovery.endpoints().names_itself_in_callback:
            raise StateUnknown("The callback does not say which issuer it comes from.")
        if issuer not in (None, self._broker.issuer):
            raise StateUnknown("The callback comes from another issuer.")
        if error == "access_denied":
            raise LoginCancelled("The person cancelled the login.")
        if error in _TEMPORARY:
            raise ProviderUnavailable(f"The login provider reports {error}.")
        if error:
            raise ProviderRefused("The login provider refused the request.")

    def identify(self, *, code: str, code_verifier: str, nonce: str) -> Identity:
        """Exchange the code, verify the ID token and read who it is.

        Raises `ProviderUnavailable`, `ProviderRefused` (wrong or used code, wrong verifier) or an `IdTokenInvalid`.
        """
        tokens = self._exchange(code, code_verifier)
        claims = verify_id_token(
            str(tokens.get("id_token", "")),
            broker=self._broker,
            discovery=self._discovery,
            nonce=nonce,
            access_token=tokens.get("access_token"),
        )
        if self._broker.national_id_claim not in claims:
            claims = {**self._userinfo(tokens, str(claims["sub"])), **claims}
        return self._identity(claims)

    def logout_url(self, back_to: str) -> str | None:
        """Where a browser logs out at the provider (OpenID Connect RP-Initiated Logout 1.0); None where it cannot.

        We say who we are and where to come back to, and give no `id_token_hint`: that would put the national number
        into an address. Raises `ProviderUnavailable`.
        """
        end_session = self._discovery.endpoints().end_session
        if end_session is None:
            return None
        query = {"client_id": self._broker.client_id, "post_logout_redirect_uri": back_to}
        return str(add_params_to_uri(end_session, list(query.items())))

    def _userinfo(self, tokens: dict[str, Any], subject: str) -> dict[str, Any]:
        """What the provider tells of the person beside the ID token; some give the national number only there."""
        address = self._discovery.endpoints().userinfo
        if address is None or not tokens.get("access_token"):
            return {}
        try:
            response = requests.get(
                address, headers={"Authorization": f"Bearer {tokens['access_token']}"}, timeout=TIMEOUT_S
            )
            response.raise_for_status()
            told = response.json()
        except (requests.RequestException, ValueError) as error:
            raise ProviderUnavailable(f"The userinfo endpoint does not answer: {type(error).__name__}.") from None
        if not isinstance(told, dict) or told.get("sub") != subject:
            # OpenID Connect Core 1.0, section 5.3.2: otherwise it is about somebody else.
            raise IdTokenInvalid("The userinfo is about another person than the ID token.")
        return told

    def _exchange(self, code: str, code_verifier: str) -> dict[str, Any]:
        try:
            with self._session() as session:
                tokens = session.fetch_token(
                    self._discovery.endpoints().token,
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=code_verifier,
                    redirect_uri=self._broker.redirect_uri,
                )
        except requests.HTTPError as error:
            raise ProviderUnavailable("The token endpoint answers with a server error.") from error
        except (requests.RequestException, ValueError) as error:
            raise ProviderUnavailable(f"The token endpoint does not answer: {type(error).__name__}.") from error
        except AuthlibBaseError as error:
            raise ProviderRefused(f"The token endpoint refused the code: {error.error}.") from None
        return dict(tokens)

    def _identity(self, claims: dict[str, Any]) -> Identity:
        number = claims.get(self._broker.national_id_claim)
        if not isinstance(number, str) or not number:
            raise NationalIdMissing("The ID token holds no national number.")
        return Identity(
            national_id=number,
            first_name=str(claims.get("given_name") or ""),
            last_name=str(claims.get("family_name") or ""),
        )

    def _session(self) -> OAuth2Session:
        session = OAuth2Session(
            client_id=self._broker.client_id,
            client_secret=self._key.key if self._key else self._broker.client_secret,
            token_endpoint_auth_method=self._broker.token_endpoint_auth_method,
            scope=self._broker.scope,
            redirect_uri=self._broker.redirect_uri,
            code_challenge_method="S256",
            default_timeout=TIMEOUT_S,
        )
        if self._key:
            # The audience of our statement of who we are is the issuer, which every provider knows as its own name.
            session.register_client_auth_method(
                PrivateKeyJWT(self._broker.issuer, headers={"kid": self._key.key_id}, alg=self._key.algorithm)
            )
        return session
