"""Access to the review and its lists, on both databases; and that every name on its page has a text."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from clinic.clock import FixedClock
from clinic.container import Container
from clinic.findings import FindingFilter, FindingPages
from clinic.review import ReviewClosed, ReviewLinkError, ReviewLinkUnknown
from clinic.review.access import SUBJECT
from clinic.storage import Database, DatabaseUnavailable
from clinic.texts import LANGUAGES, Texts
from clinic.triage.knowledge import load
from clinic.triage.model import DECISIONS
from tests.support.reviewer import BREATH, CRISIS, found
from web.review_view import pieces


def _token(link: str) -> str:
    return link.partition("#")[2]


def test_of_many_who_open_a_link_at_once_one_gets_in(container: Container) -> None:
    token = _token(container.review_access.create_link())
    opened: list[str] = []
    refused: list[Exception] = []

    def open_it() -> None:
        try:
            opened.append(container.review_access.open(token))
        except ReviewLinkError as error:
            refused.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(opened), len(refused)) == (1, 5)
    assert container.review_access.session_id(opened[0])


def test_the_secret_of_a_session_is_no_link_and_a_link_no_session(container: Container) -> None:
    token = _token(container.review_access.create_link())
    with pytest.raises(ReviewClosed):
        container.review_access.session_id(token)
    with pytest.raises(ReviewLinkUnknown):
        container.review_access.open(container.review_access.open(token))


def test_nothing_is_shown_without_a_session(container: Container) -> None:
    found(container, BREATH)
    for look in (container.review.categories, lambda secret: container.review.page(secret, FindingFilter())):
        for secret in (None, "", "x"):
            with pytest.raises(ReviewClosed):
                look(secret)
    with pytest.raises(ReviewClosed):
        container.review.export(None, FindingFilter())


def test_nothing_is_shown_when_the_trail_cannot_be_written(
    container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = container.review_access.open(_token(container.review_access.create_link()))

    def fail(*_: object, **__: object) -> None:
        raise DatabaseUnavailable("full")

    monkeypatch.setattr(container.audit, "record", fail)
    for look in (container.review.page, container.review.export):
        with pytest.raises(DatabaseUnavailable):
            look(secret, FindingFilter())


def test_a_page_of_findings(container: Container, clock: FixedClock) -> None:
    pages = FindingPages(container.database)
    assert pages.page(FindingFilter(), 7) == replace(
        pages.page(FindingFilter()), findings=[], number=1, pages=1, total=0
    )
    found(container, BREATH, "c1")
    clock.set("2026-03-03T00:00:00")
    found(container, CRISIS, "c2", "sms")
    assert [finding.text for finding in pages.page(FindingFilter()).findings] == [CRISIS, BREATH]
    assert pages.categories() == ["breathing", "mental"]
    monday = FindingFilter(last_day=clock.now().date())  # 2 March in UTC
    assert [finding.text for finding in pages.page(monday).findings] == [BREATH]
    breath = pages.page(monday).findings[0]
    assert breath.cancelled and breath.explanation and "puste" not in breath.explanation


def test_summaries_do_not_even_decrypt(container: Container, database_url: str) -> None:
    from clinic.storage import Keyring

    found(container, BREATH)
    stranger = Database(database_url, Keyring(b"another secret, also long enough"))
    (summary,) = FindingPages(stranger).summaries(FindingFilter())
    assert (summary.category, summary.cancelled) == ("breathing", 1)
    stranger.close()


def test_making_a_link_is_in_the_trail(container: Container) -> None:
    secret = container.review_access.open(_token(container.review_access.create_link()))
    events = container.audit.list(SUBJECT, container.review_access.session_id(secret))
    assert {(event.actor, event.action) for event in events} == {
        ("operator", "review.link_made"), ("reviewer", "review.opened"),
    }  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_decision_and_category_has_a_text(language: str) -> None:
    names = {f"decision.{name}" for name in DECISIONS if name != "none"}
    names |= {f"category.{rule.category}" for rule in load().files.rules}
    missing = {name for name in names if f"review.{name}" not in Texts().keys(language)}
    assert not missing, f"clinic/texts/{language}/review.yml lacks {sorted(missing)}"


@pytest.mark.parametrize(
    ("evidence", "cancelled", "parted"),
    [
        ([], [], [("plain", "abcdef")]),
        ([(0, 6)], [], [("evidence", "abcdef")]),
        ([(1, 3)], [(2, 5)], [("plain", "a"), ("evidence", "bc"), ("cancelled", "de"), ("plain", "f")]),
        ([(4, 99)], [(3, 3)], [("plain", "abcd"), ("evidence", "ef")]),
    ],
)
def test_a_text_is_parted_by_what_was_seen_in_it(
    evidence: list[tuple[int, int]], cancelled: list[tuple[int, int]], parted: list[tuple[str, str]]
) -> None:
    spans = ([{"start": start, "end": end} for start, end in given] for given in (evidence, cancelled))
    assert pieces("abcdef", *spans) == parted
    assert pieces("", [], []) == []
