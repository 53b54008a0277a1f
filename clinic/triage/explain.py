"""Why the screen decided as it did: every sign with its standing, and every rule that was met, for the reviewer."""

from __future__ import annotations

from dataclasses import dataclass

from clinic.triage.knowledge import load
from clinic.triage.measures import known_from_age
from clinic.triage.model import Finding
from clinic.triage.reading import judged_reading
from clinic.triage.rules import met_rules
from clinic.triage.screening import screen


@dataclass(frozen=True)
class SeenSign:
    """A sign in the message: its name, the words it stands in, and "active" or why it does not count."""

    name: str
    words: str
    status: str


@dataclass(frozen=True)
class SeenRule:
    """A rule that was met: its name, decision and chapter, and the signs that met it; the first one decides."""

    name: str
    decision: str
    chapter: str
    signs: tuple[str, ...]


@dataclass(frozen=True)
class Explanation:
    """All that was seen in a message."""

    finding: Finding
    signs: tuple[SeenSign, ...]
    cues: tuple[SeenSign, ...]
    rules: tuple[SeenRule, ...]


def explain(text: str, child_age: float | None = None) -> Explanation:
    """Screen a message and tell everything that was seen in it; `child_age` in years."""
    reading, knowledge = judged_reading(text), load()
    met = met_rules(reading.signs, known_from_age(child_age), knowledge)

    def written(first: int, last: int) -> str:
        return text[reading.words.spans[first][0] : reading.words.spans[last][1]]

    return Explanation(
        finding=screen(text, child_age=child_age),
        signs=tuple(SeenSign(hit.sign, written(hit.first, hit.last), hit.status) for hit in reading.signs),
        cues=tuple(
            SeenSign(kind, written(hit.first, hit.last), "cue") for kind, hits in reading.cues.items() for hit in hits
        ),
        rules=tuple(
            SeenRule(one.rule.name, one.decision, one.rule.chapter, tuple(hit.sign for hit in one.hits)) for one in met
        ),
    )
