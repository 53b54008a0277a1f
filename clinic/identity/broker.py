"""How we are registered at the OpenID Connect provider that fronts BankID."""

from __future__ import annotations

from dataclasses import dataclass

from clinic.settings import Settings

CALLBACK_PATH = "/login/callback"


@dataclass(frozen=True)
class Broker:
    """One client registration at one provider; brokers differ in claim names and level names, in nothing else.

    `levels` are the accepted values of `acr`, in the order we ask for them; empty means that any level is accepted.
    """

    issuer: str
    client_id: str
    client_secret: str
    redirect_uri: str
    national_id_claim: str
    levels: tuple[str, ...] = ()
    scope: str = "openid profile"
    token_endpoint_auth_method: str = "client_secret_post"

    @classmethod
    def from_settings(cls, settings: Settings) -> Broker:
        """The registration that the settings describe; `CLINIC_OIDC_ACR` may hold several levels."""
        return cls(
            issuer=settings.oidc_issuer.rstrip("/"),
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret,
            redirect_uri=settings.public_url.rstrip("/") + CALLBACK_PATH,
            national_id_claim=settings.oidc_national_id_claim,
            levels=tuple(settings.oidc_acr.split()),
        )
