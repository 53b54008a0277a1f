"""What the statistical estimate looks at: the words, pieces of words, and the signs that the rules found too few."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from clinic.triage.matching import Reading

_SIZES = (3, 4, 5)
_LONGEST_WORD = 30
_FOLDED = str.maketrans({"æ": "e", "ø": "o", "å": "a"})


@dataclass(frozen=True)
class Features:
    """The features of a message by kind ("w" words, "c" pieces, "s" signs), each with the words it stands in.

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
    single: defaultdict[str, list[int]] = defaultdict(list)
    pieces: defaultdict[str, list[int]] = defaultdict(list)
    signs: defaultdict[str, list[int]] = defaultdict(list)
    for place, word in enumerate(words):
        single[word].append(place)
        if place:
            single[f"{words[place - 1]} {word}"].append(place)
        if len(word) <= _LONGEST_WORD:
            framed = f" {word} "
            for size in _SIZES:
                for start in range(len(framed) - size + 1):
                    pieces[framed[start : start + size]].append(place)
    for hit in reading.signs:
        signs[f"{hit.sign} {hit.status}"].extend(range(hit.first, hit.last + 1))
    for kind, hits in reading.cues.items():
        signs[f"cue {kind}"].extend(hit.first for hit in hits)
    return Features({kind: dict(found) for kind, found in (("w", single), ("c", pieces), ("s", signs)) if found})


def _fold(word: str) -> str:
    """The same for a keyboard with æ, ø and å and for one without."""
    return word.replace("ae", "e").replace("oe", "o").replace("aa", "a").translate(_FOLDED)
