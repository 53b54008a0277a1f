"""Rasa breaks, messages come at once or twice: everyone gets an answer, in order, and only one."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from clinic.intake.model import Step
from clinic.reports import Reports
from connectors import agent as agents
from connectors.messages import Inbound, Outbound
from tests.conversations.script import Player
from web.simulation.site import WholeSite


class Crashes:
    """An agent that fails at every message."""

    async def handle_message(self, message: Any) -> None:
        raise RuntimeError(f"crashed on {message.text}")


class Hangs:
    """An agent that never answers."""

    async def handle_message(self, message: Any) -> None:
        await asyncio.sleep(3600)


@contextmanager
def replaced(site: WholeSite, agent: object) -> Iterator[None]:
    """Another agent until the block ends."""
    real = site.app.ctx.agent
    site.app.ctx.agent = agent
    try:
        yield
    finally:
        site.app.ctx.agent = real


def _receive(site: WholeSite, sender: str, text: str, message_id: str) -> list[Outbound]:
    said: list[Outbound] = site.run(site.app.ctx.dispatcher.receive(Inbound("rest", sender, text, message_id)))
    return said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mannen min svarer ikke og puster rart", "113"),
        ("my father is not breathing", "113"),
        ("jeg vil ta livet mitt", "116 123"),
        ("barnet mitt har drukket klor", "22 59 13 00"),
    ],
)
def test_the_screen_answers_when_the_agent_crashes(site: WholeSite, text: str, expected: str) -> None:
    player = Player(site)
    with replaced(site, Crashes()):
        player.play([{"patient": text}, {"bot": expected}, {"not": "gikk galt"}])
    player.play([{"finding": decision} for decision in _decisions(site, player)])


def _decisions(site: WholeSite, player: Player) -> list[str]:
    found = [one.decision for one in site.container.findings.list() if one.conversation_id == player.conversation_id]
    assert len(found) == 1
    return found


@pytest.mark.parametrize(
    ("hello", "words"),
    [
        ("hei, jeg vil snakke med lege om noe hemmelig", "gikk galt"),
        ("hello, I want to see a doctor about something secret", "went wrong"),
    ],
)
def test_everything_else_gets_a_kind_word_with_113(
    site: WholeSite, hello: str, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    player = Player(site)
    with replaced(site, Crashes()):
        player.play([{"patient": hello}, {"bot": [words, "113", "23 01 48 00"]}])
    assert "RuntimeError" in caplog.text
    assert "hemmelig" not in caplog.text and "secret" not in caplog.text
    player.play([{"patient": "hei"}, {"not": words}])


def test_a_crash_in_the_middle_loses_nothing(site: WholeSite) -> None:
    player = Player(site)
    player.play([{"arrive at": {"step": "reason"}}, {"patient": "vondt i ryggen"}])
    with replaced(site, Crashes()):
        player.play([{"patient": "det var alt"}, {"bot": "113"}])
    player.play([{"patient": "det var alt"}, {"bot": "Hvor lenge"}, {"patient": "to uker"}])
    player.play([{"patient": "litt"}, {"patient": "nei"}, {"patient": "ja"}, {"bot": "Timen er bestilt"}])
    player.play([{"booking": {"words": ["vondt i ryggen"], "duration": "to uker"}}])


def test_an_agent_that_hangs_is_given_up(site: WholeSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agents, "TURN_LIMIT_S", 0.3)
    player = Player(site)
    with replaced(site, Hangs()):
        player.play([{"patient": "jeg vil snakke med lege"}, {"bot": ["gikk galt", "113"]}])
        player.play([{"patient": "datteren min puster ikke"}, {"bot": "113"}])
    player.play([{"patient": "jeg vil snakke med lege"}])
    assert player.login_links


def test_messages_at_once_keep_their_order(site: WholeSite) -> None:
    player = Player(site)
    player.play([{"arrive at": {"step": "reason"}}])
    texts = [f"{number} vondt i skulderen når jeg løfter armen" for number in range(6)]
    answers: dict[int, list[dict[str, Any]]] = {}

    def write(number: int) -> None:
        answers[number] = site.say(player.sender, texts[number])

    threads = [threading.Thread(target=write, args=(number,)) for number in range(len(texts))]
    for thread in threads:
        thread.start()
        time.sleep(0.04)  # in this order, and each long before the one before it is answered
    for thread in threads:
        thread.join()
    assert all(answers[number] for number in range(len(texts)))
    state = site.container.intakes.state(player.conversation_id)
    assert state is not None
    assert state.intake.words() == texts
    assert state.next is Step.REASON


def test_answers_at_once_are_taken_one_after_the_other(site: WholeSite) -> None:
    player = Player(site)
    player.play([{"arrive at": {"step": "confirmation"}}])
    answers: list[list[dict[str, Any]]] = []
    threads = [threading.Thread(target=lambda: answers.append(site.say(player.sender, "ja"))) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    booked = [bubble for answer in answers for bubble in answer if "Timen er bestilt" in bubble["text"]]
    assert len(booked) == 1
    reference = booked[0]["custom"]["reference"]
    assert [one.reference for one in Reports(site.container.database).bookings()].count(reference) == 1
    sent = [one.kind for one in site.container.outbox.newest(1000) if one.conversation_id == player.conversation_id]
    assert sent == ["booked"]


def test_the_same_message_id_is_answered_once(site: WholeSite) -> None:
    player = Player(site)
    player.play([{"arrive at": {"step": "reason"}}])
    sender = player.conversation_id
    assert _receive(site, sender, "vondt i foten", f"{sender}-1")
    assert _receive(site, sender, "vondt i foten", f"{sender}-1") == []
    assert _receive(site, sender, "vondt i foten", f"{sender}-2"), "the same words again are another message"
    state = site.container.intakes.state(sender)
    assert state is not None
    assert state.intake.words() == ["vondt i foten", "vondt i foten"]


def test_the_same_message_id_twice_at_once_is_answered_once(site: WholeSite) -> None:
    dispatcher = site.app.ctx.dispatcher

    async def both() -> list[list[Outbound]]:
        same = Inbound("rest", "rest-at-once", "hei", "at-once-1")
        return list(await asyncio.gather(dispatcher.receive(same), dispatcher.receive(same)))

    first, second = site.run(both())
    assert bool(first) != bool(second)
