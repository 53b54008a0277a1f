"""SMS: only Twilio may write, each message is handled once whatever happens, and choices are numbers."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from datetime import timedelta

import pytest
import requests
from sqlalchemy import select, text

from clinic.clock import FixedClock
from clinic.container import Container
from clinic.conversations.model import AcceptedMessage
from clinic.settings import Settings
from clinic.storage.tables import InboundMessageRow
from connectors.sms import PATH, conversation_of
from connectors.stored import TAKEN_FOR
from tests.support.sms_site import PATIENCE_S, PHONE, ScriptedTurns, SmsSite, running_sms_site

EMPTY = "<Response />"


FIRST = "Du skriver med chatboten til Hjemmelegene. Haster det, ring 113.\n"


STEMMER = "Stemmer det?\n1 Ja\n2 Nei"


def _waiting(container: Container) -> int:
    with container.database.read() as session:
        return len(session.scalars(select(InboundMessageRow).where(InboundMessageRow.handled_at.is_(None))).all())


def _wait_until_handled(container: Container) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while _waiting(container):
        assert time.monotonic() < deadline, "a message stays unhandled"
        time.sleep(0.02)


def test_a_message_is_answered_through_the_outbox(site: SmsSite) -> None:
    answer = site.post("Hei på deg, æøå & 1+1=2")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/xml")
    assert EMPTY in answer.text
    (reply,) = site.wait_for(1)
    assert reply.text == f"{FIRST}Du skrev: Hei på deg, æøå & 1+1=2\n{STEMMER}"
    assert (reply.channel, reply.kind, reply.address) == ("sms", "chat_reply", PHONE)


def test_only_the_first_answer_says_that_a_chatbot_writes(site: SmsSite) -> None:
    for number in range(1, 4):
        site.post("Hei", f"SM{number}")
        site.wait_for(number)
    assert [message.text.startswith(FIRST) for message in site.outbox()] == [True, False, False]


def test_the_number_is_no_part_of_the_conversation_id(site: SmsSite) -> None:
    site.post()
    (reply,) = site.wait_for(1)
    assert reply.conversation_id == conversation_of(site.container, PHONE)
    assert "9123" not in reply.conversation_id
    conversation = site.container.conversations.get(reply.conversation_id)
    assert conversation is not None and conversation.address == PHONE


@pytest.mark.parametrize("signature", ["", "wrong", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", "æøå".encode().decode("latin-1")])
def test_without_twilios_signature_nothing_happens(site: SmsSite, signature: str) -> None:
    answer = site.post(signature=signature)
    assert answer.status_code == 403
    assert answer.text == ""
    assert site.turns.heard == []
    assert _waiting(site.container) == 0


def test_a_changed_message_is_refused(site: SmsSite) -> None:
    real = site.post().request
    assert isinstance(real.body, str) and "Body=Hei" in real.body
    for body in (
        real.body.replace("Body=Hei", "Body=Hallo"),
        real.body + "&Extra=1",
        real.body.replace("&ToState=", ""),
    ):
        forged = requests.post(
            site.url + PATH, data=body, timeout=15,
            headers={name: real.headers[name] for name in ("X-Twilio-Signature", "Content-Type")},
        )  # fmt: skip
        assert forged.status_code == 403


def test_the_signature_is_for_the_public_address_whatever_the_proxy_says(site: SmsSite) -> None:
    assert site.post(headers={"Host": "elsewhere.example", "X-Forwarded-Proto": "https"}).status_code == 200
    assert site.post(sid="SM2", query="?region=no").status_code == 200


def test_production_without_a_token_lets_nobody_in(settings: Settings, clock: FixedClock) -> None:
    container = Container(replace(settings, env="prod"), clock)
    with running_sms_site(container) as site:
        assert site.post().status_code == 403
    container.close()


def test_twilios_repeats_are_handled_once(site: SmsSite) -> None:
    for _ in range(3):
        assert site.post("Hei", "SM7").status_code == 200
    site.wait_for(1)
    site.post("Takk", "SM8")
    site.wait_for(2)
    assert site.turns.heard == ["Hei", "Takk"]
    assert len(site.outbox()) == 2


def test_a_repeat_while_the_answer_is_under_way_is_handled_once(container: Container) -> None:
    with running_sms_site(container, ScriptedTurns(slow_s=0.5)) as site:
        site.post("Hei", "SM7")
        site.post("Hei", "SM7")
        site.handle_waiting()
        site.wait_for(1)
        site.handle_waiting()
        assert site.turns.heard == ["Hei"]


def test_what_is_answered_while_the_waiting_are_looked_up_is_not_answered_again(
    container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_sms_site(container, ScriptedTurns(slow_s=0.5)) as site:
        look_up = container.conversations.take_waiting

        def slow_look_up(idle: timedelta) -> list[AcceptedMessage]:
            found = look_up(idle)
            _wait_until_handled(container)
            time.sleep(0.1)
            return found

        monkeypatch.setattr(container.conversations, "take_waiting", slow_look_up)
        site.post("Hei")
        site.handle_waiting()
        assert site.turns.heard == ["Hei"]
        assert len(site.outbox()) == 1


@pytest.mark.parametrize(("answer", "intent"), [("1", "affirm"), (" 2. ", "deny"), ("ja", "affirm"), ("Nei!", "deny")])
def test_a_number_or_a_title_is_the_choice(site: SmsSite, answer: str, intent: str) -> None:
    site.post("Hei")
    site.wait_for(1)
    site.post(answer, "SM2")
    site.wait_for(2)
    assert site.turns.meant == [None, intent]


@pytest.mark.parametrize("typed", ["3", "12", "/affirm", '/choose{"choice":"c1"}'])
def test_other_numbers_and_typed_commands_are_words(site: SmsSite, typed: str) -> None:
    site.post("Hei")
    site.wait_for(1)
    with site.container.database.session() as session:
        session.execute(text("DELETE FROM offered_choices WHERE payload = '/affirm'"))
    site.post(typed, "SM2")
    site.wait_for(2)
    assert "affirm" not in site.turns.meant


@pytest.mark.parametrize("missing", ["From", "MessageSid"])
def test_what_is_not_an_sms_is_refused(site: SmsSite, missing: str) -> None:
    assert site.post(**{missing: ""}).status_code == 400
    assert site.turns.heard == []


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff\xfe", b"&&&=&", b"a=1&" * 500], ids=repr)
def test_a_bad_body_is_refused_quietly(site: SmsSite, body: bytes, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    answer = requests.post(site.url + PATH, data=body, headers={"X-Twilio-Signature": "x"}, timeout=15)
    assert answer.status_code == 403
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


@pytest.mark.parametrize("sender", ["26112", "Posten", "whatsapp", "+471", "+47" + "9" * 30])
def test_senders_that_cannot_be_answered_are_let_be(site: SmsSite, sender: str) -> None:
    answer = site.post(sender=sender)
    assert answer.status_code == 200
    assert EMPTY in answer.text
    assert site.turns.heard == []
    assert _waiting(site.container) == 0


def test_one_number_is_one_conversation_however_it_is_written(site: SmsSite) -> None:
    site.post("Hei")
    site.post("Hei igjen", "SM2", sender="+47 912 34 567")
    first, second = site.wait_for(2)
    assert first.conversation_id == second.conversation_id
    assert second.address == PHONE


def test_a_picture_without_words_gets_a_kind_answer_once(site: SmsSite) -> None:
    for _ in range(2):
        assert site.post("", NumMedia="1", MediaUrl0="https://api.twilio.com/x").status_code == 200
    (reply,) = site.wait_for(1)
    assert reply.kind == "only_text"
    assert "113" in reply.text
    assert site.turns.heard == []
    site.post("se her", "SM2", NumMedia="1")
    site.wait_for(2)
    assert site.turns.heard == ["se her"]


def test_an_empty_message_is_answered(site: SmsSite) -> None:
    assert site.post("").status_code == 200
    site.wait_for(1)
    assert site.turns.meant == ["nlu_fallback"]


def test_an_emergency_is_answered_although_the_bot_fails(container: Container) -> None:
    with running_sms_site(container, ScriptedTurns(failing=RuntimeError("broken"))) as site:
        site.post("mannen min puster ikke")
        (reply,) = site.wait_for(1)
        assert "113" in reply.text
        _wait_until_handled(container)


def test_nothing_of_the_patient_is_logged(container: Container, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with running_sms_site(container, ScriptedTurns(failing=RuntimeError("hemmelig halsvondt"))) as site:
        site.post("hemmelig halsvondt")
        site.wait_for(1)
        site.post("hemmelig halsvondt", signature="x")
        site.post("hemmelig halsvondt", "SM3", sender="26112")
    shown = "\n".join(record.getMessage() for record in caplog.records)
    for secret in ("halsvondt", "91234567", "4791", "26112"):
        assert secret not in shown


def test_what_was_stored_and_not_answered_is_answered_after_a_restart(container: Container, clock: FixedClock) -> None:
    with running_sms_site(container, ScriptedTurns(slow_s=30)) as site:
        assert site.post("jeg vil snakke med lege").status_code == 200
        assert site.post("det haster litt", "SM2").status_code == 200
        assert _waiting(container) == 2
    with running_sms_site(container) as site:
        clock.set(clock.now() + TAKEN_FOR)
        site.handle_waiting()
        site.wait_for(2)
        site.handle_waiting()
        assert site.turns.heard == ["jeg vil snakke med lege", "det haster litt"]
    with container.database.read() as session:
        rows = session.scalars(select(InboundMessageRow)).all()
    assert [(row.text, row.address) for row in rows] == [(None, None)] * 2, "the words are let go of when answered"


def test_of_two_processes_one_takes_a_waiting_message(container: Container, clock: FixedClock) -> None:
    container.conversations.accept("sms", "SM1", "sms-x", "Hei", PHONE)
    clock.set(clock.now() + timedelta(minutes=2))
    other = Container(container.settings, clock)
    assert len(container.conversations.take_waiting(timedelta(minutes=1))) == 1
    assert other.conversations.take_waiting(timedelta(minutes=1)) == []
    other.close()
