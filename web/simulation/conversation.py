"""One simulated conversation with the running program, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import requests

from web.simulation.patient import Patient
from web.simulation.questions import asked, is_failure, is_misunderstanding
from web.simulation.site import WholeSite

_MOST_TURNS = 40
_LOST_TURNS = 3
"""Turns in a row without a question, after which a patient does not know what to do: a dead end."""
_SAME_TEXTS = 3
_STOPPED = "113"


@dataclass
class Outcome:
    """What became of a conversation; `said` is kept to look at what went wrong.

    `turns` are the patient's messages, without "done" after the login: on the web and by SMS the bot goes on by itself.
    """

    goal: str
    language: str
    habits: frozenset[str]
    can_complete: bool
    complete: bool = False
    turns: int = 0
    misunderstandings: int = 0
    loop: bool = False
    dead_end: bool = False
    failure: str | None = None
    emergency: bool = False
    emergency_stopped: bool = True
    said: list[str] = field(default_factory=list)

    @property
    def went_wrong(self) -> bool:
        """Whether somebody should read it."""
        return (
            self.loop or self.dead_end or self.failure is not None or not self.emergency_stopped
            or (self.can_complete and not self.complete)
        )  # fmt: skip


class Conversation:
    """Plays one patient against the site, as `first_name`."""

    def __init__(self, site: WholeSite, patient: Patient, sender: str, first_name: str) -> None:
        self._site, self._patient, self._sender, self._first_name = site, patient, sender, first_name
        self._link: str | None = None
        self._reference: str | None = None
        self._latest: list[str] = []
        self._same = self._lost = 0
        self.outcome = Outcome(patient.goal, patient.language, patient.habits, patient.can_complete)

    def play(self) -> Outcome:
        """Goes on until the goal is reached, the patient leaves, or nothing leads on."""
        outcome = self.outcome
        text: str | None = self._patient.opens()
        try:
            while text is not None and outcome.turns < _MOST_TURNS and not outcome.dead_end:
                question = self._say(text)
                if self._patient.done & {"emergency"}:
                    self._judge_emergency()
                    break
                if self._reference is not None:
                    break
                text = self._next(question)
        except (requests.RequestException, AssertionError) as error:
            outcome.failure = f"{type(error).__name__}: {error}"
        questions_answered = self._patient.goal == "questions" and not outcome.misunderstandings
        outcome.complete = self._reference is not None or questions_answered
        return outcome

    def _say(self, text: str) -> str | None:
        outcome = self.outcome
        outcome.turns += 1
        outcome.said.append(f"> {text}")
        bubbles = self._site.say(self._sender, text)
        texts = [str(bubble["text"]) for bubble in bubbles if bubble.get("text")]
        outcome.said += texts
        for bubble in bubbles:
            self._look_at(bubble.get("custom") or {})
        if any(is_failure(one) for one in texts) or not texts:
            outcome.failure = "the bot broke down"
        outcome.misunderstandings += sum(map(is_misunderstanding, texts))
        self._same = self._same + 1 if texts == self._latest else 1
        outcome.loop = outcome.loop or self._same >= _SAME_TEXTS
        self._latest = texts
        return asked(texts)

    def _look_at(self, custom: dict[str, Any]) -> None:
        if custom.get("kind") == "login":
            self._link = custom["url"]
        elif custom.get("kind") == "video":
            self._reference = custom["reference"]

    def _next(self, question: str | None) -> str | None:
        if question == "login" and self._link is not None:
            answer = self._site.log_in(self._link, self._first_name)
            self._link = None
            self.outcome.turns -= 1
            if not answer.ok:
                self.outcome.failure = f"the login ended with {answer.status_code}"
                return None
        self._lost = self._lost + 1 if question is None else 0
        if self._lost >= _LOST_TURNS and self._patient.goal != "questions":
            self.outcome.dead_end = True
        return self._patient.answers(question, self.outcome.turns)

    def _judge_emergency(self) -> None:
        """The advice must name 113 or a helpline, and nothing may be asked or booked after it."""
        outcome = self.outcome
        outcome.emergency = True
        told = any(_STOPPED in text for text in self._latest)
        outcome.emergency_stopped = told and asked(self._latest) is None and self._reference is None
