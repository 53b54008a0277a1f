"""A simulated patient: a goal, a language and habits, and what they write to what they are asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

GOALS = ("symptom", "symptom", "symptom", "child", "child", "prescription", "referral", "questions")
"""What people come for, the usual more often."""
HABITS = {
    "over_answers": 0.2, "corrects": 0.12, "digresses": 0.3, "mistypes": 0.3, "goes_silent": 0.05, "switches": 0.06,
    "wrong_policy": 0.15, "never_finds_policy": 0.03, "angry": 0.08, "frightened": 0.1, "emergency": 0.1,
}  # fmt: skip
"""How many of them do what."""
_TYPO_CHANCE = 0.5
_ASIDE_CHANCE = 0.35
_EXACT = frozenset({"policy_number", "child", "login", "emergency"})
"""Answers that are not mistyped: a wrong digit is another habit, and of emergencies the screen has its own report."""


@dataclass
class Patient:
    """One simulated patient. `policy` is their real number; `child` the first name of a child on it."""

    random: Random
    policy: str
    child: str | None
    language: str
    goal: str
    habits: frozenset[str]
    done: set[str] = field(default_factory=set)
    asked_questions: int = 0
    emergency_at: int | None = None

    @classmethod
    def made(cls, random: Random, policy: str, child: str | None) -> Patient:
        """A patient by chance; one without a child comes for themselves."""
        goal = random.choice(GOALS)
        if goal == "child" and child is None:
            goal = "symptom"
        habits = frozenset(name for name, share in HABITS.items() if random.random() < share)
        patient = cls(random, policy, child, random.choice(("nb", "nb", "en")), goal, habits)
        if "emergency" in habits:
            patient.emergency_at = random.randint(1, 9)
        return patient

    @property
    def can_complete(self) -> bool:
        """Whether their goal can be reached: not by who goes silent, has no number, or has an emergency."""
        return not self.habits & {"goes_silent", "never_finds_policy", "emergency"}

    def opens(self) -> str:
        """The first message."""
        if self.goal == "questions":
            return self._question()
        if "over_answers" in self.habits:
            return self._everything_at_once()
        return self._typed(self._pick({"symptom": "start"}.get(self.goal, f"start_{self.goal}")))

    def answers(self, question: str | None, turn: int) -> str | None:
        """What they write to a question, on their `turn`; None when they leave."""
        if turn == self.emergency_at:
            self.done.add("emergency")
            return self._pick("emergencies")
        if self.goal == "questions" and question not in {"elsewhere", "again"}:
            return None if self.asked_questions >= 3 else self._question()
        if "goes_silent" in self.habits and turn >= 6:
            return None
        aside = self._aside(question)
        if aside is not None:
            return aside
        text = self._answer(question)
        return text if text is None or question in _EXACT else self._typed(text)

    def _answer(self, question: str | None) -> str | None:
        if question == "policy_number":
            return self._policy_answer()
        if question == "patient":
            return self._pick("child" if self.goal == "child" else "me")
        if question == "child":
            return self.child
        if question == "reason":
            return self._pick({"symptom": "reason"}.get(self.goal, f"reason_{self.goal}"))
        if question == "confirmation" and "corrects" in self.habits and self._first("correction"):
            return self._pick("corrections")
        if question == "change":
            return {"nb": "hvor lenge", "en": "how long"}[self.language]
        kind = {
            "login": "login_done", "more": "more", "duration": "duration", "severity": "severity",
            "warning_signs": "warning_no", "confirmation": "confirm", "agreement": "agree", "again": "agree",
            "elsewhere": "warning_no", "menu": "start", "resume": "confirm",
        }.get(question or "", "anything")  # fmt: skip
        return None if question == "stuck" else self._pick(kind)

    def _aside(self, question: str | None) -> str | None:
        if question in {None, "elsewhere", "again", "stuck", "menu"} or self.random.random() > _ASIDE_CHANCE:
            return None
        wanted = [habit for habit in ("digresses", "angry", "frightened", "switches") if habit in self.habits]
        wanted = [habit for habit in wanted if f"{habit} {question}" not in self.done]
        if not wanted or (wanted == ["switches"] and "switched" in self.done):
            return None
        habit = self.random.choice(wanted)
        self.done.add(f"{habit} {question}")
        if habit == "switches":
            if not self._first("switched"):
                return None
            said = self._pick("switch")
            self.language = "en" if self.language == "nb" else "nb"
            return said
        return self._pick({"digresses": "digressions"}.get(habit, habit))

    def _policy_answer(self) -> str | None:
        if "never_finds_policy" in self.habits:
            return self._pick("dont_know") if self._first("dont_know") else None
        if "wrong_policy" in self.habits and self._first("wrong"):
            return self._pick("policy_wrong")
        spaced = f"{self.policy[:3]} {self.policy[3:5]} {self.policy[5:]}"
        return self.random.choice((self.policy, spaced, f"polise {self.policy}", f"nr {self.policy}"))

    def _everything_at_once(self) -> str:
        reason = self._pick({"symptom": "reason"}.get(self.goal, f"reason_{self.goal}"))
        if self.language == "nb":
            whom = "Det gjelder barnet mitt" if self.goal == "child" else "Det gjelder meg"
            return f"{whom}, {reason}, polise {self.policy}"
        whom = "It's about my child" if self.goal == "child" else "It's for me"
        return f"{whom}, {reason}, policy number {self.policy}"

    def _question(self) -> str:
        """A question they have not asked before."""
        self.asked_questions += 1
        new = [one for one in _phrases()[self.language]["questions"] if one not in self.done]
        question = str(self.random.choice(new))
        self.done.add(question)
        return self._typed(question)

    def _first(self, what: str) -> bool:
        is_first = what not in self.done
        self.done.add(what)
        return is_first

    def _pick(self, kind: str) -> str:
        return str(self.random.choice(_phrases()[self.language][kind]))

    def _typed(self, text: str) -> str:
        """The text with a slip of the thumb, now and then, from who mistypes: never in a short word."""
        if "mistypes" not in self.habits or self.random.random() > _TYPO_CHANCE:
            return text
        words = text.split(" ")
        long = [place for place, word in enumerate(words) if len(word) > 5 and word.isalpha()]
        if not long:
            return text
        place = self.random.choice(long)
        word = words[place]
        cut = self.random.randint(1, len(word) - 2)
        changed = (word[:cut] + word[cut + 1 :], word[:cut] + word[cut + 1] + word[cut] + word[cut + 2 :])
        words[place] = self.random.choice(changed)
        return " ".join(words)


@lru_cache(maxsize=1)
def _phrases() -> dict[str, dict[str, list[Any]]]:
    raw: dict[str, dict[str, list[Any]]] = yaml.safe_load(
        Path(__file__).with_name("phrases.yml").read_text(encoding="utf-8")
    )
    return raw
