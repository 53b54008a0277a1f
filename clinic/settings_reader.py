"""Reads one environment variable at a time, and turns a value that cannot be used into one clear line."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from clinic.ages import Ages
from clinic.clock import parse_time
from clinic.errors import ClinicError

MIN_SECRET_BYTES = 32
DATABASE_SCHEMES = ("sqlite", "postgresql", "postgresql+psycopg2")


class SettingsError(ClinicError):
    """A setting is missing or has a value that cannot be used; the message names it and says what is expected."""


class Reader:
    """The variables with our prefix. Every method raises SettingsError for a bad value."""

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
