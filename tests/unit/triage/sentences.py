"""Reading the hand-written sentences of the screen's tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Sentence:
    """One message, what it should give, and the chapter or kind it belongs to."""

    text: str
    decision: str
    group: str
    language: str


def sentences(name: str) -> list[Sentence]:
    """All sentences of `<name>.yml`; a text that YAML reads as something else must stand in quotes."""
    content = yaml.safe_load((FOLDER / f"{name}.yml").read_text(encoding="utf-8"))
    return [*_of(content["alarms"], "chapter"), *_of(content["harmless"], "kind")]


def _of(groups: list[dict[str, object]], key: str) -> Iterator[Sentence]:
    for group in groups:
        for language in ("nb", "en"):
            for text in group.get(language, []):
                assert isinstance(text, str), f"put quotes around {text!r} in {group[key]}"
                yield Sentence(text, str(group.get("decision", "none")), str(group[key]), language)
