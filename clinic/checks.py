"""Looks for what is misconfigured in an installation, and says in one line each what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import requests

from clinic.container import Container
from clinic.errors import ClinicError
from clinic.settings import Settings
from clinic.texts import LANGUAGES, Texts

TIMEOUT_S = 5.0


def problems(container: Container) -> Iterator[str]:
    """Yield what is wrong, the most basic first; settings that cannot be read were a SettingsError before this."""
    yield from _database(container)
    yield from _texts(container.texts)
    yield from _addresses(container.settings)
    yield from _sms(container.settings)
    yield from _redis(container.settings)
    yield from _login_provider(container.settings)
    yield from _login_key(container)
    yield from _insurer(container.settings)
    yield from _model(container.settings)


def _database(container: Container) -> Iterator[str]:
    try:
        if not container.database.is_current():
            yield "The database is not at the newest schema: run `clinic migrate`."
    except ClinicError as error:
        yield f"{error}. Check CLINIC_DATABASE_URL."
    if not container.settings.is_dev and container.database.is_sqlite:
        yield "CLINIC_DATABASE_URL is SQLite, which serves one machine only: use postgresql:// in production."


def _texts(texts: Texts) -> Iterator[str]:
    keys = {language: texts.keys(language) for language in LANGUAGES}
    for language in LANGUAGES:
        for key in sorted(frozenset().union(*keys.values()) - keys[language]):
            yield f"The text '{key}' is missing in clinic/texts/{language}/."


def _addresses(settings: Settings) -> Iterator[str]:
    if settings.is_dev:
        return
    if urlsplit(settings.public_url).scheme != "https":
        yield "CLINIC_PUBLIC_URL must begin with https:// in production: login links and cookies depend on it."
    if urlsplit(settings.oidc_issuer).scheme != "https":
        yield "CLINIC_OIDC_ISSUER must begin with https:// in production."


def _sms(settings: Settings) -> Iterator[str]:
    values = {
        "CLINIC_TWILIO_ACCOUNT_SID": settings.twilio_account_sid,
        "CLINIC_TWILIO_AUTH_TOKEN": settings.twilio_auth_token,
        "CLINIC_SMS_FROM": settings.sms_from,
    }
    missing = [name for name, value in values.items() if not value]
    if missing and (len(missing) < len(values) or not settings.is_dev):
        yield f"SMS cannot be sent: set {', '.join(missing)}."


def _redis(settings: Settings) -> Iterator[str]:
    if settings.redis_url is None:
        if not settings.is_dev:
            yield "CLINIC_REDIS_URL is not set: with more than one process each counts wrong tries alone."
        return
    import redis

    client = redis.Redis.from_url(settings.redis_url, socket_connect_timeout=TIMEOUT_S, socket_timeout=TIMEOUT_S)
    try:
        client.ping()
    except redis.RedisError as error:
        yield f"Redis does not answer ({type(error).__name__}): check CLINIC_REDIS_URL."
    finally:
        client.close()


def _login_provider(settings: Settings) -> Iterator[str]:
    if settings.is_dev:
        return  # `clinic serve` starts its own provider in development
    address = f"{settings.oidc_issuer}/.well-known/openid-configuration"
    try:
        answer = requests.get(address, timeout=TIMEOUT_S)
        issuer = answer.json().get("issuer") if answer.ok else None
    except (requests.RequestException, ValueError, AttributeError):
        issuer = None
    if issuer is None:
        yield f"The login provider does not answer at {address}: check CLINIC_OIDC_ISSUER."
    elif issuer.rstrip("/") != settings.oidc_issuer:
        yield f"CLINIC_OIDC_ISSUER is {settings.oidc_issuer}, but the provider calls itself {issuer}."


def _login_key(container: Container) -> Iterator[str]:
    try:
        container.login.public_keys()
    except ClinicError as error:
        yield f"{error}."


def _insurer(settings: Settings) -> Iterator[str]:
    if settings.insurer_url is None:
        return
    try:
        # Any answer will do: what is asked for needs a signature and a person.
        requests.get(settings.insurer_url, timeout=TIMEOUT_S, allow_redirects=False)
    except requests.RequestException as error:
        yield f"The insurer does not answer ({type(error).__name__}): check CLINIC_INSURER_URL."


def _model(settings: Settings) -> Iterator[str]:
    if not any(settings.model_dir.glob("*.tar.gz")):
        yield f"There is no trained model in {settings.model_dir}: run `clinic train`."
