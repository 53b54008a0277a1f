"""The database is locked or gone for a while: the patient is told, what they wrote is kept, and nothing is doubled."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from clinic.reports import BookingReport, Reports
from tests.conversations.script import Player
from tests.support.locked import locked
from tests.support.sms_phone import Telephone
from web.simulation.site import WholeSite

WORDS = "vondt i kneet etter en lang tur"
MORE = "det er verst i trapper"


@contextmanager
def moved_away(path: Path) -> Iterator[None]:
    """The file is gone until the block ends."""
    elsewhere = path.with_suffix(".elsewhere")
    path.rename(elsewhere)
    try:
        yield
    finally:
        elsewhere.rename(path)


AWAY = pytest.mark.parametrize("away", [locked, moved_away], ids=["locked", "moved away"])


def _file(site: WholeSite) -> Path:
    return Path(site.container.settings.database_url.removeprefix("sqlite:///"))


def _player(site: WholeSite, step: str) -> Player:
    player = Player(site)
    player.play([{"arrive at": {"step": step}}])
    return player


def _report(player: Player) -> BookingReport:
    return next(one for one in Reports(player.site.container.database).bookings() if one.reference == player.reference)


def _finish(player: Player) -> None:
    player.play([{"patient": text} for text in ("tre dager", "ganske plagsomt", "nei", "ja")])
    assert player.reference, player.said


@AWAY
def test_what_is_written_meanwhile_is_kept_and_answered_afterwards(site: WholeSite, away: type[locked]) -> None:
    player = _player(site, "reason")
    with away(_file(site)):
        player.play([{"patient": WORDS}, {"bot": ["113", "23 01 48 00", "tatt vare på"]}])
    player.play([{"patient": MORE}, {"bot": "noe mer"}, {"patient": "det var alt"}, {"bot": "Hvor lenge"}])
    _finish(player)
    assert _report(player).words == (WORDS, MORE)


@AWAY
def test_an_emergency_is_answered_all_the_same(site: WholeSite, away: type[locked]) -> None:
    player = _player(site, "reason")
    with away(_file(site)):
        player.play([{"patient": "faren min puster ikke"}, {"bot": "113"}, {"not": "tatt vare på"}])
    player.play([{"patient": "hallo?"}])
    found = [one for one in site.container.findings.list() if one.conversation_id == player.conversation_id]
    assert [one.decision for one in found] == ["emergency"], "recorded afterwards, and once"


def test_pressing_yes_again_and_again_while_it_is_locked_books_once(site: WholeSite) -> None:
    player = _player(site, "confirmation")
    with locked(_file(site)):
        player.play([{"patient": "ja"}, {"bot": "113"}])
    player.play([{"patient": "ja"}])
    assert player.reference
    reports = [one for one in Reports(site.container.database).bookings() if one.reference == player.reference]
    assert len(reports) == 1
    booked = [one for one in site.container.outbox.newest(1000) if one.conversation_id == player.conversation_id]
    assert [one.kind for one in booked] == ["booked"]


def test_a_whole_conversation_begun_while_it_is_away_goes_on(site: WholeSite) -> None:
    player = Player(site)
    with moved_away(_file(site)):
        player.play([{"patient": "hei"}, {"bot": "113"}, {"patient": "jeg vil snakke med lege"}, {"bot": "113"}])
        assert requests.get(f"{site.url}/readyz", timeout=10).status_code == 503
        assert requests.get(f"{site.url}/healthz", timeout=10).status_code == 200
        assert requests.get(f"{site.url}/", timeout=10).status_code == 200
    assert requests.get(f"{site.url}/readyz", timeout=10).status_code == 200
    player.play([{"patient": "jeg trenger en lege"}])
    assert player.login_links, "what was asked for meanwhile is done"


def test_other_conversations_are_as_before(site: WholeSite) -> None:
    """What was held is told to the one who wrote it, and to nobody else."""
    one, other = _player(site, "reason"), _player(site, "reason")
    with locked(_file(site)):
        one.play([{"patient": WORDS}, {"bot": "113"}])
    other.play([{"patient": "kløe på armene"}, {"patient": "det var alt"}])
    _finish(other)
    assert _report(other).words == ("kløe på armene",)
    one.play([{"patient": "det var alt"}])
    _finish(one)
    assert _report(one).words == (WORDS,)


def test_by_sms_the_answer_comes_by_itself_when_it_is_back(site: WholeSite) -> None:
    phone = Telephone(site, "+4791300001")
    phone.text("Hei")
    before = len(phone.received())
    with locked(_file(site)):
        told = phone.post("hva koster det?")
        assert told.status_code == 200
        assert "113" in told.text and "23 01 48 00" in told.text
    phone.hear(before)
    assert "hva du eventuelt betaler" in phone.said
    time.sleep(2.5)
    assert len(phone.received()) == before + 1, "answered once"


def test_the_memory_of_the_dialogue_is_locked(site: WholeSite, caplog: pytest.LogCaptureFixture) -> None:
    """Rasa keeps its trackers in a file of their own; without it everyone is answered all the same."""
    caplog.set_level(logging.DEBUG)
    player = _player(site, "reason")
    with locked(_file(site).with_name("tracker.db")):
        player.play([{"patient": "faren min puster ikke, hemmelig"}, {"bot": "113"}])
    assert "tracker" in caplog.text, "the operator hears of it"
    assert "hemmelig" not in caplog.text
    player.play([{"patient": "det var en feil"}, {"patient": WORDS}, {"patient": "det var alt"}])
    _finish(player)
    assert WORDS in _report(player).words
