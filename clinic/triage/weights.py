"""The statistical model as a file: for each feature what it weighs, learnt from the development messages.

`make triage-model` writes `estimate.json.gz`; nothing is learnt at run time.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from clinic.triage.phrases import KnowledgeError

FILE = Path(__file__).parent / "estimate.json.gz"
CLASSES = ("none", "emergency", "mental_crisis", "poison", "urgent")
"""Every class of the model, in the order of its weights."""


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
