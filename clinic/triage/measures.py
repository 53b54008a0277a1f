"""Signs that are numbers: ages, temperatures, weeks of pregnancy, oxygen, blood sugar, tablets, minutes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from clinic.triage.knowledge_files import FOLDER
from clinic.triage.matching import Hit
from clinic.triage.normalise import Words

_YEARS_PER = {"d": 1 / 365, "u": 7 / 365, "v": 7 / 365, "w": 7 / 365, "m": 1 / 12, "å": 1.0, "a": 1.0, "y": 1.0}
"""Years in a unit of age, by the first letter of its name."""
_FEVER = 37.95
_VERY_HIGH_FEVER = 41
_COLD = 34
_LOW_OXYGEN = 90
_LOW_SUGAR = 3.5
_HIGH_SUGAR = 20
_MANY_TABLETS = 10
_LONG_MINUTES = 5

_Found = tuple[str, re.Match[str]]


@dataclass(frozen=True)
class _Patterns:
    """What `knowledge/measures.yml` says, compiled."""

    by_name: dict[str, tuple[re.Pattern[str], ...]]
    words: dict[str, float]

    def of(self, name: str, text: str) -> Iterator[re.Match[str]]:
        for pattern in self.by_name[name]:
            yield from pattern.finditer(text)

    def number(self, match: re.Match[str]) -> float:
        written = match["number"]
        return self.words[written] if written in self.words else float(written.replace(",", "."))


@lru_cache(maxsize=1)
def _patterns(folder: Path = FOLDER) -> _Patterns:
    content = yaml.safe_load((folder / "measures.yml").read_text(encoding="utf-8"))
    parts: dict[str, str] = content.pop("parts")
    words = {str(word): float(value) for word, value in content.pop("words").items()}

    def build(pattern: str) -> re.Pattern[str]:
        for name, part in parts.items():
            pattern = pattern.replace(f"{{{name}}}", part)
        return re.compile(pattern, re.VERBOSE)

    return _Patterns({name: tuple(build(one) for one in patterns) for name, patterns in content.items()}, words)


def known_from_age(age: float | None) -> frozenset[str]:
    """The signs that a known age in years gives."""
    return frozenset() if age is None else frozenset(_ages(age))


def measure(text: str, words: Words) -> list[Hit]:
    """The signs that numbers in the message give, with the words they stand in."""
    lowered = text.lower()
    # A few letters grow when made small ("İ"); places would then not be those of the message.
    if len(lowered) != len(text) or not words.spans:
        return []
    starts = [start for start, _ in words.spans]
    hits: list[Hit] = []
    for sign, match in _all(lowered, _patterns()):
        first = max(0, bisect_right(starts, match.start()) - 1)
        last = max(first, bisect_right(starts, match.end() - 1) - 1)
        hits.append(Hit(sign, first, last))
    return hits


def _all(text: str, patterns: _Patterns) -> Iterator[_Found]:
    for match in patterns.of("age", text):
        years = patterns.number(match) * _YEARS_PER[match["unit"][0]]
        yield from ((sign, match) for sign in _ages(years))
    for match in patterns.of("half_hours", text):
        yield "long_time_minutes", match
    for match in patterns.of("minutes", text):
        if patterns.number(match) >= _LONG_MINUTES:
            yield "long_time_minutes", match
    if not any(map(str.isdigit, text)):
        return
    yield from _heat(text, patterns)
    for match in patterns.of("oxygen", text):
        if patterns.number(match) <= _LOW_OXYGEN:
            yield "saturation_low", match
    for match in patterns.of("blood_sugar", text):
        value = patterns.number(match)
        if value < _LOW_SUGAR or value >= _HIGH_SUGAR:
            yield ("blood_sugar_low" if value < _LOW_SUGAR else "blood_sugar_high"), match
    for match in patterns.of("pregnancy_weeks", text):
        weeks = patterns.number(match)
        if 20 <= weeks <= 43:
            yield "pregnant_late", match
        if 20 <= weeks < 37:
            yield "pregnant_preterm", match
    for match in patterns.of("tablets", text):
        if patterns.number(match) >= _MANY_TABLETS:
            yield "too_many_tablets", match


def _heat(text: str, patterns: _Patterns) -> Iterator[_Found]:
    for match in patterns.of("temperature", text):
        around = text[max(0, match.start() - 25) : match.end() + 20]
        value = patterns.number(match)
        # Nothing else a patient writes looks like "38,6".
        body_heat = 37.5 <= value <= 42 and not value.is_integer()
        told = match["after"] is not None or body_heat or any(True for _ in patterns.of("heat_words", around))
        if told and (value >= 33 or "temp" in around):
            yield from ((sign, match) for sign in _temperature(value))
    for match in patterns.of("fahrenheit", text):
        yield from ((sign, match) for sign in _temperature((patterns.number(match) - 32) / 1.8))


def _temperature(celsius: float) -> Iterator[str]:
    if celsius >= _FEVER:
        yield "fever_measured"
    if celsius >= _VERY_HIGH_FEVER:
        yield "fever_high"
    if celsius < _COLD:
        yield "temperature_low"


def _ages(years: float) -> Iterator[str]:
    if not 0 <= years <= 120:
        return
    if years < 0.25:
        yield "infant_age"
    if years < 5:
        yield "toddler_age"
    yield "child_age" if years < 18 else "adult_age"
    if years >= 60:
        yield "elderly_age"
