"""The pre-consultation note: what the patient told, in order, each item beside the patient's own words.

Nothing is invented: an item is only there when the words are, and the words are always shown with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from clinic.intake.limits import medicines_named

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_TEMPERATURE = re.compile(
    r"(?<![\d,.])(3[5-9]|4[0-3])(?:[.,](\d))?(?![\d]|[.,]\d)\s*"
    r"(?:°|grader|gr\b|c\b|celsius|degrees|i feber|i temp|feber|of fever)"
    r"|(?:feber|temp\w*|fever)(?:en)?\s*(?:er|på|var|is|of|was|:)?\s*(3[5-9]|4[0-3])(?:[.,](\d))?(?![\d])",
    re.IGNORECASE,
)
_GRADE = re.compile(r"\b(10|\d)\s*(?:av|of|/)\s*10\b", re.IGNORECASE)


@dataclass(frozen=True)
class NoteItem:
    """One item: its kind, the value in short where there is one, and what the patient wrote."""

    kind: str
    value: str | None
    words: str


def note_of(
    words: Sequence[str], duration: str | None = None, severity: str | None = None, warning_answer: str | None = None
) -> list[NoteItem]:
    """The note of one intake.

    Args:
        words: the reason, message by message.
        duration: the answer to the first follow-up, or how long by the reason itself.
        severity: the answer to the second follow-up.
        warning_answer: "no" when the patient answered no to the question about warning signs.
    """
    items = [NoteItem("reason", None, text) for text in words]
    items += [NoteItem("duration", None, duration)] if duration else []
    items += [NoteItem("severity", _grade(severity), severity)] if severity else []
    for sentence in _sentences([*words, *([severity] if severity else [])]):
        items += _read(sentence)
    if warning_answer == "no":
        items.append(NoteItem("warning_signs", "no", ""))
    return _each_once(items)


def _read(sentence: str) -> Iterator[NoteItem]:
    if match := _TEMPERATURE.search(sentence):
        whole, tenth = (match[1], match[2]) if match[1] else (match[3], match[4])
        yield NoteItem("temperature", f"{whole},{tenth or 0} °C", sentence)
    for course, patterns in _patterns()["course"].items():
        if any(pattern.search(sentence) for pattern in patterns):
            yield NoteItem("course", course, sentence)
            break
    named = medicines_named(sentence, _names())
    if _met("no_allergy", sentence):
        yield NoteItem("allergies", "no", sentence)
    elif _met("allergy", sentence):
        yield NoteItem("allergies", ", ".join(named) or None, sentence)
    elif named:
        yield NoteItem("medicines", ", ".join(named), sentence)
    if _met("pregnant", sentence):
        yield NoteItem("pregnant", None, sentence)


def _sentences(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        yield from (piece.strip() for piece in _SENTENCE.split(text) if piece.strip())


def _grade(severity: str) -> str | None:
    match = _GRADE.search(severity)
    return f"{match[1]}/10" if match else None


def _each_once(items: list[NoteItem]) -> list[NoteItem]:
    return list(dict.fromkeys(items))


def _met(kind: str, sentence: str) -> bool:
    return any(pattern.search(sentence) for pattern in _patterns()[kind][""])


@lru_cache(maxsize=1)
def _raw() -> dict[str, Any]:
    raw: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "note.yml").read_text(encoding="utf-8"))
    return raw


@lru_cache(maxsize=1)
def _names() -> tuple[str, ...]:
    return tuple(_raw()["medicines"])


@lru_cache(maxsize=1)
def _patterns() -> dict[str, dict[str, list[re.Pattern[str]]]]:
    found: dict[str, dict[str, list[re.Pattern[str]]]] = {}
    for kind, value in _raw().items():
        if kind != "medicines":
            named: Mapping[str, list[str]] = value if isinstance(value, dict) else {"": value}
            found[kind] = {
                name: [re.compile(r"(?<!\w)" + source.replace(" ", r"\s"), re.IGNORECASE) for source in sources]
                for name, sources in named.items()
            }
    return found
