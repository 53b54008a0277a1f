"""What an attacker, an impatient person or a broken provider might send: each is refused by the real parts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from sqlalchemy import text

from clinic.identity.login_errors import (
    BrowserMismatch,
    IdTokenReplayed,
    LinkExpired,
    LoginError,
    ProviderRefused,
    StateUnknown,
)
from clinic.identity.login_model import Callback
from clinic.identity.login_store import LoginStore
from tests.support.login_site import LoginSite
from web.simulation.browser import callback_url, log_in, submit


@dataclass(frozen=True)
class UnderWay:
    """A login that the provider has answered, and that has not come back to us yet."""

    url: str
    callback: Callback
    browser_key: str


def under_way(site: LoginSite, conversation: str, national_id: str) -> UnderWay:
    with requests.Session() as browser:
        url = callback_url(site.link(conversation), national_id, browser)
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        (browser_key,) = [cookie.value for cookie in browser.cookies if cookie.name.startswith("login_")]
    assert browser_key is not None
    return UnderWay(url, Callback(query["state"], query["code"], issuer=query["iss"]), browser_key)


def change_stored(site: LoginSite, conversation: str, column: str, value: Any) -> None:
    with site.container.database.session() as session:
        session.execute(
            text(f"UPDATE login_sessions SET {column} = :value WHERE conversation_id = :conversation"),
            {"value": value, "conversation": conversation},
        )


def assert_nobody(site: LoginSite, conversation: str) -> None:
    assert site.container.login.person_of(conversation) is None
    assert site.announcements.heard == []


def test_callback_in_another_browser_is_refused_and_does_no_harm(site: LoginSite, number: dict[str, str]) -> None:
    begun = under_way(site, "csrf", number["Kari"])
    page = requests.get(begun.url, timeout=10)
    assert page.status_code == BrowserMismatch.status
    assert "samme nettleser" in page.text
    assert_nobody(site, "csrf")
    assert site.container.login.finish(begun.callback, begun.browser_key).person.first_name == "Kari"


@pytest.mark.parametrize("key", [None, "", "0" * 64, "nøkkel"])
def test_wrong_cookie_is_refused(site: LoginSite, number: dict[str, str], key: str | None) -> None:
    begun = under_way(site, "cookie", number["Kari"])
    with pytest.raises(BrowserMismatch):
        site.container.login.finish(begun.callback, key)
    assert_nobody(site, "cookie")


def test_cookie_of_another_login_is_refused(site: LoginSite, number: dict[str, str]) -> None:
    mine, theirs = under_way(site, "mine-1", number["Kari"]), under_way(site, "theirs-1", number["Ola"])
    with pytest.raises(BrowserMismatch):
        site.container.login.finish(theirs.callback, mine.browser_key)


def test_cookie_is_out_of_reach_of_scripts_and_other_sites(site: LoginSite) -> None:
    answer = requests.post(site.link("cookie-flags"), timeout=10, allow_redirects=False)
    cookie = answer.headers["Set-Cookie"].lower()
    assert answer.status_code == 303
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "max-age=600" in cookie


def test_another_site_cannot_begin_a_login(site: LoginSite) -> None:
    link = site.link("cross-site")
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert requests.post(link, headers=headers, timeout=10, allow_redirects=False).status_code == 403
    assert requests.get(link, timeout=10).status_code == 200


@pytest.mark.parametrize(
    "query", ["", "?state=forged&code=x", "?code=x", "?error=access_denied", "?state=%00&code=%ff"]
)
def test_forged_callback(site: LoginSite, query: str) -> None:
    page = requests.get(f"{site.container.settings.public_url}/login/callback{query}", timeout=10)
    assert page.status_code == StateUnknown.status
    assert "23 01 48 00" in page.text


def test_state_works_once(site: LoginSite, number: dict[str, str]) -> None:
    begun = under_way(site, "state", number["Kari"])
    site.container.login.finish(begun.callback, begun.browser_key)
    with pytest.raises(StateUnknown):
        site.container.login.finish(begun.callback, begun.browser_key)


def test_state_of_a_failed_login_is_used_up(site: LoginSite, number: dict[str, str]) -> None:
    begun = under_way(site, "failed", number["Kari"])
    with pytest.raises(ProviderRefused):
        site.container.login.finish(replace(begun.callback, code="wrong"), begun.browser_key)
    with pytest.raises(StateUnknown):
        site.container.login.finish(begun.callback, begun.browser_key)
    assert_nobody(site, "failed")


def test_provider_that_answers_too_late(site: LoginSite, number: dict[str, str]) -> None:
    begun = under_way(site, "slow", number["Kari"])
    site.clock.set(site.clock.now() + timedelta(minutes=10))
    with pytest.raises(LinkExpired):
        site.container.login.finish(begun.callback, begun.browser_key)


def test_callback_from_another_issuer(site: LoginSite, number: dict[str, str]) -> None:
    for issuer in ("https://evil.example", None):
        begun = under_way(site, "mix-up", number["Kari"])
        with pytest.raises(StateUnknown):
            site.container.login.finish(replace(begun.callback, issuer=issuer), begun.browser_key)
    assert_nobody(site, "mix-up")


@pytest.mark.parametrize("error", ["server_error", "invalid_scope", "<script>alert(1)</script>"])
def test_error_from_the_provider(site: LoginSite, number: dict[str, str], error: str) -> None:
    begun = under_way(site, "error", number["Kari"])
    with pytest.raises(LoginError) as refused:
        site.container.login.finish(replace(begun.callback, code=None, error=error), begun.browser_key)
    assert refused.value.status in (502, 503)
    assert "<" not in str(refused.value)


def test_wrong_nonce_is_refused(site: LoginSite, number: dict[str, str]) -> None:
    begun = under_way(site, "nonce", number["Kari"])
    change_stored(site, "nonce", "nonce", site.container.database.keyring.encrypt("another nonce"))
    with pytest.raises(IdTokenReplayed):
        site.container.login.finish(begun.callback, begun.browser_key)
    assert_nobody(site, "nonce")


def test_wrong_pkce_verifier_is_refused_by_the_provider(site: LoginSite, number: dict[str, str]) -> None:
    begun = under_way(site, "pkce", number["Kari"])
    change_stored(site, "pkce", "code_verifier", site.container.database.keyring.encrypt("v" * 43))
    with pytest.raises(ProviderRefused, match="invalid_grant"):
        site.container.login.finish(begun.callback, begun.browser_key)
    assert_nobody(site, "pkce")


def test_provider_demands_pkce(site: LoginSite) -> None:
    settings = site.container.settings
    query = {
        "client_id": settings.oidc_client_id,
        "response_type": "code",
        "scope": "openid",
        "redirect_uri": settings.public_url + "/login/callback",
    }
    answer = requests.get(settings.oidc_issuer + "/auth", params=query, timeout=10, allow_redirects=False)
    assert "requires+PKCE" in answer.headers["Location"]


def test_code_works_once(site: LoginSite, number: dict[str, str]) -> None:
    used = under_way(site, "code-1", number["Kari"])
    site.container.login.finish(used.callback, used.browser_key)
    fresh = under_way(site, "code-2", number["Ola"])
    with pytest.raises(ProviderRefused, match="invalid_grant"):
        site.container.login.finish(replace(fresh.callback, code=used.callback.code), fresh.browser_key)
    assert_nobody(site, "code-2")


def test_code_of_another_login_is_refused(site: LoginSite, number: dict[str, str]) -> None:
    theirs = under_way(site, "injected-1", number["Ola"])
    mine = under_way(site, "injected-2", number["Kari"])
    with pytest.raises(ProviderRefused):
        site.container.login.finish(replace(mine.callback, code=theirs.callback.code), mine.browser_key)


def test_person_who_takes_over_a_conversation_is_reported(site: LoginSite, number: dict[str, str]) -> None:
    changes = []
    for name in ("Kari", "Kari", "Ola"):
        begun = under_way(site, "takeover", number[name])
        changes.append(site.container.login.finish(begun.callback, begun.browser_key).person_changed)
    assert changes == [False, False, True]


def test_change_of_person_is_noticed_after_a_log_out_too(site: LoginSite, number: dict[str, str]) -> None:
    log_in(site.link("shared-phone"), number["Kari"])
    site.container.login.log_out("shared-phone")
    begun = under_way(site, "shared-phone", number["Ola"])
    assert site.container.login.finish(begun.callback, begun.browser_key).person_changed


def test_what_happened_is_in_the_audit_trail_without_who_it_was(site: LoginSite, number: dict[str, str]) -> None:
    container = site.container
    store = LoginStore(container.database)
    refused, completed = under_way(site, "audit", number["Kari"]), under_way(site, "audit", number["Ola"])
    with pytest.raises(ProviderRefused):
        container.login.finish(replace(refused.callback, code="wrong"), refused.browser_key)
    container.login.finish(completed.callback, completed.browser_key)
    login = store.active("audit")
    assert login is not None
    container.login.log_out("audit")

    failed = store.by_state(container.database.keyring.fingerprint("login_state", refused.callback.state))
    assert failed is not None
    trail = container.audit.list("login", failed.id) + container.audit.list("login", login.id)
    assert [event.action for event in trail] == ["login.refused", "login.completed", "login.ended"]
    assert trail[0].detail == {"reason": "ProviderRefused"}
    assert number["Ola"] not in str(trail)
    assert "Prøvesen" not in str(trail)


def test_two_finishes_at_once_give_one_login(site: LoginSite, number: dict[str, str]) -> None:
    begun = under_way(site, "race", number["Kari"])
    store = LoginStore(site.container.database)
    record = store.by_state(site.container.database.keyring.fingerprint("login_state", begun.callback.state))
    assert record is not None
    assert [store.claim(record.id), store.claim(record.id)] == [True, False]


def test_real_browser_form_leads_to_the_provider_and_nowhere_else(site: LoginSite) -> None:
    with requests.Session() as browser:
        landing = browser.get(site.link("redirect") + "?next=https://evil.example", timeout=10)
        target = submit(landing, browser).headers["Location"]
    assert target.startswith(site.container.settings.oidc_issuer + "/auth?")
    asked = parse_qs(urlsplit(target).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [site.container.settings.public_url + "/login/callback"]
    assert asked["acr_values"] == ["high"]
    assert asked["prompt"] == ["login"]


def test_every_page_forbids_framing_caching_and_scripts(site: LoginSite, number: dict[str, str]) -> None:
    link = site.link("headers")
    pages = [
        requests.get(link, timeout=10),
        requests.get(link + "x", timeout=10),
        requests.get(site.container.settings.public_url + "/login/done?channel=sms&language=en", timeout=10),
        requests.post(link, timeout=10, allow_redirects=False),
    ]
    for page in pages:
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "no-referrer"
    for page in pages[:3]:
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert "Location" not in page.headers
        assert "<script" not in page.text


def test_nothing_secret_is_logged(site: LoginSite, number: dict[str, str], caplog: pytest.LogCaptureFixture) -> None:
    link = site.link("logged")
    with caplog.at_level("DEBUG"):
        log_in(link, number["Kari"])
        requests.get(link, timeout=10)
    written = "\n".join(
        record.getMessage() for record in caplog.records if not record.name.startswith(("urllib3", "asyncio"))
    )
    for secret in (link.rsplit("/", 1)[1], number["Kari"], "Testdatter"):
        assert secret not in written
