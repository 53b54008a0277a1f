"""What a message says beside what was asked: whom it is about, the child's age and name, the policy, how long.

Only what is said plainly is read; whatever is doubtful is left to be asked. Pure, and nothing is kept here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from clinic.intake.answers import policy_digits, says

_ADULT_AGE = 18
_UNIT = r"(?P<{0}>år|års|åring|year|yr|yo|y/o|mnd|måned|month|uke|veke|week)\w*"
_AGE = re.compile(
    r"(?<![\d,.])(?P<number>\d{1,2})[- ]?" + _UNIT.format("unit")
    + r"|\bpå (?P<bare>\d{1,2})\b(?:[- ]?" + _UNIT.format("bare_unit") + r")?"
    + r"(?! ?(?:%|kg|cm|grader|°|tusen|kr|timer|dager|dagar|minutt))"
    + r"|\bis (?P<is>\d{1,2})\b(?! (?:days|hours|weeks|months))|\((?P<parens>\d{1,2})\)",
    re.IGNORECASE,
)  # fmt: skip
_IN_YEARS = ("år", "yea", "yr", "yo", "y/o")
_NAME_AFTER = re.compile(r",? (?:som heter |called |named |whose name is )?(?P<name>[A-ZÆØÅ][a-zæøåéü]{1,20})\b(?! \d)")
_REACH = 40
"""Characters behind the words for a child within which age and name belong to it."""


@dataclass(frozen=True)
class Facts:
    """What a message tells. `child_age` is in whole years, 0 for a baby; `duration` is in the patient's own words."""

    subject: str | None = None
    child_name: str | None = None
    child_age: int | None = None
    policy_number: str | None = None
    duration: str | None = None


def facts_in(text: str) -> Facts:
    """Everything that a message says plainly."""
    child = _child(text)
    if child is not None:
        near = text[child.start() : child.end() + _REACH]
        age = _age(near)
        if age is None or age < _ADULT_AGE:
            name = _NAME_AFTER.match(text, child.end())
            named = name["name"] if name and not says("no_name", name["name"]) else None
            return Facts("child", named, age, _policy(text), duration_in(text))
    subject = "self" if child is None and _search("self", text) and not _search("child", text) else None
    return Facts(subject, None, None, _policy(text), duration_in(text))


def duration_in(text: str) -> str | None:
    """How long it has lasted, as the patient wrote it; None when nothing or more than one time is given."""
    found = {match[0].strip() for pattern in _patterns()["duration"] for match in pattern.finditer(text)}
    longest = [one for one in found if not any(one != other and one in other for other in found)]
    return longest[0] if len(longest) == 1 else None


def _child(text: str) -> re.Match[str] | None:
    """The words for the patient's own child, when the child is plainly the patient."""
    child = _search("child", text)
    if child is None or _search("not_a_patient", text):
        return None
    before = text[: child.start()].rstrip()
    if any(re.search(pattern.pattern + r"$", before, re.IGNORECASE) for pattern in _patterns()["about"]):
        return child
    return None if _search("first_person", text) else child


def _age(text: str) -> int | None:
    match = _AGE.search(text)
    if match is None:
        return None
    number = int(match["number"] or match["bare"] or match["is"] or match["parens"])
    unit = (match["unit"] or match["bare_unit"] or "år").lower()
    return number if unit.startswith(_IN_YEARS) else number // 12 if unit.startswith(("mnd", "mån", "mon")) else 0


def _policy(text: str) -> str | None:
    label = _search("policy", text)
    if label is None:
        return None
    digits = policy_digits(text[label.end() : label.end() + 20])
    return digits if digits and re.match(r"\D{0,12}\d", text[label.end() :]) else None


def _search(kind: str, text: str) -> re.Match[str] | None:
    found = [match for pattern in _patterns()[kind] if (match := pattern.search(text))]
    return min(found, key=lambda match: match.start()) if found else None


@lru_cache(maxsize=1)
def _patterns() -> dict[str, list[re.Pattern[str]]]:
    raw = yaml.safe_load((Path(__file__).parent / "facts.yml").read_text(encoding="utf-8"))
    return {
        kind: [re.compile(r"(?<!\w)" + source.replace(" ", r"\s"), re.IGNORECASE) for source in sources]
        for kind, sources in raw.items()
    }
