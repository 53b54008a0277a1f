"""Reads example sentences from Rasa's NLU files without Rasa, for reports and tests."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from clinic.language import detect

REPOSITORY = Path(__file__).resolve().parent.parent
TRAINING_FILES = "bot/data/nlu/*.yml"
HELD_OUT_FILES = "tests/nlu/*.yml"
_NOT_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Example:
    """One sentence with its intent, its language and, where marked, its variety of the language."""

    text: str
    intent: str
    language: str
    variety: str | None = None

    @property
    def folded(self) -> str:
        """The sentence without case and punctuation; signs alone ("👍") stay as they are."""
        return _NOT_LETTERS.sub(" ", self.text.casefold()).strip() or self.text


def training_files() -> list[Path]:
    """The files that the intents are learnt from."""
    return sorted(REPOSITORY.glob(TRAINING_FILES))


def held_out_files() -> list[Path]:
    """The files with sentences that are never learnt."""
    return sorted(REPOSITORY.glob(HELD_OUT_FILES))


def intents_not_learnt() -> frozenset[str]:
    """The intents that `config.yml` keeps from the classifier."""
    return frozenset(classifier_settings().get("not_learnt", ()))


def classifier_settings() -> dict[str, Any]:
    """The classifier's entry in `config.yml`."""
    config = yaml.safe_load((REPOSITORY / "config.yml").read_text(encoding="utf-8"))
    return next(part for part in config["pipeline"] if part["name"].startswith("bot.components.classifier."))


def learnt(examples: Iterable[Example]) -> list[Example]:
    """The examples that the classifier learns from: those of the intents that are not left to others."""
    left_out = intents_not_learnt()
    return [example for example in examples if example.intent not in left_out]


def read(paths: Iterable[Path]) -> list[Example]:
    """All examples of the given files.

    The language is what the entry's metadata says, else what the file's name says (`booking.nb.yml`), else what the
    sentence looks like, else Norwegian.
    """
    return [example for path in paths for example in _read_file(path)]


def _read_file(path: Path) -> list[Example]:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    named = path.suffixes[0].lstrip(".") if len(path.suffixes) > 1 else None
    examples = []
    for entry in content["nlu"]:
        metadata = entry.get("metadata") or {}
        for line in entry["examples"].splitlines():
            text = line.removeprefix("- ").strip()
            if text:
                language = metadata.get("language") or named or detect(text) or "nb"
                examples.append(Example(text, entry["intent"], language, metadata.get("variety")))
    return examples
