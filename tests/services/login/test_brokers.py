"""Every broker that has a preset, played by the real provider with that broker's names; and our own ways to sign."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
from joserfc.jwk import ECKey, RSAKey

from clinic.identity.broker import PRESETS, Broker
from clinic.identity.client_key import ClientKey
from clinic.identity.login_errors import LevelTooLow
from clinic.settings import Settings, SettingsError
from tests.support.login_site import PERSONS, running_site, site_settings
from web.simulation.browser import forms_in, log_in
from web.simulation.provider import running_provider
from web.simulation.site import free_socket

KARI = PERSONS[0]["national_id"]


def as_broker(settings: Settings, broker: str, **changes: Any) -> Settings:
    return replace(settings, oidc_broker=broker, oidc_acr=None, **changes)


@pytest.mark.parametrize("broker", PRESETS)
def test_login_at_each_broker(tmp_path: Path, broker: str) -> None:
    listening = free_socket()
    settings = as_broker(site_settings(tmp_path, listening.getsockname()[1]), broker)
    with running_provider(settings, PERSONS) as served, running_site(served, listening) as site:
        log_in(site.link("preset"), KARI)
        person = site.container.login.person_of("preset")
    assert person is not None and person.first_name == "Kari"


@pytest.mark.parametrize(
    ("broker", "level"), [("bankid", "urn:bankid:bis;LOA=3"), ("idporten", "idporten-loa-substantial")]
)
def test_biometric_bankid_comes_back_at_a_lower_level_and_is_refused(tmp_path: Path, broker: str, level: str) -> None:
    listening = free_socket()
    settings = as_broker(site_settings(tmp_path, listening.getsockname()[1]), broker)
    with (
        running_provider(replace(settings, oidc_acr=level), PERSONS) as served,
        running_site(replace(settings, oidc_issuer=served.oidc_issuer), listening) as site,
    ):
        page = log_in(site.link("lower"), KARI)
        assert site.container.login.person_of("lower") is None
    assert page.status_code == LevelTooLow.status


def test_login_method_that_came_back_counts(tmp_path: Path) -> None:
    listening = free_socket()
    settings = site_settings(tmp_path, listening.getsockname()[1])
    with (
        running_provider(replace(settings, oidc_amr="BIS"), PERSONS) as served,
        running_site(replace(served, oidc_amr="BID"), listening) as site,
    ):
        assert log_in(site.link("method"), KARI).status_code == LevelTooLow.status


def test_national_number_may_come_from_userinfo_alone(tmp_path: Path) -> None:
    listening = free_socket()
    settings = site_settings(tmp_path, listening.getsockname()[1])
    with (
        running_provider(settings, PERSONS, claims_in_userinfo_only=True) as served,
        running_site(served, listening) as site,
    ):
        log_in(site.link("userinfo"), KARI)
        person = site.container.login.person_of("userinfo")
    assert person is not None and person.last_name == "Testdatter"


@pytest.mark.parametrize("form", ["pem-rsa", "pem-ec", "jwk"])
def test_we_prove_who_we_are_by_a_signed_assertion(tmp_path: Path, form: str) -> None:
    key = RSAKey.generate_key(2048) if form == "pem-rsa" else ECKey.generate_key("P-256")
    text = json.dumps(key.as_dict(private=True)) if form == "jwk" else key.as_pem(private=True).decode()
    listening = free_socket()
    settings = replace(
        site_settings(tmp_path, listening.getsockname()[1]), oidc_private_key=text, oidc_client_secret=None
    )
    with running_provider(settings, PERSONS) as served, running_site(served, listening) as site:
        log_in(site.link("signed"), KARI)
        assert site.container.login.person_of("signed") is not None
        published = requests.get(f"{settings.public_url}/login/keys", timeout=10).json()
    (public,) = published["keys"]
    assert "d" not in public and public["use"] == "sig"


def test_assertion_by_another_key_is_refused_by_the_provider(tmp_path: Path) -> None:
    registered, own = (ECKey.generate_key("P-256").as_pem(private=True).decode() for _ in range(2))
    listening = free_socket()
    settings = replace(site_settings(tmp_path, listening.getsockname()[1]), oidc_private_key=registered)
    with (
        running_provider(settings, PERSONS) as served,
        running_site(replace(served, oidc_private_key=own), listening) as site,
    ):
        page = log_in(site.link("other-key"), KARI)
        assert site.container.login.person_of("other-key") is None
    assert page.status_code == 502


@pytest.mark.parametrize("text", ["no key", "{}", ECKey.generate_key("P-256").as_pem(private=False).decode()])
def test_key_that_cannot_be_used_is_named_and_not_repeated(text: str) -> None:
    with pytest.raises(SettingsError, match="CLINIC_OIDC_PRIVATE_KEY") as refused:
        ClientKey.read(text)
    assert text not in str(refused.value)


def test_what_is_set_by_itself_comes_before_the_preset(tmp_path: Path) -> None:
    settings = as_broker(site_settings(tmp_path, 5005), "signicat")
    assert Broker.from_settings(settings).acr_values == "idp:nbid"
    assert Broker.from_settings(replace(settings, oidc_acr="own")).levels == ("own",)
    assert Broker.from_settings(replace(settings, oidc_national_id_claim="nnin")).national_id_claim == "nnin"


def test_log_out_at_the_provider_and_back(tmp_path: Path) -> None:
    listening = free_socket()
    settings = site_settings(tmp_path, listening.getsockname()[1])
    with running_provider(settings, PERSONS) as served, running_site(served, listening):
        with requests.Session() as browser:
            asked = browser.get(f"{settings.public_url}/login/out", timeout=10)
            assert asked.url.startswith(served.oidc_issuer) and KARI not in asked.url
            (form,) = forms_in(asked)
            done = browser.post(form.action, data={**form.values, "logout": "yes"}, timeout=10)
        assert done.url == f"{settings.public_url}/login/out/done"
        assert "Du er logget ut" in done.text
