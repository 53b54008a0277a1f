"""The sentences the clinic itself says: triage advice, SMS, login and video pages, in Norwegian and English.

The texts stand in `clinic/texts/<language>/<topic>.yml`; a key is "<topic>.<name>", and nested names are joined
by dots. What the bot says in the conversation stands in `bot/data/responses/` instead.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from pathlib import Path

import yaml

from clinic.errors import ClinicError

DEFAULT_LANGUAGE = "nb"
LANGUAGES = ("nb", "en")
FOLDER = Path(__file__).parent


class TextMissing(ClinicError):
    """A text was asked for that no file holds, or one of its {placeholders} was not given."""


class Texts:
    """All texts of one folder, read once."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """Read every `<language>/<topic>.yml` under `folder`.

        Raises:
            TextMissing: a file is not a mapping of names to texts.
        """
        self._texts = {language: _read_language(folder / language) for language in LANGUAGES}

    def get(self, key: str, language: str = DEFAULT_LANGUAGE, **params: object) -> str:
        """Return the text of `key` with its {placeholders} filled in; an unknown language gets bokmål.

        Raises:
            TextMissing: there is no such text, or a placeholder has no value.
        """
        texts = self._texts.get(language, self._texts[DEFAULT_LANGUAGE])
        try:
            template = texts[key]
        except KeyError:
            raise TextMissing(f"No text '{key}' in clinic/texts/{language}/") from None
        try:
            return template.format(**params)
        except (KeyError, IndexError) as error:
            raise TextMissing(f"The text '{key}' ({language}) needs a value for {error}") from None

    def has(self, key: str) -> bool:
        """Return whether there is a text with this key in the default language."""
        return key in self._texts[DEFAULT_LANGUAGE]

    def keys(self, language: str = DEFAULT_LANGUAGE) -> frozenset[str]:
        """Return every key of one language."""
        return frozenset(self._texts[language])

    def placeholders(self, key: str, language: str) -> frozenset[str]:
        """Return the names of the {placeholders} in one text; raises TextMissing for an unknown key."""
        try:
            template = self._texts[language][key]
        except KeyError:
            raise TextMissing(f"No text '{key}' in clinic/texts/{language}/") from None
        return frozenset(name for _, name, _, _ in string.Formatter().parse(template) if name)


def _read_language(folder: Path) -> dict[str, str]:
    texts: dict[str, str] = {}
    for path in sorted(folder.glob("*.yml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        if not isinstance(content, Mapping):
            raise TextMissing(f"{path} must hold names and texts, not {type(content).__name__}")
        _flatten(path.stem, content, texts)
    return texts


def _flatten(prefix: str, content: Mapping[object, object], into: dict[str, str]) -> None:
    for name, value in content.items():
        key = f"{prefix}.{name}"
        if isinstance(value, Mapping):
            _flatten(key, value, into)
        elif isinstance(value, str):
            into[key] = value.strip()
        else:
            raise TextMissing(f"The text '{key}' must be a string; put it in quotes")
