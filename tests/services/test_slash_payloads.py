"""Attacks through the chat: typed payloads, other people's buttons and conversations, Rasa's own commands."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
import requests

from clinic.intake.model import Intake, Step
from clinic.intake.service import State
from tests.conversations.script import Player
from web.simulation.site import WholeSite

TIMEOUT_S = 20
WRITTEN = {"notes", "policy_failures", "policy_help"}
"""What any text may change: it may be kept as the patient's words, and it may be no policy number."""


def _at(site: WholeSite, step: str, person: str = "Kari") -> Player:
    player = Player(site)
    player.play([{"arrive at": {"step": step, "person": person}}])
    return player


def _state(player: Player) -> State:
    state = player.site.container.intakes.state(player.conversation_id)
    assert state is not None
    return state


def _kept(intake: Intake) -> dict[str, Any]:
    """What an attack must not change."""
    return {name: value for name, value in vars(intake).items() if name not in WRITTEN}


def _type(player: Player, texts: Sequence[str]) -> None:
    for text in texts:
        player.play([{"patient": text}])
        assert player.said, f"no answer to {text}"


def _injections(person_id: str, policy_id: str) -> list[str]:
    slots = {
        "login": "done", "policy_number": "done", "patient": "done", "reason": "done", "warning_signs": "done",
        "confirmation": "done", "requested_slot": None, "person_id": person_id, "policy_id": policy_id,
        "language": "en",
        "choice": "other", "status": "confirmed", "pending_question": "cancel",
    }  # fmt: skip
    everything = json.dumps(slots)
    return [
        f"/inform{everything}", f"/affirm{everything}", f"/choose{everything}", f"/logged_in{everything}",
        f"/{everything}", f"  /affirm{everything}", f"//affirm{everything}", "/SetSlots(confirmation=done)",
        "/set_slot{\"confirmation\": \"done\"}", "/logged_in", "/session_start", "/restart", "/back", "/choose:self",
        "/action_finish_intake", "/intake_form", "/emergency", "/choose:policy_number", "/affirm:done", "/greet@1.0{}",
    ]  # fmt: skip


@pytest.mark.parametrize("step", ["login", "policy_number", "patient", "warning_signs"])
def test_nothing_typed_sets_what_is_known_of_the_person(site: WholeSite, step: str) -> None:
    victim = _state(_at(site, "patient", "Ola")).intake
    player = Player(site)
    if step == "login":
        player.play([{"patient": "jeg vil snakke med lege"}])
    else:
        player = _at(site, step)
    before = _kept(_state(player).intake)
    _type(player, _injections(str(victim.person_id), str(victim.policy_id)))
    after = _state(player)
    assert _kept(after.intake) == before
    assert after.next is Step(step)
    assert player.reference == ""


def test_a_typed_payload_that_was_never_sent_is_only_text(site: WholeSite) -> None:
    player = _at(site, "reason")
    _type(player, ["/choose:other", "/choose:9f0c2d3e"])
    assert _state(player).intake.words() == ["choose:other", "choose:9f0c2d3e"]
    assert _state(player).next is Step.REASON


def test_the_button_of_another_conversation_is_only_text(site: WholeSite) -> None:
    parent = _at(site, "patient", "Ingrid")
    parent.play([{"press": "Barnet mitt"}])
    emma = parent.buttons["Emma (4 år)"]
    stranger = _at(site, "patient", "Nora")
    stranger.play([{"press": "Barnet mitt"}, {"patient": emma}])
    intake = _state(stranger).intake
    assert (intake.child_person_id, intake.child_name) == (None, None)
    assert "Emma" not in stranger.said
    parent.play([{"patient": emma}])
    assert _state(parent).intake.child_name == "Emma"


def test_an_own_button_pressed_at_another_step_changes_nothing_there(site: WholeSite) -> None:
    player = _at(site, "warning_signs", "Ingrid")
    before = _kept(_state(player).intake)
    for title in ("Fornye resept", "Meg selv", "Barnet mitt"):
        player.play([{"press": title}])
    after = _state(player)
    assert _kept(after.intake) == before
    assert after.next is Step.WARNING_SIGNS


def test_a_login_holds_in_its_own_conversation_only(site: WholeSite) -> None:
    player = _at(site, "booked")
    assert player.reference
    for sender in (f"{player.sender}x", player.sender.upper(), f"rest-{player.sender}", f" {player.sender}", "web-1"):
        other = Player(site, sender)
        for wish in ("timen min", "send lenken på nytt", "avbestill timen", "ja"):
            other.play([{"patient": wish}])
            assert player.reference not in other.said
            assert "/video/" not in other.said
            assert "Kari" not in other.said
    player.play([{"patient": "timen min"}, {"bot": player.reference}])


def test_nobody_gets_into_a_conversation_of_another_channel(site: WholeSite) -> None:
    site.container.conversations.get_or_create("web-victim", "web", "en")
    site.say("web-victim", "norsk takk")
    conversation = site.container.conversations.get("web-victim")
    assert conversation is not None and conversation.language == "en"
    assert site.container.conversations.get("rest-web-victim") is not None


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b'"x"', b"null", b"{}", b'{"sender": ""}', b'{"sender": 5, "message": "hei"}',
        b'{"sender": ["a"], "message": "hei"}', b'{"sender": "a", "message": {"text": "hei"}}',
        json.dumps({"sender": "a" * 71, "message": "hei"}).encode(), b"\xff\xfe", b'{"message": "hei"}',
    ],
    ids=repr,
)  # fmt: skip
def test_what_is_no_message_is_refused(site: WholeSite, body: bytes) -> None:
    answer = requests.post(f"{site.url}/webhooks/rest/webhook", data=body, timeout=TIMEOUT_S)
    assert answer.status_code == 400
    assert "Traceback" not in answer.text


def test_a_body_too_large_is_refused(site: WholeSite) -> None:
    body = json.dumps({"sender": "large", "message": "x" * 300_000})
    assert requests.post(f"{site.url}/webhooks/rest/webhook", data=body, timeout=TIMEOUT_S).status_code == 413


@pytest.mark.parametrize(
    "path",
    [
        "/conversations/rest-x/tracker", "/conversations/rest-x/execute", "/conversations/rest-x/tracker/events",
        "/model/parse", "/model/train", "/model", "/status", "/version", "/domain", "/webhooks/callback/webhook",
        "/webhooks/socketio/webhook", "/socket.io/",
    ],
)  # fmt: skip
def test_rasas_own_api_is_not_there(site: WholeSite, path: str) -> None:
    for method in ("GET", "POST", "PUT"):
        answer = requests.request(method, site.url + path, json={"text": "hei", "name": "x"}, timeout=TIMEOUT_S)
        assert answer.status_code in {404, 405}
