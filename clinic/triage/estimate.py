"""A small statistical model beside the rules: it may raise an alarm where they are silent, and never lowers one.

A linear model over words, pieces of words and signs, learnt from the development messages by `make triage-model` and
shipped as the small file `estimate.json.gz`. It is read by this module alone; nothing is learnt at run time.
"""

from __future__ import annotations

import gzip
import json
import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from clinic.triage.features import Features
from clinic.triage.phrases import KnowledgeError

FILE = Path(__file__).parent / "estimate.json.gz"
CLASSES = ("none", "emergency", "mental_crisis", "poison")
CATEGORIES = {"emergency": "unclear", "mental_crisis": "mental", "poison": "poisoning"}
"""The chapter an estimate is put under: it does not say more."""
_EVIDENCE_WORDS = 4
_EVIDENCE_SIGNS = 4
_Named = TypeVar("_Named", int, str)


@dataclass(frozen=True)
class Estimate:
    """What the model thinks of a message.

    Attributes:
        decision: the likeliest alarm.
        probability: of an alarm of any kind, by the model's own measure.
        places: the words that spoke most for it.
        signs: the signs that spoke most for it.
    """

    decision: str
    probability: float
    places: tuple[int, ...]
    signs: tuple[str, ...]


@dataclass(frozen=True)
class Weights:
    """The model: for each feature one weight a class, in the order of `CLASSES`.

    Attributes:
        threshold: probability from which an alarm is raised, set on development messages.
        talk: probability below which signs stand in talk about an emergency (`talk.py`), set on development messages.
        bias: the weights of no feature at all.
        weights: feature → weights.
        learnt_from: digest of the messages it was learnt from, so that a test sees when it is out of date.
    """

    threshold: float
    talk: float
    bias: tuple[float, ...]
    weights: dict[str, tuple[float, ...]]
    learnt_from: str


def save(weights: Weights, path: Path = FILE) -> None:
    """Write the model; the same weights give the same file."""
    content = {
        "threshold": weights.threshold,
        "talk": weights.talk,
        "bias": weights.bias,
        "learnt_from": weights.learnt_from,
        "weights": dict(sorted(weights.weights.items())),
    }
    written = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    path.write_bytes(gzip.compress(written, mtime=0))


@lru_cache(maxsize=1)
def load_weights(path: Path = FILE) -> Weights:
    """The model, read once for the process; raises KnowledgeError when the file cannot be read."""
    try:
        content = json.loads(gzip.decompress(path.read_bytes()))
        weights = {name: tuple(values) for name, values in content["weights"].items()}
        return Weights(content["threshold"], content["talk"], tuple(content["bias"]), weights, content["learnt_from"])
    except (OSError, ValueError, KeyError) as error:
        raise KnowledgeError(f"{path.name} cannot be read: {error}; `make triage-model` makes it anew") from error


def estimate(features: Features, model: Weights) -> Estimate:
    """Weigh the features of a message."""
    scores = list(model.bias)
    by_place: defaultdict[int, float] = defaultdict(float)
    by_sign: dict[str, float] = {}
    for name, value, places in features:
        weights = model.weights.get(name)
        if weights is None:
            continue
        for index, weight in enumerate(weights):
            scores[index] += weight * value
        speaks_for = (max(weights[1:]) - weights[0]) * value
        for place in places:
            by_place[place] += speaks_for / len(places)
        if name.startswith("s:") and name.endswith(" active"):
            by_sign[name[2 : -len(" active")]] = speaks_for
    highest = max(scores)
    likely = [math.exp(score - highest) for score in scores]
    alarms = dict(zip(CLASSES[1:], likely[1:], strict=True))
    return Estimate(
        decision=max(alarms, key=lambda name: alarms[name]),
        probability=1 - likely[0] / sum(likely),
        places=tuple(sorted(_strongest(by_place, _EVIDENCE_WORDS))),
        signs=tuple(_strongest(by_sign, _EVIDENCE_SIGNS)),
    )


def _strongest(weighed: Mapping[_Named, float], most: int) -> list[_Named]:
    return sorted((one for one in weighed if weighed[one] > 0), key=lambda one: (-weighed[one], one))[:most]
