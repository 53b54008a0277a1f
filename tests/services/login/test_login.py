"""The whole login over HTTP with the real provider: link, landing page, provider, callback, conversation."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import requests
from sqlalchemy import text

from clinic.identity.login_errors import LinkExpired, LinkUnknown, LinkUsed
from tests.support.login_site import PERSONS, LoginSite
from web.simulation.browser import callback_url, log_in, submit


def token_of(link: str) -> str:
    return link.rsplit("/", 1)[1]


@pytest.mark.parametrize("demo", PERSONS, ids=lambda demo: demo["first_name"])
def test_every_demo_person_can_log_in(site: LoginSite, demo: dict[str, str]) -> None:
    conversation = f"everyone-{demo['first_name']}"
    page = log_in(site.link(conversation), demo["national_id"])

    person = site.container.login.person_of(conversation)
    assert person is not None
    assert (person.first_name, person.last_name) == (demo["first_name"], demo["last_name"])
    assert person.birth_date.isoformat() == demo["birth_date"]
    assert page.ok
    assert site.announcements.heard == [(conversation, "logged_in")]


def test_web_chat_is_shown_again_after_the_login(site: LoginSite, number: dict[str, str]) -> None:
    page = log_in(site.link("web-1", "web"), number["Kari"], site.chat_browser("web-1"))
    assert site.announcements.heard == [("web-1", "logged_in")]
    assert page.url == site.container.settings.public_url + "/"


@pytest.mark.parametrize(
    ("language", "landing", "after"),
    [
        ("nb", "samtalen du har på SMS, på nummeret •••• 4567", "svar med denne koden"),
        ("en", "the conversation you have by SMS on •••• 4567", "reply with this code"),
    ],
)
def test_sms_pages_say_what_is_linked_and_where_to_go_back(
    site: LoginSite, number: dict[str, str], language: str, landing: str, after: str
) -> None:
    link = site.link(f"sms-{language}", "sms", language, "+4799994567")
    page = requests.get(link, timeout=10)
    assert landing in page.text
    assert "9999" not in page.text
    assert f'<html lang="{language}">' in page.text
    assert after in log_in(link, number["Ola"]).text


def test_reading_the_landing_page_does_not_use_the_link_up(site: LoginSite, number: dict[str, str]) -> None:
    link = site.link("preview")
    for _ in range(3):
        assert requests.get(link, timeout=10).status_code == 200
    log_in(link, number["Kari"])
    assert site.container.login.person_of("preview") is not None


def test_link_has_at_least_128_bits_and_only_its_hash_is_kept(site: LoginSite) -> None:
    token = token_of(site.link("hashed"))
    assert re.fullmatch(r"[A-Za-z0-9_-]{22,}", token)
    with site.container.database.read() as session:
        rows = session.execute(text("SELECT * FROM login_sessions WHERE conversation_id = 'hashed'")).all()
    assert len(rows) == 1
    assert token not in str(rows)


def test_nonce_and_verifier_are_encrypted_while_under_way_and_forgotten_afterwards(
    site: LoginSite, number: dict[str, str]
) -> None:
    def stored() -> tuple[str | None, str | None]:
        with site.container.database.read() as session:
            query = "SELECT nonce, code_verifier FROM login_sessions WHERE conversation_id = 'secrets'"
            return tuple(session.execute(text(query)).one())

    with requests.Session() as browser:
        callback = callback_url(site.link("secrets"), number["Kari"], browser)
        assert all(value is not None and value.startswith("a1.") for value in stored())
        browser.get(callback, timeout=10)
    assert stored() == (None, None)


def test_expired_link_says_so_and_how_to_go_on(site: LoginSite) -> None:
    link = site.link("late", language="en")
    site.clock.set(site.clock.now() + timedelta(minutes=10))
    page = requests.get(link, timeout=10)
    assert page.status_code == LinkExpired.status
    assert "The link is too old" in page.text
    assert "write “log in”" in page.text
    assert "23 01 48 00" in page.text
    assert requests.post(link, timeout=10).status_code == LinkExpired.status


def test_link_works_once(site: LoginSite, number: dict[str, str]) -> None:
    link = site.link("once")
    log_in(link, number["Kari"])
    for again in (requests.get(link, timeout=10), requests.post(link, timeout=10, allow_redirects=False)):
        assert again.status_code == LinkUsed.status
        assert "Lenken er brukt" in again.text


@pytest.mark.parametrize("token", ["x" * 32, "short", "%00", "..%2F..", "🔑", "a" * 5000])
def test_unknown_link(site: LoginSite, token: str) -> None:
    page = requests.get(f"{site.container.settings.public_url}/login/{token}", timeout=10)
    assert page.status_code == LinkUnknown.status
    assert "Lenken virker ikke" in page.text


def test_page_without_a_conversation_speaks_the_browsers_language(site: LoginSite) -> None:
    address = f"{site.container.settings.public_url}/login/{'x' * 32}"
    for wish, title in [("en-GB,en;q=0.9", "The link does not work"), ("nb-NO,en;q=0.8", "Lenken virker ikke")]:
        assert title in requests.get(address, headers={"Accept-Language": wish}, timeout=10).text


def test_link_logs_in_its_own_conversation_only(site: LoginSite, number: dict[str, str]) -> None:
    site.link("mine")
    log_in(site.link("theirs"), number["Ola"])
    assert site.container.login.person_of("mine") is None
    assert site.announcements.heard == [("theirs", "logged_in")]


def test_two_tabs_of_one_browser_can_both_log_in(site: LoginSite, number: dict[str, str]) -> None:
    with requests.Session() as browser:
        first = callback_url(site.link("tab-1"), number["Kari"], browser)
        second = callback_url(site.link("tab-2"), number["Kari"], browser)
        for callback in (first, second):
            assert browser.get(callback, timeout=10).ok
    for conversation in ("tab-1", "tab-2"):
        assert site.container.login.person_of(conversation) is not None


def test_another_person_in_the_same_conversation_is_noticed(site: LoginSite, number: dict[str, str]) -> None:
    with requests.Session() as browser:
        log_in(site.link("family"), number["Ingrid"], browser)
        log_in(site.link("family"), number["Marius"], browser)
    person = site.container.login.person_of("family")
    assert person is not None
    assert person.first_name == "Marius"
    with site.container.database.read() as session:
        query = "SELECT count(*) FROM login_sessions WHERE conversation_id = 'family' AND status = 'active'"
        assert session.execute(text(query)).scalar() == 1


def test_login_ends_after_half_an_hour_of_silence(site: LoginSite, number: dict[str, str]) -> None:
    login = site.container.login
    log_in(site.link("silent"), number["Kari"])
    for _ in range(3):
        site.clock.set(site.clock.now() + timedelta(minutes=29))
        assert login.person_of("silent") is not None
    site.clock.set(site.clock.now() + timedelta(minutes=29))
    assert login.person_of("silent", touch=False) is not None
    site.clock.set(site.clock.now() + timedelta(minutes=1))
    assert login.person_of("silent") is None


def test_log_out(site: LoginSite, number: dict[str, str]) -> None:
    login = site.container.login
    log_in(site.link("leaving"), number["Kari"])
    assert login.log_out("leaving")
    assert login.person_of("leaving") is None
    assert not login.log_out("leaving")


def test_cancelling_at_the_provider_is_answered_kindly(site: LoginSite) -> None:
    with requests.Session() as browser:
        landing = browser.get(site.link("cancelled", language="en"), timeout=10)
        chooser = browser.get(submit(landing, browser).headers["Location"], timeout=10)
        cancel = re.search(r'href="(/interaction/[^"]+/cancel)"', chooser.text)
        assert cancel is not None
        issuer = site.container.settings.oidc_issuer
        page = browser.get(issuer + cancel.group(1), timeout=10)
    assert "You cancelled the login" in page.text
    assert site.container.login.person_of("cancelled") is None
    assert site.announcements.heard == []


def test_provider_asks_who_it_is_every_time_and_offers_no_script(site: LoginSite, number: dict[str, str]) -> None:
    with requests.Session() as browser:
        for conversation in ("asked-1", "asked-2"):
            landing = browser.get(site.link(conversation), timeout=10)
            chooser = browser.get(submit(landing, browser).headers["Location"], timeout=10)
            assert chooser.text.count('type="radio" name="person"') == len(PERSONS)
            assert chooser.text.count('type="submit"') == 1
            assert "<script" not in chooser.text
            assert "Dette er ikke BankID" in chooser.text
            browser.get(submit(chooser, browser, number["Kari"]).headers["Location"], timeout=10)
