"""The code that is typed back: a link that is forwarded gives its sender nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
import requests
from sqlalchemy import text

from clinic.identity.login_code import MOST_TRIES
from clinic.identity.login_errors import CodePageClosed
from clinic.identity.login_model import CodeAnswer
from tests.support.login_site import LoginSite
from tests.support.sms_phone import code_on
from web.simulation.browser import log_in


def logged_in_elsewhere(site: LoginSite, conversation: str, number: str, language: str = "nb") -> requests.Response:
    return log_in(site.link(conversation, "sms", language, "+4799994567"), number)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_login_counts_only_when_the_code_is_typed_in_the_conversation(site: LoginSite, number: dict[str, str]) -> None:
    page = logged_in_elsewhere(site, "code-typed", number["Kari"])
    login = site.container.login
    assert page.url == site.container.settings.public_url + "/login/code"
    assert site.announcements.told == [("code-typed", "chat.code_wanted")]
    assert site.announcements.heard == []
    assert login.person_of("code-typed") is None
    assert login.awaits_code("code-typed")

    assert login.take_code("code-typed", code_on(page.text)) is CodeAnswer.RIGHT
    person = login.person_of("code-typed")
    assert person is not None and person.first_name == "Kari"
    assert not login.awaits_code("code-typed")
    assert login.take_code("code-typed", code_on(page.text)) is CodeAnswer.NO_CODE, "it works once"


@pytest.mark.parametrize("written", ["{a} {b}", "{a}-{b}", "koden er {a}{b}", "{a}{b}.", "Code: {a}\u00a0{b}"])
def test_code_may_be_written_as_people_do(site: LoginSite, number: dict[str, str], written: str) -> None:
    conversation = f"written-{hash(written)}"
    code = code_on(logged_in_elsewhere(site, conversation, number["Kari"]).text)
    typed = written.format(a=code[:3], b=code[3:])
    assert site.container.login.take_code(conversation, typed) is CodeAnswer.RIGHT


@pytest.mark.parametrize("written", ["12345678", "12 345 678", "telefon 91234567", "+47123456", "hei", "12345"])
def test_other_numbers_are_no_tries(site: LoginSite, number: dict[str, str], written: str) -> None:
    conversation = f"other-{hash(written)}"
    logged_in_elsewhere(site, conversation, number["Kari"])
    assert site.container.login.take_code(conversation, written) is CodeAnswer.NO_CODE


def test_sender_of_a_forwarded_link_gets_nothing_by_guessing(site: LoginSite, number: dict[str, str]) -> None:
    code = code_on(logged_in_elsewhere(site, "forwarded", number["Ola"]).text)
    login = site.container.login
    tries = [login.take_code("forwarded", wrong(code)) for _ in range(MOST_TRIES)]
    assert tries == [CodeAnswer.WRONG] * (MOST_TRIES - 1) + [CodeAnswer.SPENT]
    assert login.take_code("forwarded", code) is CodeAnswer.NO_CODE, "the login is over, the right code too"
    assert login.person_of("forwarded") is None


def test_code_of_one_conversation_is_worth_nothing_in_another(site: LoginSite, number: dict[str, str]) -> None:
    theirs = code_on(logged_in_elsewhere(site, "code-theirs", number["Ola"]).text)
    mine = code_on(logged_in_elsewhere(site, "code-mine", number["Kari"]).text)
    assert theirs != mine
    assert site.container.login.take_code("code-mine", theirs) is CodeAnswer.WRONG
    assert site.container.login.person_of("code-mine") is None


def test_code_lasts_ten_minutes(site: LoginSite, number: dict[str, str]) -> None:
    page = logged_in_elsewhere(site, "code-late", number["Kari"])
    site.clock.set(site.clock.now() + timedelta(minutes=10))
    assert site.container.login.take_code("code-late", code_on(page.text)) is CodeAnswer.NO_CODE
    assert not site.container.login.awaits_code("code-late")


def test_only_the_browser_that_logged_in_sees_the_code(site: LoginSite, number: dict[str, str]) -> None:
    address = site.container.settings.public_url + "/login/code"
    with requests.Session() as browser:
        shown = log_in(site.link("code-page", "sms", "en", "+4799994567"), number["Kari"], browser)
        (cookie,) = [cookie for cookie in browser.cookies if cookie.name == "login_code"]
    for forged in ({}, {"login_code": ""}, {"login_code": cookie.value.split(".")[0] + "." + "0" * 64}):
        page = requests.get(address, cookies=forged, timeout=10)
        assert page.status_code == CodePageClosed.status
        assert code_on(shown.text)[:3] not in page.text
    again = requests.get(address, cookies={"login_code": cookie.value}, timeout=10)
    assert code_on(again.text) == code_on(shown.text), "the page may be loaded again"
    assert again.headers["Cache-Control"] == "no-store"
    site.container.login.take_code("code-page", code_on(shown.text))
    assert "You are logged in" in requests.get(address, cookies={"login_code": cookie.value}, timeout=10).text


def test_page_warns_who_did_not_ask_for_the_link(site: LoginSite, number: dict[str, str]) -> None:
    page = logged_in_elsewhere(site, "code-warning", number["Kari"], "en")
    assert "Did somebody other than us send you the link?" in page.text
    assert "23 01 48 00" in page.text
    for secret in ("Kari", "Testdatter", number["Kari"], "9999"):
        assert secret not in page.text


def test_link_of_the_web_chat_in_another_browser_needs_the_code_too(site: LoginSite, number: dict[str, str]) -> None:
    page = log_in(site.link("web-forwarded", "web"), number["Ola"])
    assert site.container.login.person_of("web-forwarded") is None
    assert "Gå tilbake til chatten" in page.text
    in_another_chat = log_in(site.link("web-mine", "web"), number["Ola"], site.chat_browser("web-theirs"))
    assert code_on(in_another_chat.text)
    assert site.container.login.person_of("web-mine") is None


def test_code_stands_nowhere_in_the_database(site: LoginSite, number: dict[str, str]) -> None:
    code = code_on(logged_in_elsewhere(site, "code-rest", number["Kari"]).text)
    with site.container.database.read() as session:
        rows = session.execute(text("SELECT * FROM login_sessions WHERE conversation_id = 'code-rest'")).all()
    assert len(rows) == 1 and code not in str(rows)


def test_wrong_and_right_codes_are_in_the_audit_trail(site: LoginSite, number: dict[str, str]) -> None:
    code = code_on(logged_in_elsewhere(site, "code-audit", number["Kari"]).text)
    login = site.container.login
    login.take_code("code-audit", wrong(code))
    login.take_code("code-audit", code)
    with site.container.database.read() as session:
        query = "SELECT id FROM login_sessions WHERE conversation_id = 'code-audit'"
        login_id = session.execute(text(query)).scalar()
    trail = [event.action for event in site.container.audit.list("login", login_id)]
    assert trail == ["login.code_shown", "login.code_wrong", "login.completed"]


def test_links_that_led_nowhere_are_cleaned_away_and_logins_stay(site: LoginSite, number: dict[str, str]) -> None:
    site.link("clean-unused")
    logged_in_elsewhere(site, "clean-unconfirmed", number["Kari"])
    log_in(site.link("clean-active"), number["Kari"])
    site.clock.set(site.clock.now() + timedelta(days=1, minutes=11))
    assert site.container.login.clean() >= 2
    with site.container.database.read() as session:
        query = "SELECT conversation_id FROM login_sessions WHERE conversation_id LIKE 'clean-%'"
        assert [row[0] for row in session.execute(text(query))] == ["clean-active"]
