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
COUNTED = frozenset("wc")
"""Kinds of which every occurrence counts."""


@dataclass(frozen=True)
class Features:
    """The features of a message by kind, each with the words it stands in.

    "w" are words and pairs of words, "c" pieces of words, "k" the concepts of `concepts.yml`, "p" two of them near each
    other, "s" signs with their standing, and cues.

    What is found n times in all weighs 1/√n each time, so that a long message weighs no more than a short one; of
    concepts, pairs and signs, different ones are counted, of words and pieces of words all.
    """

    by_kind: dict[str, dict[str, list[int]]] = field(default_factory=dict)

    def __iter__(self) -> Iterator[tuple[str, float, list[int]]]:
        """Name, value and places of each feature."""
        for kind, features in self.by_kind.items():
            counted = kind in COUNTED
            each = (sum(map(len, features.values())) if counted else len(features)) ** -0.5
            for name, places in features.items():
                yield f"{kind}:{name}", each * len(places) if counted else each, places


def features_of(reading: Reading) -> Features:
    """The features of a message whose signs have been judged."""
    found: dict[str, defaultdict[str, list[int]]] = {kind: defaultdict(list) for kind in "wckps"}
    before = ""
    for place, word in enumerate(map(fold, reading.words.words)):
        found["w"][word].append(place)
        if before:
            found["w"][f"{before} {word}"].append(place)
        for piece in pieces(word):
            found["c"][piece].append(place)
        before = word
    found["k"], found["p"] = concepts_of(reading)
    found["s"] = signs_of(reading)
    return Features({kind: dict(features) for kind, features in found.items() if features})


def pieces(word: str) -> list[str]:
    """The pieces of a word, with a blank where it begins and ends; none of what no word is as long as."""
    if len(word) > _LONGEST_WORD:
        return []
    framed = f" {word} "
    return [framed[start : start + size] for size in _SIZES for start in range(len(framed) - size + 1)]


def signs_of(reading: Reading) -> defaultdict[str, list[int]]:
    """Each sign with its standing and each kind of cue, with the words they stand in."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for hit in reading.signs:
        found[f"{hit.sign} {hit.status}"].extend(range(hit.first, hit.last + 1))
    for kind, hits in reading.cues.items():
        found[f"cue {kind}"].extend(hit.first for hit in hits)
    return found


def concepts_of(reading: Reading) -> tuple[defaultdict[str, list[int]], defaultdict[str, list[int]]]:
    """What each word is about, and what stands near it in the same sentence, with the words they stand in."""
    single: defaultdict[str, list[int]] = defaultdict(list)
    pairs: defaultdict[str, list[int]] = defaultdict(list)
    near: list[tuple[int, int, str]] = []
    for place, word in enumerate(reading.words.words):
        concepts = _concepts_of_word(word)
        if not concepts:
            continue
        sentence = reading.words.sentence[place]
        near = [one for one in near if one[0] >= place - _TOGETHER and one[1] == sentence]
        for concept in concepts:
            single[concept].append(place)
            for other_place, _, other in near:
                pair = f"{concept} {other}" if concept < other else f"{other} {concept}"
                pairs[pair] += [other_place, place]
        near += [(place, sentence, concept) for concept in concepts]
    return single, pairs


@lru_cache(maxsize=20_000)
def _concepts_of_word(word: str) -> tuple[str, ...]:
    vocabulary, about = _concepts()
    return tuple(sorted({concept for known in vocabulary.read(word) for concept in about[known]}))


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


def fold(word: str) -> str:
    """The same for a keyboard with æ, ø and å and for one without."""
    return word.replace("ae", "e").replace("oe", "o").replace("aa", "a").translate(_FOLDED)
