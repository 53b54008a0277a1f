"""Which of our two languages a message is in, and when a conversation changes language.

Nynorsk and dialect count as Norwegian ("nb"). A few everyday words decide short messages; longer ones without any go
to a statistical detector. A number, a name or a medicine says nothing, and nothing certain means no change.
"""

from __future__ import annotations

import re
import threading
from functools import lru_cache
from pathlib import Path

import yaml
from lingua import Language, LanguageDetector, LanguageDetectorBuilder

_WORDS_FILE = Path(__file__).with_name("language_words.yml")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_CLEAR_SENTENCE = 3
"""Words a message must have to change a conversation's language unasked, or to be given to the detector."""
_SURE = 0.85
"""The detector's confidence from which it is believed; below lies what it takes for English because of one word."""
_LOOKED_AT = 500
"""Characters that decide: the language does not change later in a long message."""

_NAMES = {"en": "english|engelske?n?", "nb": "norwegian|norske?n?|bokmål|bokmal|nynorsk"}
_NAMED = re.compile("|".join(_NAMES.values()))
_ASKED = (
    # The name of the language is the whole message.
    r"^\W*(?:{names})\W*$",
    r"\b(?:in|på|to|til|into|speak|talk|write|use|prefer|answer|understand|know|need|"
    r"snakke?r?|skriv[ea]?r?|svar[ea]?|bruke?r?|foretrekke?r?|forstår|skjønn?[ea]r|kan)"
    r"(?:\s+(?:du|dere|dykk|vi|me|jeg|eg|it))?(?:\s+(?:bare|only))?\s+(?:{names})\b",
    # Weak words count at the end only: "I have Norwegian insurance" asks for nothing.
    r"\b(?:want|have|like|do|få|ha|ta|med|bare|only|heller)\s+(?:{names})\W*$",
    r"\b(?:{names})\s+(?:language|version|språk|versjon)",
    r"\b(?:{names})\s*,?\s+(?:please|pls|plz|takk|e?r? bedre|e?r? lettere|"
    r"is better|is easier|only|better|instead|i stedet)\b",
)
_REFUSED = (
    r"\b(?:not|no|isn'?t|don'?t|doesn'?t|can'?t|ikke|ikkje|itj|hvorfor|kvifor|why|slutte?|stop)\b[^.,!?]{{0,30}}?\b(?:{names})\b",
    r"\b(?:{names})(?:\s+min)?\s+(?:is|isn'?t|er|e)\s+(?:so\s+|very\s+|ganske\s+)?"
    r"(?:not|great|bad|poor|weak|limited|rusty|ikke|ikkje|dårlig|dårleg|svak)",
    r"\b(?:bad|poor|weak|little|dårlig|dårleg|svak|lite)\s+(?:(?:at|in|i)\s+)?(?:{names})\b",
)
_detector_lock = threading.Lock()


def detect(text: str) -> str | None:
    """The language of a message: "nb", "en", or None when it is too short or not certain."""
    words = _telling_words(text)
    known = _known_words()
    norwegian = sum(word in known["nb"] for word in words)
    english = sum(word in known["en"] for word in words)
    if norwegian >= 2 * english and norwegian > 0:
        return "nb"
    if english >= 2 * norwegian and english > 0:
        return "en"
    if len(words) < _CLEAR_SENTENCE:
        return None
    confidence = _detector().compute_language_confidence(" ".join(words), Language.ENGLISH)
    if confidence >= _SURE:
        return "en"
    return "nb" if confidence <= 1 - _SURE else None


def next_language(current: str, text: str, *, first: bool = False) -> str:
    """The language to answer in, given the conversation's `current` one.

    It changes when the person asks for it, and by a clear sentence in the other language. In the `first` message of a
    conversation, where nothing has been chosen yet, a single telling word ("hello", "fever") is enough.
    """
    asked = asked_for(text)
    if asked:
        return asked
    detected = detect(text)
    if detected is None or detected == current:
        return current
    return detected if first or len(_telling_words(text)) >= _CLEAR_SENTENCE else current


def known_share(text: str) -> float:
    """The share of a message's words that are everyday words of Norwegian or English, from 0 to 1; 0 without words."""
    words = _telling_words(text)
    known = _known_words()
    return sum(word in known["nb"] or word in known["en"] for word in words) / len(words) if words else 0.0


def asked_for(text: str) -> str | None:
    """The language that is asked for in so many words: "English please", "norsk takk", "I don't speak Norwegian"."""
    plain = text[:_LOOKED_AT].casefold().replace("’", "'")
    if not _NAMED.search(plain):
        return None
    refused = {code for code in _NAMES if _matches(_REFUSED, code, plain)}
    asked = {code for code in _NAMES if code not in refused and _matches(_ASKED, code, plain)}
    if len(refused) == 1 and not asked:
        asked = set(_NAMES) - refused
    return asked.pop() if len(asked) == 1 else None


def _matches(patterns: tuple[str, ...], code: str, plain: str) -> bool:
    return any(re.search(pattern.format(names=_NAMES[code]), plain) for pattern in patterns)


def _telling_words(text: str) -> list[str]:
    """The words that may tell the language, without numbers, units and medicines."""
    words = (word.replace("’", "'") for word in _WORD.findall(text[:_LOOKED_AT].casefold()))
    neutral = _known_words()["neutral"]
    return [word for word in words if word not in neutral]


@lru_cache(maxsize=1)
def _known_words() -> dict[str, frozenset[str]]:
    lists = yaml.safe_load(_WORDS_FILE.read_text(encoding="utf-8"))
    return {name: frozenset(words.split()) for name, words in lists.items()}


def _detector() -> LanguageDetector:
    with _detector_lock:
        return _build_detector()


@lru_cache(maxsize=1)
def _build_detector() -> LanguageDetector:
    return LanguageDetectorBuilder.from_languages(Language.BOKMAL, Language.NYNORSK, Language.ENGLISH).build()
