"""A small statistical model beside the rules: it may raise an alarm where they are silent, and never lowers one.

It is linear over words, pieces of words, what they are about, and signs; `weights.py` reads it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple, TypeVar

from clinic.triage.features import concepts_of, fold, pieces, signs_of
from clinic.triage.knowledge import load
from clinic.triage.matching import ACTIVE, Reading
from clinic.triage.weights import CLASSES, Weights, load_weights

CATEGORIES = {"emergency": "unclear", "mental_crisis": "mental", "poison": "poisoning", "urgent": "unclear"}
"""The chapter an estimate is put under: it does not say more."""
_URGENT = CLASSES.index("urgent")
_EVIDENCE_WORDS = 4
_EVIDENCE_SIGNS = 4
_CACHED_WORDS = 20_000
_FEW_WORDS = 4
_LEAST_KNOWN = 1 / 3
_COUNTS = f" {ACTIVE}"
"""Ends the name of a sign that counts."""
_NOTHING = (0.0,) * len(CLASSES)
_Named = TypeVar("_Named", int, str)


@dataclass(frozen=True)
class Estimate:
    """What the model thinks of a message.

    Attributes:
        decision: the likeliest, an alarm unless legevakt alone is likelier.
        probability: that the message must not wait, by the model's own measure.
        alarm: that it is for 113 and no matter for legevakt alone.
        places: the words that spoke most for it.
        signs: the signs that spoke most for it.
    """

    decision: str
    probability: float
    alarm: float
    places: tuple[int, ...]
    signs: tuple[str, ...]


class _Word(NamedTuple):
    """A word without æ, ø and å, what it weighs alone, what its pieces weigh together, and how many they are."""

    folded: str
    alone: Sequence[float]
    inside: Sequence[float]
    pieces: int


class _Part(NamedTuple):
    """The features of a kind: what each weighs, where it stands, its name where it has one; and how many they are."""

    weights: Sequence[Sequence[float]]
    places: Sequence[Sequence[int]]
    names: Sequence[str]
    many: int

    @property
    def each(self) -> float:
        """What one of them weighs: the more there are, the less."""
        return self.many**-0.5


class Scales:
    """Weighs messages by a model. What a word and its pieces weigh is kept, since words come again and again."""

    def __init__(self, model: Weights) -> None:
        """Weigh by `model`."""
        self.model = model
        self._weights = model.weights
        self._bias = model.bias
        self._words: dict[str, _Word] = {}

    def probability(self, reading: Reading) -> float:
        """How likely it is that the message must not wait, by the model's own measure."""
        return 1 - _likely(self.scores(reading))[0]

    def understands(self, reading: Reading) -> bool:
        """Whether a fair share of the words is known: of Polish the model would read pieces of words that mean nothing.

        Of the alarms it raises on the development messages the strangest has four words in ten known; of a sentence in
        another language it is one in eight.
        """
        words, everyday = reading.words.words, load().files.everyday
        known = sum(word in everyday or f"w:{fold(word)}" in self._weights for word in words)
        return len(words) < _FEW_WORDS or known >= len(words) * _LEAST_KNOWN

    def scores(self, reading: Reading) -> list[float]:
        """What each class weighs, in the order of `CLASSES`."""
        return self._weigh(self._parts(reading))

    def estimate(self, reading: Reading) -> Estimate:
        """Which decision is likeliest, and what speaks for it."""
        parts = self._parts(reading)
        likely = _likely(self._weigh(parts))
        alarm = sum(likely[1:_URGENT])
        chosen = max(range(1, _URGENT), key=lambda index: likely[index]) if alarm >= likely[_URGENT] else _URGENT
        by_place: defaultdict[int, float] = defaultdict(float)
        by_sign: dict[str, float] = {}
        for part in parts:
            for weights, places, name in zip(part.weights, part.places, part.names, strict=True):
                speaks_for = (weights[chosen] - weights[0]) * part.each
                for place in places:
                    by_place[place] += speaks_for / len(places)
                if name.endswith(_COUNTS):
                    by_sign[name[: -len(_COUNTS)]] = speaks_for
        return Estimate(
            decision=CLASSES[chosen],
            probability=1 - likely[0],
            alarm=alarm,
            places=tuple(sorted(_strongest(by_place, _EVIDENCE_WORDS))),
            signs=tuple(_strongest(by_sign, _EVIDENCE_SIGNS)),
        )

    def _weigh(self, parts: Iterable[_Part]) -> list[float]:
        scores = list(self._bias)
        for part in parts:
            columns = zip(*part.weights, strict=True)
            scores = [score + part.each * sum(column) for score, column in zip(scores, columns, strict=True)]
        return scores

    def _parts(self, reading: Reading) -> list[_Part]:
        """What `features_of` finds, kind by kind, without naming each piece of each word."""
        words = [self._word(word) for word in reading.words.words]
        get = self._weights.get
        beside = [get(f"w:{one.folded} {other.folded}", _NOTHING) for one, other in pairwise(words)]
        alone: list[tuple[int, ...]] = [(place,) for place in range(len(words))]
        both: list[tuple[int, ...]] = list(pairwise(range(len(words))))
        of_words = [word.alone for word in words] + beside
        concepts, pairs = concepts_of(reading)
        parts = [
            _Part(of_words, alone + both, [""] * len(of_words), len(of_words)),
            _Part([word.inside for word in words], alone, [""] * len(words), sum(word.pieces for word in words)),
        ]
        for kind, named in (("k", concepts), ("p", pairs), ("s", signs_of(reading))):
            weights = [get(f"{kind}:{name}", _NOTHING) for name in named]
            parts.append(_Part(weights, list(named.values()), list(named), len(named)))
        return [part for part in parts if part.many]

    def _word(self, word: str) -> _Word:
        known = self._words.get(word)
        if known is None:
            if len(self._words) >= _CACHED_WORDS:
                self._words.clear()
            folded = fold(word)
            inside = [self._weights.get(f"c:{piece}", _NOTHING) for piece in pieces(folded)]
            alone = self._weights.get(f"w:{folded}", _NOTHING)
            known = self._words[word] = _Word(
                folded, alone, tuple(map(sum, zip(_NOTHING, *inside, strict=True))), len(inside)
            )
        return known


@lru_cache(maxsize=1)
def load_scales() -> Scales:
    """The scales of the shipped model, made once for the process."""
    return Scales(load_weights())


def _likely(scores: Sequence[float]) -> list[float]:
    highest = max(scores)
    likely = [math.exp(score - highest) for score in scores]
    total = sum(likely)
    return [one / total for one in likely]


def _strongest(weighed: Mapping[_Named, float], most: int) -> list[_Named]:
    return sorted((one for one in weighed if weighed[one] > 0), key=lambda one: (-weighed[one], one))[:most]
