"""The knowledge files made ready for matching; read once in the life of a process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from clinic.triage.knowledge_files import Files, read_files
from clinic.triage.phrases import Phrase, compile_phrase
from clinic.triage.vocabulary import Vocabulary

CUE_PREFIX = "cue:"
"""Stands before a kind of cue where it is matched together with the signs."""
MEASURED_SIGNS = frozenset(
    {
        "infant_age",
        "toddler_age",
        "child_age",
        "adult_age",
        "elderly_age",
        "long_time_minutes",
        "saturation_low",
        "blood_sugar_low",
        "blood_sugar_high",
        "pregnant_late",
        "pregnant_preterm",
        "too_many_tablets",
        "fever_measured",
        "fever_high",
        "temperature_low",
    }
)
"""Signs that come from numbers (measures.py) and have no phrases of their own."""


@dataclass(frozen=True)
class Knowledge:
    """Everything the screen knows: the files, the words they use, and the phrases by the word a search starts from."""

    files: Files
    vocabulary: Vocabulary
    anchors: Mapping[str, tuple[Phrase, ...]]


@lru_cache(maxsize=1)
def load() -> Knowledge:
    """The knowledge of this installation. Raises KnowledgeError when a file cannot be used."""
    return compile_files(read_files())


def compile_files(files: Files) -> Knowledge:
    """Compile every phrase of `files`. Raises KnowledgeError for one that cannot be read."""
    listed = [(sign, phrases) for sign, phrases in files.signs.items()]
    listed += [(CUE_PREFIX + kind, phrases) for kind, phrases in files.cues.items()]
    anchors: dict[str, list[Phrase]] = {}
    words = set(files.fillers | files.barriers)
    for sign, by_language in listed:
        for language, sources in by_language.items():
            for source in sources:
                phrase = compile_phrase(source, sign, language, files.groups, files.common)
                for slot in phrase.slots:
                    words |= slot.words
                for word in phrase.slots[phrase.anchor].words:
                    anchors.setdefault(word, []).append(phrase)
    vocabulary = Vocabulary(words, files.harmless, files.spellings)
    return Knowledge(files, vocabulary, {word: tuple(phrases) for word, phrases in anchors.items()})
