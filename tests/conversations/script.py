"""Plays a written conversation against the running program: every line is something said, pressed, or expected."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

from clinic.reports import Reports
from web.simulation.site import NOON, WholeSite

NO_BREAK_SPACE = "\u00a0"
POLICIES = {
    "Kari": "12345678", "Ola": "23456789", "Ingrid": "34567890", "Marius": "34567890", "Nora": "45678901",
    "Thea": "45678901", "Aleksander": "56789012", "Per": "67890123", "Anne": "78901234", "Lars": "12345678",
}  # fmt: skip

WAYS = {
    "nb": {
        "login": "jeg vil snakke med en lege", "back": "ferdig", "policy_number": "", "patient": "meg selv",
        "reason": "vondt i halsen og litt hoste", "more": "det var alt", "follow_up_1": "tre dager",
        "follow_up_2": "ganske plagsomt, har tatt paracet", "warning_signs": "nei", "confirmation": "ja",
    },
    "en": {
        "login": "I would like to see a doctor", "back": "done", "policy_number": "", "patient": "me",
        "reason": "sore throat and a bit of a cough", "more": "that's all", "follow_up_1": "three days",
        "follow_up_2": "quite annoying, I took paracetamol", "warning_signs": "no", "confirmation": "yes",
    },
}  # fmt: skip
"""The usual answers, step by step."""
EVERYWHERE = (
    "before the login", "policy_number", "patient", "reason", "more", "follow_up_1", "follow_up_2", "warning_signs",
    "confirmation", "booked",
)  # fmt: skip
"""Where a conversation that holds everywhere is begun."""


def at_each_step(script: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """A script by its title; one that is marked `everywhere` once for each place where it is begun."""
    if not script.get("everywhere"):
        return {script["title"]: script}
    steps: dict[str, dict[str, Any]] = {}
    for step in (place for place in EVERYWHERE if place not in script.get("not at", ())):
        arrival = [] if step == EVERYWHERE[0] else [{"arrive at": {"step": step, "language": script["language"]}}]
        steps[f"{script['title']}, {step.replace('_', ' ')}"] = {**script, "talk": arrival + script["talk"]}
    return steps


@dataclass
class Player:
    """One patient's side of one conversation, with what the bot said last."""

    site: WholeSite
    sender: str = field(default_factory=lambda: secrets.token_hex(6))
    bubbles: list[dict[str, Any]] = field(default_factory=list)
    buttons: dict[str, str] = field(default_factory=dict)
    login_links: list[str] = field(default_factory=list)
    video_link: str = ""
    reference: str = ""
    asked: str = ""

    def play(self, talk: list[dict[str, Any]]) -> None:
        """Goes through the lines; an AssertionError names the line that failed and what the bot said instead."""
        self.site.clock.set(NOON)
        for number, line in enumerate(talk, start=1):
            ((kind, value),) = line.items()
            try:
                getattr(self, f"_{kind.replace(' ', '_')}")(value)
            except AssertionError as failed:
                raise AssertionError(
                    f"line {number}, {kind}: {value!r}: {failed}\nthe bot said:\n{self.said}"
                ) from None

    def _another_device(self, _always: bool) -> None:
        """From here on the patient writes in a new conversation."""
        self.sender = secrets.token_hex(6)

    @property
    def said(self) -> str:
        """All of the bot's last bubbles as one text, with plain spaces."""
        return "\n".join(bubble["text"] for bubble in self.bubbles).replace(NO_BREAK_SPACE, " ")

    @property
    def conversation_id(self) -> str:
        """The conversation as the program knows it."""
        return f"rest-{self.sender}"

    def _patient(self, text: str) -> None:
        self.bubbles = self.site.say(self.sender, str(text))
        for bubble in self.bubbles:
            self.buttons |= {button["title"]: button["payload"] for button in bubble.get("buttons", [])}
            custom = bubble.get("custom") or {}
            if custom.get("kind") == "login":
                self.login_links.append(custom["url"])
            if custom.get("kind") == "video":
                self.video_link, self.reference = custom["url"], custom["reference"]

    def _press(self, title: str) -> None:
        assert title in self.buttons, f"there was never a button of this name, only {list(self.buttons)}"
        self._patient(self.buttons[title])

    def _bot(self, expected: str | list[str]) -> None:
        for part in [expected] if isinstance(expected, str) else expected:
            assert str(part).casefold() in self.said.casefold(), f"'{part}' is missing"

    def _not(self, unwanted: str | list[str]) -> None:
        for part in [unwanted] if isinstance(unwanted, str) else unwanted:
            assert str(part).casefold() not in self.said.casefold(), f"'{part}' must not be there"

    def _buttons(self, titles: list[str]) -> None:
        shown = [button["title"] for bubble in self.bubbles for button in bubble.get("buttons", [])]
        for title in titles:
            assert title in shown, f"no button '{title}' among {shown}"

    def _login(self, first_name: str) -> None:
        assert self.login_links, "the bot has sent no login link"
        answer = self.site.log_in(self.login_links[-1], first_name)
        assert answer.ok, f"the login ended with {answer.status_code}"

    def _arrive_at(self, place: dict[str, str]) -> None:
        """Goes the usual way to a step, so that a conversation can begin there."""
        self._go_to(place)
        self.asked = self.bubbles[-1]["text"] if self.bubbles else ""

    def _asked_again(self, _always: bool) -> None:
        """The question of the step on arrival, by the last sentence of its first line: the rest may change."""
        question = self.asked.split("\n")[0].split(". ")[-1]
        assert question in self.said, f"'{question}' is not asked again"

    def _go_to(self, place: dict[str, str]) -> None:
        way = WAYS[place.get("language", "nb")]
        person = place.get("person", "Kari")
        for name, text in way.items():
            if name == place["step"]:
                return
            if name == "login":
                self._patient(text)
                self._login(person)
                self._patient(way["back"])
            elif name != "back":
                self._patient({"policy_number": POLICIES[person]}.get(name, text))
        assert place["step"] == "booked", f"there is no step {place['step']}"

    def _clock(self, oslo_time: str) -> None:
        self.site.clock.set(str(oslo_time))

    def _booking(self, expected: dict[str, Any]) -> None:
        reports = {report.reference: report for report in Reports(self.site.container.database).bookings()}
        assert self.reference in reports, "no booking of this reference"
        for name, value in expected.items():
            found = getattr(reports[self.reference], name)
            found = list(found) if isinstance(found, tuple) else found
            assert found == value, f"{name} is {found!r}"

    def _nothing_found(self, _always: bool) -> None:
        found = [one for one in self.site.container.findings.list() if one.conversation_id == self.conversation_id]
        assert not found, f"recorded was {[one.decision for one in found]}"

    def _no_booking(self, _always: bool) -> None:
        intakes = self.site.container.intakes
        state = intakes.state(self.conversation_id)
        assert self.reference == "", "there is a booking"
        assert state is None or state.intake.status != "booked", "there is a booking"

    def _finding(self, decision: str) -> None:
        found = [one for one in self.site.container.findings.list() if one.conversation_id == self.conversation_id]
        assert found, "nothing was recorded"
        assert decision in {one.decision for one in found}, f"recorded was {[one.decision for one in found]}"
