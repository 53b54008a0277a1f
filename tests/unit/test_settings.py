"""Settings: defaults that work, secrets from files, and one clear line for each bad value."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from clinic.clock import FixedClock
from clinic.container import Container
from clinic.settings import Settings, SettingsError

KEY = "a key that is long enough for anything"
PRODUCTION = {
    "CLINIC_ENV": "prod",
    "CLINIC_SECRET_KEY": KEY,
    "CLINIC_PUBLIC_URL": "https://lege.example",
    "CLINIC_OIDC_ISSUER": "https://login.example",
    "CLINIC_OIDC_CLIENT_ID": "a",
    "CLINIC_OIDC_CLIENT_SECRET": "b",
    "CLINIC_OIDC_ACR": "high",
}


def read(tmp_path: Path, **environ: str) -> Settings:
    return Settings.from_env({"CLINIC_VAR_DIR": str(tmp_path / "var"), **environ})


def test_development_needs_nothing(tmp_path: Path) -> None:
    settings = read(tmp_path)
    assert settings.is_dev
    assert (settings.port, settings.oidc_port) == (5005, 5006)
    assert settings.public_url == "http://127.0.0.1:5005"
    assert settings.oidc_issuer == "http://127.0.0.1:5006"
    assert settings.database_url == f"sqlite:///{tmp_path}/var/clinic.db"


def test_the_development_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    first, second = read(tmp_path), read(tmp_path)
    assert first.secret_key == second.secret_key and len(first.secret_key) >= 32
    assert stat.S_IMODE((tmp_path / "var" / "secret.key").stat().st_mode) == 0o600


def test_port_moves_everything_that_follows_it(tmp_path: Path) -> None:
    settings = read(tmp_path, PORT="7000")
    assert (settings.port, settings.oidc_port, settings.public_url) == (7000, 7001, "http://127.0.0.1:7000")
    assert read(tmp_path, PORT="7000", CLINIC_PORT="8000").port == 8000


def test_secrets_may_stand_in_files(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("  from the file\n")
    assert read(tmp_path, CLINIC_TWILIO_AUTH_TOKEN_FILE=str(file)).twilio_auth_token == "from the file"


def test_secrets_are_left_out_of_repr(tmp_path: Path) -> None:
    settings = read(
        tmp_path, CLINIC_SECRET_KEY=KEY, CLINIC_OIDC_CLIENT_SECRET="client-hush", CLINIC_TWILIO_AUTH_TOKEN="sms-hush"
    )
    assert KEY not in repr(settings) and "hush" not in repr(settings)


def test_the_clock_may_be_fixed_in_development(tmp_path: Path) -> None:
    container = Container(read(tmp_path, CLINIC_NOW="2026-03-01T23:10:00"))
    assert container.clock.now().isoformat() == "2026-03-01T22:10:00+00:00"
    assert FixedClock("2026-07-01T23:10:00Z").now().isoformat() == "2026-07-01T23:10:00+00:00"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("CLINIC_ENV", "staging", "one of dev, prod"),
        ("CLINIC_PORT", "http", "whole number from 1 to 65535"),
        ("CLINIC_PORT", "65536", "whole number from 1 to 65535"),
        ("CLINIC_PORT", "٥٠٠٥", "whole number"),
        ("PORT", "-1", "whole number"),
        ("CLINIC_LOGIN_TTL_S", "1", "from 30 to 3600"),
        ("CLINIC_DATABASE_URL", "mysql://host/db", "sqlite:/// or postgresql://"),
        ("CLINIC_DATABASE_URL", "sqlite://", "must name a file"),
        ("CLINIC_DATABASE_URL", "sqlite:///:memory:", "must name a file"),
        ("CLINIC_REDIS_URL", "localhost:6379", "redis://"),
        ("CLINIC_PUBLIC_URL", "lege.example", "http:// or https://"),
        ("CLINIC_PUBLIC_URL", "http://[::1", "http:// or https://"),
        ("CLINIC_LOG_LEVEL", "loud", "DEBUG, INFO, WARNING, ERROR"),
        ("CLINIC_NOW", "yesterday", "ISO time"),
        ("CLINIC_SECRET_KEY", "short", "at least 32"),
        ("CLINIC_OIDC_BROKER", "vipps", "bankid, signicat, idura, idporten"),
        ("CLINIC_INSURER_URL", "insurer.example", "http:// or https://"),
        ("CLINIC_AGE_OWN_DECISION", "11", "from 12 to 18"),
        ("CLINIC_AGE_HEARD_ALONE", "17", "must not be above"),
        ("CLINIC_PROXIES", "all", "from 0 to 5"),
        ("CLINIC_SECRET_KEY_FILE", "/nowhere/key", "cannot be read"),
    ],
)
def test_a_bad_value_is_one_clear_line(tmp_path: Path, name: str, value: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(tmp_path, **{name: value})
    message = str(caught.value)
    assert said in message and name in message.replace("CLINIC_PORT", "CLINIC_PORT PORT") and "\n" not in message


def test_addresses_with_passwords_are_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        read(tmp_path, CLINIC_REDIS_URL="rediss//:hunter2@host")
    assert "hunter2" not in str(caught.value)


def test_a_secret_is_given_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="not both"):
        read(tmp_path, CLINIC_SECRET_KEY=KEY, CLINIC_SECRET_KEY_FILE="/some/file")


def test_an_empty_secret_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    with pytest.raises(SettingsError, match="is empty"):
        read(tmp_path, CLINIC_SECRET_KEY_FILE=str(tmp_path / "empty"))


def test_questions_to_an_insurer_need_a_long_key_and_in_production_an_encrypted_way(tmp_path: Path) -> None:
    for key in ({}, {"CLINIC_INSURER_KEY": "short"}):
        with pytest.raises(SettingsError, match="CLINIC_INSURER_KEY"):
            read(tmp_path, CLINIC_INSURER_URL="https://insurer.example", **key)
    assert "insurer hush" not in repr(read(tmp_path, CLINIC_INSURER_KEY="insurer hush " * 4))
    with pytest.raises(SettingsError, match="https://"):
        read(tmp_path, CLINIC_INSURER_URL="http://insurer.example", CLINIC_INSURER_KEY=KEY, **PRODUCTION)


def test_a_broker_by_name_or_a_private_key_leaves_the_rest_out(tmp_path: Path) -> None:
    without = {name: value for name, value in PRODUCTION.items() if name != "CLINIC_OIDC_ACR"}
    with pytest.raises(SettingsError, match="CLINIC_OIDC_ACR"):
        read(tmp_path, **without)
    assert read(tmp_path, CLINIC_OIDC_BROKER="bankid", **without).oidc_acr is None
    del without["CLINIC_OIDC_CLIENT_SECRET"]
    with pytest.raises(SettingsError, match="CLINIC_OIDC_CLIENT_SECRET"):
        read(tmp_path, CLINIC_OIDC_BROKER="idporten", **without)
    settings = read(tmp_path, CLINIC_OIDC_BROKER="idporten", CLINIC_OIDC_PRIVATE_KEY="key hush", **without)
    assert settings.oidc_client_secret is None and "hush" not in repr(settings)


def test_production_has_no_fixed_clock(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="development only"):
        read(tmp_path, CLINIC_NOW="2026-03-01T23:10:00", **PRODUCTION)
