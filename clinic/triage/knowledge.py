"""The knowledge, compiled once for matching."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from clinic.triage.glued import Parting
from clinic.triage.knowledge_files import FOLDER, Files, Rule, read_files
from clinic.triage.phrases import Phrase, alternatives, compile_phrase
from clinic.triage.vocabulary import Vocabulary

CUE = "cue:"
"""Before the name of a cue among the signs."""
MEASURED_SIGNS = frozenset(
    {
        "adult_age", "blood_sugar_high", "blood_sugar_low", "child_age", "elderly_age", "fever_high", "fever_measured",
        "infant_age", "long_time_minutes", "pregnant_late", "pregnant_preterm", "saturation_low", "temperature_low",
        "toddler_age", "too_many_tablets",
    }
)  # fmt: skip
"""Signs that `measures.py` reads from numbers instead of from phrases."""


@dataclass(frozen=True)
class Knowledge:
    """What the screen needs at run time.

    Attributes:
        files: what the files say.
        vocabulary: reads a written word.
        parting: parts words written without spaces.
        anchors: word → phrases whose search starts there, each with the numbers of the parts it needs besides.
        parts: word → numbers of the parts of phrases that it may be.
        rules_by_sign: sign → rules it takes part in.
    """

    files: Files
    vocabulary: Vocabulary
    parting: Parting
    anchors: dict[str, list[tuple[frozenset[int], Phrase]]]
    parts: dict[str, list[int]]
    rules_by_sign: dict[str, list[Rule]]


def compile_files(files: Files) -> Knowledge:
    """Compile what was read; raises KnowledgeError for a phrase that cannot be used."""
    common = files.common | files.fillers | files.groups.get("not", frozenset())
    phrases: list[Phrase] = []
    named = [*files.signs.items(), *((CUE + kind, value) for kind, value in files.cues.items())]
    for sign, languages in named:
        for language, sources in languages.items():
            phrases += [
                compile_phrase(written, sign, language, files.groups, common)
                for source in sources
                for written in alternatives(source)
            ]
    anchors: defaultdict[str, list[tuple[frozenset[int], Phrase]]] = defaultdict(list)
    numbers: defaultdict[frozenset[str], int] = defaultdict(lambda: len(numbers))
    words: set[str] = set(files.barriers) | set(files.fillers)
    for phrase in phrases:
        for slot in phrase.slots:
            words |= slot.words
        needs = frozenset(numbers[part] for part in phrase.others)
        for word in phrase.slots[phrase.anchor].words:
            anchors[word].append((needs, phrase))
    rules_by_sign: defaultdict[str, list[Rule]] = defaultdict(list)
    for rule in files.rules:
        for sign in frozenset().union(*rule.when):
            rules_by_sign[sign].append(rule)
    parts: defaultdict[str, list[int]] = defaultdict(list)
    for part, number in numbers.items():
        for word in part:
            parts[word].append(number)
    vocabulary = Vocabulary(words, files.harmless, files.everyday, files.spellings)
    # What is only two words run together ("fårikke") is parted like any other.
    written = {form for form, meant in files.respellings.items() if "".join(meant) != form}
    parting = Parting({*words, *written, *files.spellings}, files.everyday, files.binding, files.clitics)
    return Knowledge(files, vocabulary, parting, dict(anchors), dict(parts), dict(rules_by_sign))


@lru_cache(maxsize=4)
def load(folder: Path = FOLDER) -> Knowledge:
    """The compiled knowledge of `folder`, read once for the process; raises KnowledgeError."""
    return compile_files(read_files(folder))
