"""Reading the hand-written messages: `development/` was learnt from, `test/` is not read while anything is tuned."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent
ALARMS = frozenset({"emergency", "mental_crisis", "poison", "clarify"})
"""What puts 113 before the patient; `urgent` is counted apart."""
HARD = frozenset(
    {
        "negated", "historical", "figurative", "feared", "informational", "resolved", "pets", "names", "service",
        "prescription",
    }
)  # fmt: skip
"""Kinds of harmless messages that hold words of danger or ask about the service."""
SERVICE = frozenset({"service", "prescription"})
DEADLY = frozenset(
    {"unconscious", "death", "choking", "breathing", "chest", "stroke", "allergy", "sick_child", "mental"}
)
"""Chapters in which the test set allows no miss: arrest, airway, breathing, heart, stroke, anaphylaxis, children,
mental crisis."""
LANGUAGES = {"nb": "bokmål", "nn": "nynorsk", "dialect": "dialect", "en": "English"}
STYLES = ("plain", "misspelt")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Row:
    """One message and what it should give.

    Attributes:
        text: as a patient types it.
        decision: one of `clinic.triage.DECISIONS`.
        chapter: short name of the Index's chapter; of a harmless message, what kind it is.
        language: "nb", "nn", "dialect" or "en".
        style: "plain" or "misspelt" (typing errors, no æøå, shorthand).
    """

    text: str
    decision: str
    chapter: str
    language: str
    style: str

    @property
    def alarm(self) -> bool:
        """Whether 113 must be named."""
        return self.decision in ALARMS


def rows(name: str) -> list[Row]:
    """All messages of the set `name` ("development" or "test"), in the order of its files."""
    return [row for path in sorted((FOLDER / name).glob("*.yml")) for row in read(path)]


def read(path: Path) -> list[Row]:
    """The messages of one file; a text that YAML takes for something else must stand in quotes."""
    found: list[Row] = []
    for group in yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER):
        for text in group["texts"]:
            assert isinstance(text, str), f"{path.name}: put quotes around {text!r}"
            found.append(Row(text, group["decision"], group["chapter"], group["language"], group["style"]))
    return found
