"""Telling people who write in neither Norwegian nor English, in their own language, how to get help.

The ten are those most spoken in Norway beside ours (Statistics Norway, immigrants by country of birth). The script
decides where it is one of its own; else a statistical detector, and only when hardly a word is Norwegian or English.
"""

from __future__ import annotations

import re
import threading
from functools import lru_cache
from pathlib import Path

import yaml
from lingua import Language, LanguageDetector, LanguageDetectorBuilder

from clinic.language import known_share

_SCRIPTS = {
    "cyrillic": re.compile(r"[\u0400-\u04ff]"),
    "arabic": re.compile(r"[\u0600-\u06ff]"),
    "ethiopic": re.compile(r"[\u1200-\u137f]"),
}
_UKRAINIAN = re.compile(r"[іїєґІЇЄҐ]")
_PERSIAN = re.compile(r"[پچژگیک]")
_LETTERS_OF_A_SCRIPT = 3
_LATIN = {
    Language.POLISH: "pl",
    Language.LITHUANIAN: "lt",
    Language.SOMALI: "so",
    Language.SPANISH: "es",
    Language.GERMAN: "de",
}
_OURS = (Language.BOKMAL, Language.NYNORSK, Language.ENGLISH, Language.DANISH, Language.SWEDISH)
_LIKE_THEM = (Language.FRENCH, Language.PORTUGUESE, Language.ITALIAN, Language.DUTCH)
"""Languages without a note of their own, which would else be taken for one of the ten."""
_FEWEST_WORDS = 3
_MOST_KNOWN = 0.2
"""Share of Norwegian and English everyday words from which a message is taken for ours; in a short one, any."""
_SHORT = 6
"""Words."""
_MOST_OURS = 0.05
"""Probability left for our languages and their neighbours."""
_LOOKED_AT = 500
_WORD = re.compile(r"[^\W\d_]{2,}")
_lock = threading.Lock()


def other_language(text: str) -> str | None:
    """The code of the language of a message in one of the ten; None for ours, for others and for what is unclear."""
    text = text[:_LOOKED_AT]
    return _by_script(text) or _by_words(text)


def note_in(code: str) -> str:
    """What to tell the person, in their language: that we answer in Norwegian and English, and whom to call."""
    return _notes()[code]


def _by_script(text: str) -> str | None:
    most = max(_SCRIPTS, key=lambda name: len(_SCRIPTS[name].findall(text)))
    if len(_SCRIPTS[most].findall(text)) < _LETTERS_OF_A_SCRIPT:
        return None
    if most == "cyrillic":
        return "uk" if _UKRAINIAN.search(text) else "ru"
    if most == "arabic":
        return "fa" if _PERSIAN.search(text) else "ar"
    return "ti"


def _by_words(text: str) -> str | None:
    # Names tell nothing: "Mvh Wojciech Kowalski" is no Polish.
    words = [word for place, word in enumerate(_WORD.findall(text)) if place == 0 or word.islower()]
    if len(words) < _FEWEST_WORDS or known_share(text) > (_MOST_KNOWN if len(words) >= _SHORT else 0.0):
        return None
    with _lock:
        ranked = _detector().compute_language_confidence_values(" ".join(words))
    ours = sum(each.value for each in ranked if each.language in _OURS)
    return _LATIN.get(ranked[0].language) if ours <= _MOST_OURS else None


@lru_cache(maxsize=1)
def _notes() -> dict[str, str]:
    notes: dict[str, str] = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
    return notes


@lru_cache(maxsize=1)
def _detector() -> LanguageDetector:
    # Three letters at a time are enough for whole sentences, and take a tenth of the memory.
    return LanguageDetectorBuilder.from_languages(*_LATIN, *_OURS, *_LIKE_THEM).with_low_accuracy_mode().build()
