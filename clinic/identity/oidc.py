"""The OpenID Connect client: authorization code flow with PKCE (S256), by Authlib over requests.

All calls block; the web layer runs them in a worker thread.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session

from clinic.identity.broker import Broker
from clinic.identity.discovery import TIMEOUT_S, Discovery
from clinic.identity.id_token import verify_id_token
from clinic.identity.login_errors import (
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
                **({"acr_values": " ".join(self._broker.levels)} if self._broker.levels else {}),
            )
        return str(url)

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
        return self._identity(claims)

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
        return OAuth2Session(
            client_id=self._broker.client_id,
            client_secret=self._broker.client_secret,
            token_endpoint_auth_method=self._broker.token_endpoint_auth_method,
            scope=self._broker.scope,
            redirect_uri=self._broker.redirect_uri,
            code_challenge_method="S256",
            default_timeout=TIMEOUT_S,
        )
