"""What the statistical estimate looks at: words, pieces of words, what they are about, and the signs that were seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from clinic.triage.knowledge import load
from clinic.triage.matching import Reading
from clinic.triage.vocabulary import Vocabulary

_SIZES = (3, 4, 5)
_LONGEST_WORD = 30
_TOGETHER = 10
"""Words that may stand between two things that are told together."""
_FOLDED = str.maketrans({"æ": "e", "ø": "o", "å": "a"})


@dataclass(frozen=True)
class Features:
    """The features of a message by kind, each with the words it stands in.

    "w" are words and pairs of words, "c" pieces of words, "k" the concepts of `concepts.yml`, "p" two of them near each
    other, "s" signs with their standing, and cues.

    A feature of a kind with n others weighs 1/√n, so that a long message weighs no more than a short one.
    """

    by_kind: dict[str, dict[str, list[int]]] = field(default_factory=dict)

    def __iter__(self) -> Iterator[tuple[str, float, list[int]]]:
        """Name, value and places of each feature."""
        for kind, features in self.by_kind.items():
            value = len(features) ** -0.5
            for name, places in features.items():
                yield f"{kind}:{name}", value, places


def features_of(reading: Reading) -> Features:
    """The features of a message whose signs have been judged."""
    words = [_fold(word) for word in reading.words.words]
    found: dict[str, defaultdict[str, list[int]]] = {kind: defaultdict(list) for kind in "wckps"}
    for place, word in enumerate(words):
        found["w"][word].append(place)
        if place:
            found["w"][f"{words[place - 1]} {word}"].append(place)
        if len(word) <= _LONGEST_WORD:
            framed = f" {word} "
            for size in _SIZES:
                for start in range(len(framed) - size + 1):
                    found["c"][framed[start : start + size]].append(place)
    _add_concepts(reading, found["k"], found["p"])
    for hit in reading.signs:
        found["s"][f"{hit.sign} {hit.status}"].extend(range(hit.first, hit.last + 1))
    for kind, hits in reading.cues.items():
        found["s"][f"cue {kind}"].extend(hit.first for hit in hits)
    return Features({kind: dict(features) for kind, features in found.items() if features})


def _add_concepts(reading: Reading, single: defaultdict[str, list[int]], pairs: defaultdict[str, list[int]]) -> None:
    """What each word is about, and what stands near it in the same sentence."""
    vocabulary, about = _concepts()
    near: list[tuple[int, int, str]] = []
    for place, word in enumerate(reading.words.words):
        sentence = reading.words.sentence[place]
        near = [one for one in near if one[0] >= place - _TOGETHER and one[1] == sentence]
        concepts = sorted({concept for known in vocabulary.read(word) for concept in about[known]})
        for concept in concepts:
            single[concept].append(place)
            for other_place, _, other in near:
                first, second = sorted((concept, other))
                pairs[f"{first} {second}"] += [other_place, place]
        near += [(place, sentence, concept) for concept in concepts]


@lru_cache(maxsize=1)
def _concepts() -> tuple[Vocabulary, dict[str, tuple[str, ...]]]:
    """A reader of the words of `concepts.yml`, and which concepts each of them stands for."""
    files = load().files
    about: defaultdict[str, list[str]] = defaultdict(list)
    for concept, words in files.concepts.items():
        for word in words:
            about[word].append(concept)
    vocabulary = Vocabulary(about, files.harmless, files.everyday, files.spellings)
    return vocabulary, {word: tuple(concepts) for word, concepts in about.items()}


def _fold(word: str) -> str:
    """The same for a keyboard with æ, ø and å and for one without."""
    return word.replace("ae", "e").replace("oe", "o").replace("aa", "a").translate(_FOLDED)
