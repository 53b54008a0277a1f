"""A provider that hands out forged ID tokens: the running server lets nobody in with one."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from joserfc.jwk import OctKey

from tests.support.issuer import Issuer, new_key, running_issuer, sign
from tests.support.login_site import PERSONS, LoginSite, running_site, site_settings
from web.simulation.site import free_socket


@dataclass
class Forgery:
    """The login site before a provider that answers with whatever token a test makes."""

    site: LoginSite
    issuer: Issuer

    def answer_to(self, token: Callable[[dict[str, Any]], str], conversation: str) -> requests.Response:
        """Log in and be given the token made of the faultless claims for this very login."""
        with requests.Session() as browser:
            away = browser.post(self.site.link(conversation), allow_redirects=False, timeout=10).headers["Location"]
            asked = {name: values[0] for name, values in parse_qs(urlsplit(away).query).items()}
            self.issuer.id_token = token(self.issuer.claims(nonce=asked["nonce"], nin=PERSONS[0]["national_id"]))
            query = {"state": asked["state"], "code": "a code"}
            return browser.get(asked["redirect_uri"], params=query, timeout=10)


@pytest.fixture(scope="module")
def forgery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forgery]:
    listening = free_socket()
    with running_issuer() as issuer:
        issuer.add_key("published")
        settings = site_settings(Path(tmp_path_factory.mktemp("forgery")), listening.getsockname()[1])
        with running_site(replace(settings, oidc_issuer=issuer.url), listening) as site:
            yield Forgery(site, issuer)


def unsigned(claims: dict[str, Any]) -> str:
    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(claims)}."


def test_the_faultless_token_logs_in(forgery: Forgery) -> None:
    page = forgery.answer_to(lambda claims: sign(claims, forgery.issuer.keys[0]), "faultless")
    assert page.ok
    assert forgery.site.container.login.person_of("faultless") is not None


@pytest.mark.parametrize(
    "attack",
    ["alg none", "wrong key", "shared secret", "wrong audience", "expired", "old", "other issuer", "replayed nonce",
     "lower level", "no level", "no number", "invalid number"],
)  # fmt: skip
def test_forged_tokens_let_nobody_in(forgery: Forgery, attack: str) -> None:
    issuer, secret = forgery.issuer, forgery.site.container.settings.oidc_client_secret or ""
    now = int(time.time())
    made: dict[str, Callable[[dict[str, Any]], str]] = {
        "alg none": unsigned,
        "wrong key": lambda claims: sign(claims, new_key("published")),
        "shared secret": lambda claims: sign(claims, OctKey.import_key(secret, {"kid": "published"}), "HS256"),
    }
    changes: dict[str, dict[str, Any]] = {
        "wrong audience": {"aud": "another-clinic"},
        "expired": {"exp": now - 120},
        "old": {"iat": now - 3600},
        "other issuer": {"iss": "https://evil.example"},
        "replayed nonce": {"nonce": "the nonce of another login"},
        "lower level": {"acr": "substantial"},
        "no level": {"acr": None},
        "no number": {"nin": None},
        "invalid number": {"nin": "12345678901"},
    }

    def changed(claims: dict[str, Any]) -> str:
        wrong = {**claims, **changes[attack]}
        return sign({name: value for name, value in wrong.items() if value is not None}, issuer.keys[0])

    conversation = f"forged-{attack}"
    page = forgery.answer_to(made.get(attack, changed), conversation)
    assert page.status_code in (403, 502)
    assert forgery.site.container.login.person_of(conversation) is None
    assert not forgery.site.container.login.awaits_code(conversation)
    assert (conversation, "logged_in") not in forgery.site.announcements.heard
