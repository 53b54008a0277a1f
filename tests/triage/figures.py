"""Counting what the screen finds, with the uncertainty of the count."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from clinic.triage import Finding, screen
from tests.triage.sets import ALARMS, HARD, SERVICE, Row

_Z_95 = 1.959964


@dataclass(frozen=True)
class Share:
    """`count` of `total`."""

    count: int
    total: int

    @property
    def value(self) -> float:
        """The share itself; of nothing it is 0."""
        return self.count / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval after Wilson, which stays right near 0 and 1 and for small totals."""
        if not self.total:
            return 0.0, 1.0
        n, p, z2 = self.total, self.value, _Z_95**2
        middle = (p + z2 / (2 * n)) / (1 + z2 / n)
        reach = _Z_95 * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
        return max(0.0, middle - reach), min(1.0, middle + reach)


@dataclass(frozen=True)
class Judged:
    """A message and what the screen said of it."""

    row: Row
    finding: Finding

    @property
    def missed(self) -> bool:
        """An alarm that got none."""
        return self.row.alarm and self.finding.decision not in ALARMS

    @property
    def false_alarm(self) -> bool:
        """A harmless message that got one."""
        return self.row.decision == "none" and self.finding.decision in ALARMS

    @property
    def exact(self) -> bool:
        """Exactly the decision that was written down for it."""
        return self.row.decision == self.finding.decision


def judge(rows: Iterable[Row], how: Callable[[str], Finding] = screen) -> list[Judged]:
    """Screen every message."""
    return [Judged(row, how(row.text)) for row in rows]


def found(judged: Iterable[Judged]) -> Share:
    """Alarms that were seen, of all alarms."""
    alarms = [one for one in judged if one.row.alarm]
    return Share(sum(not one.missed for one in alarms), len(alarms))


def stopped(judged: Iterable[Judged], kinds: frozenset[str] | None = None) -> Share:
    """Harmless messages that were stopped, of all harmless ones (of these kinds)."""
    harmless = [one for one in judged if one.row.decision == "none" and (kinds is None or one.row.chapter in kinds)]
    return Share(sum(one.false_alarm for one in harmless), len(harmless))


def stopped_hard(judged: Iterable[Judged]) -> Share:
    """Harmless messages with words of danger in them that were stopped."""
    return stopped(judged, HARD)


def stopped_service(judged: Iterable[Judged]) -> Share:
    """Questions about the service and prescriptions that were stopped."""
    return stopped(judged, SERVICE)


def exact(judged: Iterable[Judged]) -> Share:
    """Decisions that are exactly the written one."""
    everything = list(judged)
    return Share(sum(one.exact for one in everything), len(everything))


def urgent_seen(judged: Iterable[Judged]) -> Share:
    """Yellow messages that were sent to legevakt or to 113, of all yellow ones."""
    yellow = [one for one in judged if one.row.decision == "urgent"]
    return Share(sum(one.finding.decision != "none" for one in yellow), len(yellow))


def sent_to_legevakt(judged: Iterable[Judged]) -> Share:
    """Harmless messages that were shown legevakt, of all harmless ones; the patient may go on."""
    harmless = [one for one in judged if one.row.decision == "none"]
    return Share(sum(one.finding.decision == "urgent" for one in harmless), len(harmless))
