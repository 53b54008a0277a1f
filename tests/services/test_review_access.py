"""Who gets to the review page: one-time links, the cookie they give, and everybody else."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import requests

from clinic.review.access import LINK_LIFETIME, SESSION_LIFETIME, SUBJECT
from clinic.storage import DatabaseUnavailable
from clinic.storage.tables import ReviewSessionRow
from tests.support.reviewer import BREATH, COOKIE, TIMEOUT_S, Reviewer, admitted, found
from web.simulation.site import WholeSite

SECOND = timedelta(seconds=1)


@pytest.fixture
def link(site: WholeSite) -> str:
    """A fresh link."""
    return site.container.review_access.create_link()


@pytest.fixture
def reviewer(site: WholeSite) -> Reviewer:
    """A browser that has not been here before."""
    return Reviewer(site.url)


def test_a_link_opens_the_page_once(site: WholeSite, reviewer: Reviewer, link: str) -> None:
    found(site.container, BREATH)
    answer = reviewer.open(link)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/review")
    assert reviewer.texts()
    another = Reviewer(site.url)
    refused = another.open(link)
    assert refused.status_code == 410 and "Lenken er brukt" in refused.text
    assert another.texts() == [] and COOKIE not in another.http.cookies


def test_who_is_in_and_opens_the_link_again_just_sees_the_page(reviewer: Reviewer, link: str) -> None:
    reviewer.open(link)
    assert reviewer.open(link).status_code == 303


def test_the_token_is_long_random_and_behind_the_hash(site: WholeSite, link: str) -> None:
    address = urlsplit(link)
    assert (address.path, address.query, len(address.fragment)) == ("/review", "", 32)
    assert link != site.container.review_access.create_link()


def test_only_hashes_are_kept(site: WholeSite, reviewer: Reviewer, link: str) -> None:
    reviewer.open(link)
    secrets = (link.partition("#")[2], reviewer.http.cookies[COOKIE])
    with site.container.database.read() as session:
        rows = [
            str(value) for row in session.query(ReviewSessionRow) for value in (row.id, row.link_hash, row.session_hash)
        ]
    assert rows and not any(secret in value for secret in secrets for value in rows)


@pytest.mark.parametrize("token", ["", "x", "A" * 32, "%00", "æ" * 32, "x" * 10_000])
def test_a_wrong_token_opens_nothing(reviewer: Reviewer, token: str) -> None:
    refused = reviewer.post("", {"token": token})
    assert refused.status_code == 404 and "Lenken virker ikke" in refused.text
    assert "Set-Cookie" not in refused.headers


def test_a_body_that_is_no_form_opens_nothing(reviewer: Reviewer) -> None:
    for body in (b"", b"\xff\xfe", b'{"token": "x"}', b"token=a&token=b&" * 5000):
        headers = {"Origin": reviewer.url, "Content-Type": "multipart/form-data"}
        answer = requests.post(f"{reviewer.url}/review", data=body, headers=headers, timeout=TIMEOUT_S)
        assert answer.status_code == 404


def test_a_link_is_good_for_a_quarter_of_an_hour(site: WholeSite, reviewer: Reviewer, link: str) -> None:
    later = site.container.review_access.create_link()
    site.clock.set(site.clock.now() + LINK_LIFETIME - SECOND)
    assert reviewer.open(link).status_code == 303
    site.clock.set(site.clock.now() + SECOND)
    refused = Reviewer(site.url).open(later)
    assert refused.status_code == 410 and "Lenken er for gammel" in refused.text


def test_a_session_ends_after_eight_hours(site: WholeSite, reviewer: Reviewer, link: str) -> None:
    found(site.container, BREATH)
    reviewer.open(link)
    site.clock.set(site.clock.now() + SESSION_LIFETIME - SECOND)
    assert reviewer.texts()
    site.clock.set(site.clock.now() + SECOND)
    assert reviewer.texts() == []
    assert reviewer.get("/findings.csv").status_code == 403


@pytest.mark.parametrize("cookie", [None, "", "x", "A" * 32])
def test_without_the_right_cookie_there_is_nothing_to_see(site: WholeSite, cookie: str | None) -> None:
    found(site.container, BREATH)
    cookies = {} if cookie is None else {COOKIE: cookie}
    page = requests.get(f"{site.url}/review", cookies=cookies, timeout=TIMEOUT_S)
    assert page.status_code == 200 and "clinic findings page" in page.text
    assert "puste" not in page.text and "Antall funn" not in page.text
    file = requests.get(f"{site.url}/review/findings.csv", cookies=cookies, timeout=TIMEOUT_S)
    assert file.status_code == 403 and "emergency" not in file.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
def test_other_sites_may_neither_open_nor_close(
    site: WholeSite, reviewer: Reviewer, link: str, headers: dict[str, str]
) -> None:
    assert reviewer.open(link, **headers).status_code == 403
    assert reviewer.open(link).status_code == 303
    assert reviewer.post("/close", **headers).status_code == 403
    assert "Antall funn" in reviewer.get().text


def test_logging_out_ends_the_session_everywhere(site: WholeSite, reviewer: Reviewer, link: str) -> None:
    reviewer.open(link)
    stolen = reviewer.http.cookies[COOKIE]
    answer = reviewer.post("/close")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/review?closed=1")
    assert COOKIE not in reviewer.http.cookies
    assert "Du er logget ut" in reviewer.get(closed="1").text
    reviewer.http.cookies.set(COOKIE, stolen)
    assert "Antall funn" not in reviewer.get().text
    assert reviewer.post("/close").status_code == 303


def test_another_link_in_the_same_browser_ends_the_session_before(site: WholeSite, reviewer: Reviewer) -> None:
    reviewer.open(site.container.review_access.create_link())
    before = reviewer.http.cookies[COOKIE]
    reviewer.open(site.container.review_access.create_link())
    assert reviewer.http.cookies[COOKIE] != before
    page = requests.get(f"{site.url}/review", cookies={COOKIE: before}, timeout=TIMEOUT_S)
    assert "Antall funn" not in page.text


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(reviewer: Reviewer, link: str) -> None:
    said = {part.strip().lower() for part in reviewer.open(link).headers["Set-Cookie"].split(";")}
    assert {"httponly", "samesite=strict", "path=/", "max-age=28800"} <= said


def test_on_an_encrypted_site_the_cookie_belongs_to_that_host_alone(
    site: WholeSite, reviewer: Reviewer, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site.container, "settings", replace(site.container.settings, public_url="https://lege.example"))
    cookie = reviewer.open(link).headers["Set-Cookie"]
    assert cookie.startswith(f"__Host-{COOKIE}=")
    assert "; secure" in cookie.lower() and "path=/;" in cookie.lower() and "domain" not in cookie.lower()


def test_the_browser_is_told_to_keep_it_to_itself(site: WholeSite) -> None:
    reviewer = admitted(site.container, site.url)
    for page in (reviewer.get(), Reviewer(site.url).get()):
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "same-origin"
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
    assert reviewer.get("/findings.csv").headers["Cache-Control"] == "no-store"


def test_the_trail_tells_what_was_done_and_nothing_personal(site: WholeSite, reviewer: Reviewer, link: str) -> None:
    one = found(site.container, BREATH)
    reviewer.open(link)
    reviewer.get(decision="emergency", mistake="0")
    reviewer.get("/findings.csv", category="no such")
    reviewer.post("/close")
    hashed = site.container.database.keyring.fingerprint("review_link", link.partition("#")[2])
    with site.container.database.read() as session:
        session_id = session.query(ReviewSessionRow.id).filter_by(link_hash=hashed).scalar()
    events = site.container.audit.list(SUBJECT, session_id)
    by_action = {event.action: event for event in events}
    actions = ("link_made", "opened", "listed", "exported", "closed")
    assert set(by_action) == {f"review.{action}" for action in actions} and len(events) == len(actions)
    listed = by_action["review.listed"].detail
    assert listed["filter"] == {"decision": "emergency"} and listed["page"] == 1 and one in listed["findings"]
    assert set(by_action["review.exported"].detail) == {"filter", "count"}
    assert by_action["review.exported"].detail["filter"] == {}
    assert not any("puste" in str(event.detail) for event in events)


def test_no_token_and_no_text_in_any_log(
    site: WholeSite, reviewer: Reviewer, link: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.INFO)
    logging.getLogger("urllib3").setLevel(logging.WARNING)
    found(site.container, BREATH)
    for _ in range(2):
        reviewer.open(link)
    reviewer.get()
    reviewer.get("/findings.csv")
    secrets = (link.partition("#")[2], reviewer.http.cookies[COOKIE], BREATH)
    out, err = capfd.readouterr()
    assert not any(secret in caplog.text + out + err for secret in secrets)


def test_a_database_that_is_away_gives_a_page_and_leaves_the_link_usable(
    site: WholeSite, reviewer: Reviewer, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise DatabaseUnavailable("locked")

    with monkeypatch.context() as away:
        away.setattr(site.container.audit, "record", fail)
        assert reviewer.open(link).status_code == 503
    assert reviewer.open(link).status_code == 303
    monkeypatch.setattr(site.container.audit, "record", fail)
    page = reviewer.get()
    assert page.status_code == 503 and "Noe gikk galt hos oss" in page.text
