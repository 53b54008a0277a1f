"""Settings, read from environment variables with the prefix CLINIC_; docs/settings.md lists them all.

A secret may also be given as a file: CLINIC_SECRET_KEY_FILE=/run/secrets/key instead of CLINIC_SECRET_KEY.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from clinic.ages import Ages
from clinic.settings_reader import Reader, SettingsError

__all__ = ["Settings", "SettingsError"]

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
BROKERS = ("other", "bankid", "signicat", "idura", "idporten")


@dataclass(frozen=True)
class Settings:
    """Everything that may differ between one installation and another. Build it with `from_env`."""

    env: str
    host: str
    port: int
    database_url: str
    tracker_url: str | None
    redis_url: str | None
    public_url: str
    now: str | None
    secret_key: bytes = field(repr=False)
    oidc_issuer: str
    oidc_port: int
    oidc_client_id: str
    oidc_client_secret: str | None = field(repr=False)
    oidc_private_key: str | None = field(repr=False)
    oidc_broker: str
    oidc_national_id_claim: str | None
    oidc_scope: str | None
    oidc_acr: str | None
    oidc_amr: str | None
    login_ttl_s: int
    login_session_s: int
    policy_tries_person: int
    policy_tries_address: int
    proxies: int
    insurer_url: str | None
    insurer_key: str | None = field(repr=False)
    insurer_cache_s: int
    ages: Ages
    twilio_account_sid: str | None
    twilio_auth_token: str | None = field(repr=False)
    sms_from: str | None
    log_level: str
    var_dir: Path
    model_dir: Path

    @property
    def is_dev(self) -> bool:
        """Return whether this is a developer's machine: synthetic persons, a login provider of our own, no sending."""
        return self.env == "dev"

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the settings; in development a missing secret key is made once and kept in `var_dir/secret.key`.

        Raises:
            SettingsError: one clear line about the first setting that cannot be used.
        """
        reader = Reader(os.environ if environ is None else environ)
        env = reader.choice("ENV", ("dev", "prod"), "dev")
        dev = env == "dev"
        var_dir = Path(reader.text("VAR_DIR", "var"))
        port = reader.number("PORT", 5005, low=1, high=65535)
        broker = reader.choice("OIDC_BROKER", BROKERS, "other")
        insurer_url = reader.url("INSURER_URL", None, ("http", "https"))
        acr, private_key = reader.optional("OIDC_ACR"), reader.secret("OIDC_PRIVATE_KEY")
        oidc_port = reader.number("OIDC_PORT", port + 1, low=1, high=65535)
        return cls(
            env=env,
            host=reader.text("HOST", "127.0.0.1"),
            port=port,
            database_url=reader.database("DATABASE_URL", f"sqlite:///{var_dir}/clinic.db"),
            tracker_url=reader.optional_database("TRACKER_URL"),
            redis_url=reader.url("REDIS_URL", None, ("redis", "rediss", "unix")),
            public_url=reader.required_url("PUBLIC_URL", f"http://127.0.0.1:{port}" if dev else None),
            now=reader.fixed_time(dev),
            secret_key=reader.secret_key(dev, var_dir),
            oidc_issuer=reader.required_url("OIDC_ISSUER", f"http://127.0.0.1:{oidc_port}" if dev else None),
            oidc_port=oidc_port,
            oidc_client_id=reader.required("OIDC_CLIENT_ID", "hjemmelegene-intake" if dev else None),
            oidc_client_secret=(
                reader.secret("OIDC_CLIENT_SECRET")
                if private_key
                else reader.required_secret("OIDC_CLIENT_SECRET", "dev-only-client-secret" if dev else None)
            ),
            oidc_private_key=private_key,
            oidc_broker=broker,
            oidc_national_id_claim=reader.optional("OIDC_NATIONAL_ID_CLAIM"),
            oidc_scope=reader.optional("OIDC_SCOPE"),
            oidc_acr=reader.required("OIDC_ACR", "high" if dev else None) if broker == "other" else acr,
            oidc_amr=reader.optional("OIDC_AMR"),
            login_ttl_s=reader.number("LOGIN_TTL_S", 600, low=30, high=3600),
            login_session_s=reader.number("LOGIN_SESSION_S", 1800, low=60, high=86400),
            policy_tries_person=reader.number("POLICY_TRIES_PERSON", 5, low=1, high=100000),
            policy_tries_address=reader.number("POLICY_TRIES_ADDRESS", 20, low=1, high=100000),
            insurer_url=insurer_url,
            insurer_key=reader.insurer_key(insurer_url, dev),
            insurer_cache_s=reader.number("INSURER_CACHE_S", 600, low=1, high=86400),
            ages=reader.ages(),
            proxies=reader.number("PROXIES", 0, low=0, high=5),
            twilio_account_sid=reader.optional("TWILIO_ACCOUNT_SID"),
            twilio_auth_token=reader.secret("TWILIO_AUTH_TOKEN"),
            sms_from=reader.optional("SMS_FROM"),
            log_level=reader.choice("LOG_LEVEL", LOG_LEVELS, "INFO", upper=True),
            var_dir=var_dir,
            model_dir=Path(reader.text("MODEL_DIR", "bot/models")),
        )
