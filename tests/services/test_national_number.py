"""A national number that is typed into the chat is gone at once: not in any file, message or log."""

from __future__ import annotations

import logging
import re
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from clinic.identity.national_id import synthetic_number
from clinic.storage.tables import FindingRow, IntakeNoteRow, IntakeRow, OutboxMessageRow
from connectors.sanitise import clean
from tests.conversations.script import Player
from web.simulation.site import WholeSite

TODAY = date(2026, 3, 2)
NUMBER = synthetic_number(date(1984, 11, 23), 7)
MARK = "•••••• •••••"


def _written(number: str) -> list[str]:
    """The same number as people write it."""
    day, rest = number[:6], number[6:]
    pairs = f"{day[:2]} {day[2:4]} {day[4:]}"
    return [
        number, f"{day} {rest}", f"{day}-{rest}", f"{day}.{rest}", f"{pairs} {rest}", f"{day} {rest[:3]} {rest[3:]}",
        f"{day[:2]}.{day[2:4]}.{day[4:]}-{rest}", f"{pairs} {rest[:3]} {rest[3:]}",
    ]  # fmt: skip


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


@pytest.mark.parametrize("written", _written(NUMBER))
def test_it_is_taken_out_however_it_is_written(written: str) -> None:
    for text in (written, f"fødselsnr: {written}.", f"({written})", f"jeg er 41 og heter Kari, {written} er nummeret"):
        cleaned = clean(text, TODAY)
        assert NUMBER not in _digits(cleaned)
        assert MARK in cleaned
    assert clean(f"Hei {written}, vondt", TODAY) == f"Hei {MARK}, vondt"


def test_several_are_all_taken_out() -> None:
    cleaned = clean(f"{NUMBER} og {NUMBER[:6]} {NUMBER[6:]} 46 {NUMBER}", TODAY)
    assert cleaned.count(MARK) == 3
    assert NUMBER not in _digits(cleaned)


@pytest.mark.parametrize(
    "text",
    [
        "12345678",
        "123 45 678",
        "ring 23 01 48 00 eller 116 117",
        "12345678901",
        "fødselsdato 10.05.2019",
        "9" * 200,
        "+47 900 00 001",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert clean(text, TODAY) == text


def test_nothing_of_it_is_kept_anywhere(
    site: WholeSite, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("urllib3").setLevel(logging.WARNING)
    player = Player(site)
    told = f"mitt nummer er {NUMBER}"
    player.play([{"patient": told}, {"patient": "jeg vil snakke med lege"}, {"patient": told}])
    player.play([{"login": "Kari"}, {"patient": "ferdig"}, {"patient": NUMBER}, {"bot": "fødselsnummer"}])
    player.play([{"patient": "12345678"}, {"patient": "meg selv"}, {"patient": f"vondt i halsen, {told}"}])
    player.play([{"patient": "det var alt"}, {"patient": f"to dager {NUMBER}"}, {"patient": f"litt, {told}"}])
    player.play([{"patient": "nei"}, {"patient": "ja"}])
    assert player.reference
    player.play([{"patient": f"faren min puster ikke {NUMBER}"}, {"bot": "113"}])

    container = site.container
    with container.database.read() as session:
        kept = [note.text for note in session.scalars(select(IntakeNoteRow))]
        kept += [f"{row.duration_text} {row.severity_text}" for row in session.scalars(select(IntakeRow))]
        kept += [row.text for row in session.scalars(select(FindingRow))]
        kept += [row.body for row in session.scalars(select(OutboxMessageRow))]
    assert any(MARK in text for text in kept), "the rest of what was written is kept"
    assert not any(NUMBER in _digits(text) for text in kept)

    folder = Path(container.settings.database_url.removeprefix("sqlite:///")).parent
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {"clinic.db", "tracker.db"} <= {path.name for path in files}
    for path in files:
        assert NUMBER.encode() not in path.read_bytes(), path.name
    out, err = capfd.readouterr()
    assert NUMBER not in out + err + caplog.text
