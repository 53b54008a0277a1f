"""A national number in every field that takes input, then a search for it in everything that the program keeps."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest
import requests
from sqlalchemy import create_engine, text
from twilio.request_validator import RequestValidator

from clinic.identity.national_id import synthetic_number
from clinic.storage import Keyring
from connectors.sms import DEV_AUTH_TOKEN
from connectors.sms import PATH as SMS_PATH
from tests.support.chat_client import ChatClient
from tests.support.login_site import PERSONS
from tests.support.program import running_program
from tests.support.sms_site import twilio_form
from web.simulation.browser import log_in

NUMBER = synthetic_number(date(1984, 11, 23), 7)
WRITTEN = f"{NUMBER[:6]} {NUMBER[6:]}"
OWN = PERSONS[0]["national_id"]


def use_every_field(url: str) -> None:
    """Everything that a stranger, a patient or a provider can send, with the number in it."""
    steps = ["jeg vil snakke med lege", NUMBER, WRITTEN, "ferdig", NUMBER, "12345678", f"for meg {NUMBER}", "meg",
             f"vondt i halsen {NUMBER}", "det var alt", f"tre dager {WRITTEN}", f"litt vondt {NUMBER}", "nei", "ja",
             f"timen min {NUMBER}", f"min mor puster ikke {NUMBER}", f"/intake{{\"x\": \"{NUMBER}\"}}"]  # fmt: skip
    with requests.Session() as http:
        for step in steps:
            body = {"sender": "every-field", "message": step}
            bubbles = http.post(f"{url}/webhooks/rest/webhook", json=body, timeout=60).json()
            link = next((one["custom"]["url"] for one in bubbles if one.get("custom", {}).get("kind") == "login"), None)
            if link and step == WRITTEN:
                log_in(link, OWN)
        named = {"sender": f"min-{WRITTEN}", "message": "hei"}
        assert http.post(f"{url}/webhooks/rest/webhook", json=named, timeout=60).status_code == 400
    chat = ChatClient(url)
    chat.start(language=NUMBER)
    for body in (
        {"text": NUMBER},
        {"text": WRITTEN},
        {"payload": f"/choose:{NUMBER}"},
    ):
        chat.send(**body)
    chat.wait_until(lambda events: len(events) > 4 and events[-1]["kind"] == "bot")
    form = twilio_form(f"nummeret mitt er {NUMBER}", "SM" + "0" * 32, "+4791234567")
    signature = RequestValidator(DEV_AUTH_TOKEN).compute_signature(url + SMS_PATH, form)
    assert requests.post(url + SMS_PATH, data=form, headers={"X-Twilio-Signature": signature}, timeout=30).ok
    for path in (
        f"/login/{NUMBER}", f"/login/callback?state={NUMBER}&code={NUMBER}&error={NUMBER}", f"/{NUMBER}",
        f"/login/done?channel={NUMBER}&language={NUMBER}", f"/video/{NUMBER}", f"/review/?q={NUMBER}",
        f"/static/{NUMBER}", f"/chat/events?after={NUMBER}", f"/{quote(WRITTEN)}", f"/healthz?x={NUMBER}",
    ):  # fmt: skip
        for method in ("GET", "POST"):
            headers = {"User-Agent": NUMBER, "Referer": f"https://x.example/{NUMBER}", "Cookie": f"a={NUMBER}"}
            requests.request(method, url + path, headers=headers, data={"nin": NUMBER}, timeout=30)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a program has left behind that got the number everywhere."""
    folder = tmp_path_factory.mktemp("every-field")
    with running_program(folder / "var", folder / "program.log", CLINIC_LOG_LEVEL="DEBUG") as url:
        use_every_field(url)
    return folder


def test_it_is_in_no_file_and_no_log(folder: Path) -> None:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {"clinic.db", "tracker.db", "program.log"} <= {path.name for path in files}
    assert (folder / "program.log").stat().st_size > 0
    for path in files:
        content = path.read_bytes()
        for number in (NUMBER, OWN):
            assert number.encode() not in content, path.name
            assert f"{number[:6]} {number[6:]}".encode() not in content, path.name


def test_it_is_in_nothing_that_is_encrypted_either(folder: Path) -> None:
    keyring = Keyring((folder / "var" / "secret.key").read_bytes().strip())
    found: set[str] = set()
    for table, column, value in _cells(folder / "var" / "clinic.db"):
        plain = keyring.decrypt(value) if value.startswith(("a1.", "gAAAA")) else value
        if any(number in plain.replace(" ", "") for number in (NUMBER, OWN)):
            found.add(f"{table}.{column}")
    assert found == {"persons.national_id"}, "the record of who logged in is the one place, encrypted"


def test_tracker_holds_what_was_said_without_it(folder: Path) -> None:
    said = " ".join(value for _, _, value in _cells(folder / "var" / "tracker.db"))
    assert "vondt i halsen" in said
    assert NUMBER not in said.replace(" ", "")


def _cells(path: Path) -> list[tuple[str, str, str]]:
    """Every text in a SQLite file, with its table and column."""
    with closing(sqlite3.connect(path)) as reachable:
        assert reachable.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    engine = create_engine(f"sqlite:///{path}", future=True)
    cells = []
    with engine.connect() as connection:
        tables = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
        for table in tables:
            for row in connection.execute(text(f'SELECT * FROM "{table}"')).mappings():
                cells += [(table, column, value) for column, value in row.items() if isinstance(value, str)]
    engine.dispose()
    return cells
