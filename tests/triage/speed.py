"""How fast one core screens: the messages of a set one after the other, and the first message of a fresh process."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from clinic.triage import screen

LONGEST = 300
"""Characters of the messages that are timed."""
_START = (
    "import time; begun = time.perf_counter(); from clinic.triage import screen; screen('hei'); "
    "print(time.perf_counter() - begun)"
)
_STARTS = 3


@dataclass(frozen=True)
class Speed:
    """Measured on one core.

    Attributes:
        per_second: messages a second.
        p50: median in milliseconds.
        p99: in milliseconds.
        start: seconds from nothing imported to the first finding, the median of a few fresh processes.
    """

    per_second: float
    p50: float
    p99: float
    start: float


def measure(texts: Sequence[str], rounds: int = 3) -> Speed:
    """Time every message of up to `LONGEST` characters by its best of `rounds`, after one round that is not timed."""
    short = [text for text in texts if len(text) <= LONGEST]
    best = [float("inf")] * len(short)
    for number in range(rounds + 1):
        for index, text in enumerate(short):
            begun = time.perf_counter()
            screen(text)
            if number:
                best[index] = min(best[index], time.perf_counter() - begun)
    taken = sorted(best)
    return Speed(
        per_second=len(taken) / sum(taken),
        p50=taken[len(taken) // 2] * 1000,
        p99=taken[int(len(taken) * 0.99)] * 1000,
        start=sorted(_start() for _ in range(_STARTS))[_STARTS // 2],
    )


def _start() -> float:
    done = subprocess.run([sys.executable, "-c", _START], capture_output=True, text=True, check=True)
    return float(done.stdout)
