"""Settings, read from environment variables with the prefix CLINIC_; docs/settings.md lists them all.

A secret may also be given as a file: CLINIC_SECRET_KEY_FILE=/run/secrets/key instead of CLINIC_SECRET_KEY.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from clinic.ages import Ages
from clinic.clock import parse_time
from clinic.errors import ClinicError

MIN_SECRET_BYTES = 32
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
BROKERS = ("other", "bankid", "signicat", "idura", "idporten")
DATABASE_SCHEMES = ("sqlite", "postgresql", "postgresql+psycopg2")


class SettingsError(ClinicError):
    """A setting is missing or has a value that cannot be used; the message names it and says what is expected."""


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
        reader = _Reader(os.environ if environ is None else environ)
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


class _Reader:
    """Reads one variable at a time and turns a bad value into a SettingsError."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def optional(self, name: str) -> str | None:
        value = self._environ.get(f"CLINIC_{name}", "").strip()
        if not value and name == "PORT":  # the name most hosting services and `make run` use
            value = self._environ.get("PORT", "").strip()
        return value or None

    def text(self, name: str, default: str) -> str:
        return self.optional(name) or default

    def required(self, name: str, default: str | None) -> str:
        value = self.optional(name) or default
        if value is None:
            raise SettingsError(f"CLINIC_{name} must be set when CLINIC_ENV=prod")
        return value

    def choice(self, name: str, allowed: tuple[str, ...], default: str, upper: bool = False) -> str:
        value = self.text(name, default)
        value = value.upper() if upper else value
        if value not in allowed:
            raise SettingsError(f"CLINIC_{name} must be one of {', '.join(allowed)}, not '{value}'")
        return value

    def number(self, name: str, default: int, low: int, high: int) -> int:
        value = self.text(name, str(default))
        if not value.isascii() or not value.isdigit() or not low <= int(value) <= high:
            raise SettingsError(f"CLINIC_{name} must be a whole number from {low} to {high}, not '{value}'")
        return int(value)

    def url(self, name: str, default: str | None, schemes: tuple[str, ...]) -> str | None:
        value = self.optional(name) or default
        if value is None:
            return None
        if not _is_address(value, schemes):
            # The value itself is not shown: such addresses may hold passwords.
            beginnings = " or ".join(f"{scheme}://" for scheme in schemes)
            raise SettingsError(f"CLINIC_{name} must be an address that begins with {beginnings}")
        return value.rstrip("/")

    def required_url(self, name: str, default: str | None) -> str:
        self.required(name, default)
        value = self.url(name, default, ("http", "https"))
        assert value is not None
        return value

    def database(self, name: str, default: str) -> str:
        value = self.text(name, default)
        scheme, separator, rest = value.partition("://")
        if scheme not in DATABASE_SCHEMES or not separator:
            raise SettingsError(f"CLINIC_{name} must begin with sqlite:/// or postgresql://")
        if scheme == "sqlite" and (not rest.strip("/") or ":memory:" in rest):
            raise SettingsError(f"CLINIC_{name} must name a file, such as sqlite:///var/clinic.db")
        return value

    def optional_database(self, name: str) -> str | None:
        return self.database(name, "") if self.optional(name) else None

    def fixed_time(self, dev: bool) -> str | None:
        value = self.optional("NOW")
        if value is None:
            return None
        if not dev:
            raise SettingsError("CLINIC_NOW is for development only: unset it, or set CLINIC_ENV=dev")
        try:
            parse_time(value)
        except ValueError:
            raise SettingsError(
                f"CLINIC_NOW must be an ISO time such as 2026-03-01T23:10:00+01:00, not '{value}'"
            ) from None
        return value

    def secret(self, name: str) -> str | None:
        value, file = self.optional(name), self.optional(f"{name}_FILE")
        if value and file:
            raise SettingsError(f"Set either CLINIC_{name} or CLINIC_{name}_FILE, not both")
        if not file:
            return value
        try:
            content = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
            raise SettingsError(f"CLINIC_{name}_FILE cannot be read: {file} ({reason})") from None
        if not content:
            raise SettingsError(f"CLINIC_{name}_FILE is empty: {file}")
        return content

    def required_secret(self, name: str, default: str | None) -> str:
        value = self.secret(name) or default
        if value is None:
            raise SettingsError(f"CLINIC_{name} or CLINIC_{name}_FILE must be set when CLINIC_ENV=prod")
        return value

    def ages(self) -> Ages:
        ages = Ages(
            heard_alone=self.number("AGE_HEARD_ALONE", Ages.heard_alone, low=1, high=18),
            own_decision=self.number("AGE_OWN_DECISION", Ages.own_decision, low=12, high=18),
        )
        if ages.heard_alone > ages.own_decision:
            raise SettingsError("CLINIC_AGE_HEARD_ALONE must not be above CLINIC_AGE_OWN_DECISION")
        return ages

    def insurer_key(self, url: str | None, dev: bool) -> str | None:
        key = self.secret("INSURER_KEY")
        if url is None:
            return key
        if not dev and not url.startswith("https://"):
            raise SettingsError("CLINIC_INSURER_URL must begin with https:// when CLINIC_ENV=prod")
        if key is None or len(key) < MIN_SECRET_BYTES:
            raise SettingsError(
                f"CLINIC_INSURER_KEY or CLINIC_INSURER_KEY_FILE must hold at least {MIN_SECRET_BYTES} characters "
                "when CLINIC_INSURER_URL is set"
            )
        return key

    def secret_key(self, dev: bool, var_dir: Path) -> bytes:
        value = self.secret("SECRET_KEY")
        if value is None and not dev:
            raise SettingsError("CLINIC_SECRET_KEY or CLINIC_SECRET_KEY_FILE must be set when CLINIC_ENV=prod")
        key = value.encode() if value is not None else _development_key(var_dir / "secret.key")
        if len(key) < MIN_SECRET_BYTES:
            raise SettingsError(f"CLINIC_SECRET_KEY must be at least {MIN_SECRET_BYTES} characters long")
        return key


def _is_address(value: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in schemes and bool(parts.netloc or parts.scheme == "unix")


def _development_key(path: Path) -> bytes:
    """Return the key of this working copy; made on first use, readable by its owner only."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            return path.read_bytes().strip()
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        return path.read_bytes().strip()
    except OSError as error:
        raise SettingsError(f"The development key cannot be kept in {path} ({error.strerror})") from None
