"""How we are registered at the OpenID Connect provider that fronts BankID.

`docs/brokers.md` says where to register each of them and what to fill in; sources of the names stand there too.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from clinic.settings import Settings

CALLBACK_PATH = "/login/callback"
LOGGED_OUT_PATH = "/login/out/done"


@dataclass(frozen=True)
class Preset:
    """What a broker calls things. `levels` are the values accepted; `asked` what is asked for, when that differs.

    `level_claims`: where the level stands in the ID token, the first that is there counts. `methods`: accepted values
    of `amr`, none for any.
    """

    national_id_claim: str
    levels: tuple[str, ...]
    scope: str
    level_claims: tuple[str, ...] = ("acr",)
    asked: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()


PRESETS = {
    # BankID by itself. Biometric BankID comes back as LOA=3 ("substantial") and is refused.
    "bankid": Preset("nnin_altsub", ("urn:bankid:bid;LOA=4",), "openid profile nnin_altsub", methods=("BID",)),
    "signicat": Preset(
        "nin", ("urn:bankid:bid;LOA=4",), "openid profile nin nbid-extra", ("nbid_acr",), asked=("idp:nbid",)
    ),
    "idura": Preset(
        "socialno", ("urn:grn:authn:no:bankid:high",), "openid ssn", level_claims=("acr", "authenticationtype")
    ),
    "idporten": Preset("pid", ("idporten-loa-high",), "openid profile"),
}
"""By the value of CLINIC_OIDC_BROKER; "other" is described by the other settings alone."""


@dataclass(frozen=True)
class Broker:
    """One client registration at one provider; brokers differ in the names of claims and levels, and little else.

    `levels` are the accepted levels; empty means that any level is accepted. With `private_key` (PEM or JWK) we prove
    who we are by a signed assertion (RFC 7523, `private_key_jwt`), else by the secret.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str
    national_id_claim: str
    levels: tuple[str, ...] = ()
    scope: str = "openid profile"
    level_claims: tuple[str, ...] = ("acr",)
    asked: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    private_key: str | None = field(default=None, repr=False)

    @property
    def token_endpoint_auth_method(self) -> str:
        """How we prove who we are, as OpenID Connect names it."""
        return "private_key_jwt" if self.private_key else "client_secret_post"

    @property
    def acr_values(self) -> str:
        """The levels to ask for; which one came back is checked all the same."""
        return " ".join(self.asked or self.levels)

    @classmethod
    def from_settings(cls, settings: Settings) -> Broker:
        """The registration that the settings describe: a preset, where what is set by itself comes first."""
        preset = PRESETS.get(settings.oidc_broker, Preset("nin", (), "openid profile"))
        own_levels = tuple((settings.oidc_acr or "").split())
        return cls(
            issuer=settings.oidc_issuer.rstrip("/"),
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret or "",
            redirect_uri=settings.public_url.rstrip("/") + CALLBACK_PATH,
            national_id_claim=settings.oidc_national_id_claim or preset.national_id_claim,
            levels=own_levels or preset.levels,
            scope=settings.oidc_scope or preset.scope,
            level_claims=preset.level_claims,
            asked=() if own_levels else preset.asked,
            methods=tuple((settings.oidc_amr or "").split()) or preset.methods,
            private_key=settings.oidc_private_key,
        )
