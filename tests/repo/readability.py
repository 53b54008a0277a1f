"""How easy our texts are to read: LIX for Norwegian, Flesch's reading ease for English; `make readability` lists them.

LIX (Björnsson 1968): words per sentence plus the percentage of words over six letters; under 35 is easy, and what B1
readers manage. Flesch (1948): 206.835 - 1.015 words per sentence - 84.6 syllables per word; over 65 is plain English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyphen
import yaml

from clinic.texts import LANGUAGES, Texts

RESPONSES = Path(__file__).parents[2] / "bot" / "data" / "responses"
HIGHEST_LIX = 35
LOWEST_FLESCH = 65
FEWEST_WORDS = 12
"""Below this many words one long word ("polisenummeret") decides, and says nothing about the text."""
_LONG_WORD = 6
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.!?:;•\n]+")
_PLACEHOLDER = re.compile(r"\{[^}]*\}")
_TOPICS_FOR_OPERATORS = ("review.",)
"""Texts that only clinicians and operators see."""


@dataclass(frozen=True)
class Measured:
    """One text with its figure: LIX in Norwegian, reading ease in English."""

    key: str
    language: str
    text: str
    figure: float

    @property
    def is_plain(self) -> bool:
        """Whether it keeps to the limit of its language."""
        return self.figure <= HIGHEST_LIX if self.language == "nb" else self.figure >= LOWEST_FLESCH


def measured() -> list[Measured]:
    """Every text for patients that is long enough to be measured, hardest first."""
    found = [
        Measured(key, language, text, lix(text) if language == "nb" else flesch(text))
        for key, language, text in _texts()
        if len(_WORD.findall(text)) >= FEWEST_WORDS
    ]
    return sorted(found, key=lambda one: one.figure if one.language == "nb" else -one.figure, reverse=True)


def lix(text: str) -> float:
    """LIX of a text; raises ZeroDivisionError for one without words."""
    words, sentences = _WORD.findall(text), _sentences(text)
    long = sum(len(word) > _LONG_WORD for word in words)
    return len(words) / len(sentences) + 100 * long / len(words)


def flesch(text: str) -> float:
    """Flesch's reading ease of a text; raises ZeroDivisionError for one without words."""
    words, sentences = _WORD.findall(text), _sentences(text)
    syllables = sum(len(_hyphenation().positions(word)) + 1 for word in words)
    return 206.835 - 1.015 * len(words) / len(sentences) - 84.6 * syllables / len(words)


def _sentences(text: str) -> list[str]:
    return [piece for piece in _SENTENCE_END.split(text) if _WORD.search(piece)]


@lru_cache(maxsize=1)
def _hyphenation() -> pyphen.Pyphen:
    return pyphen.Pyphen(lang="en_GB")


def _texts() -> Iterator[tuple[str, str, str]]:
    for path in sorted(RESPONSES.glob("*.yml")):
        for key, variants in yaml.safe_load(path.read_text(encoding="utf-8"))["responses"].items():
            for variant in variants:
                language = next(slot["value"] for slot in variant["condition"] if slot["name"] == "language")
                yield key, language, _PLACEHOLDER.sub("", variant.get("text", ""))
    texts = Texts()
    for language in LANGUAGES:
        for key in sorted(texts.keys(language)):
            if not key.startswith(_TOPICS_FOR_OPERATORS):
                values = {name: "" for name in texts.placeholders(key, language)}
                yield key, language, texts.get(key, language, **values)


def main() -> None:
    """Prints the texts with their figures, hardest first, and marks those over the limit."""
    for one in measured():
        print(f"{'    ' if one.is_plain else 'HARD'} {one.language} {one.figure:5.1f} {one.key}: {one.text[:90]!r}")


if __name__ == "__main__":
    main()
