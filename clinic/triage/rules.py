"""Which rules the signs of a message meet, and which of them decides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from clinic.triage.knowledge import Knowledge
from clinic.triage.knowledge_files import Rule
from clinic.triage.matching import ACTIVE, Hit


@dataclass(frozen=True)
class Met:
    """A rule that is met, with the signs that met it; `doubtful` when one of them may not be happening now."""

    rule: Rule
    hits: tuple[Hit, ...]
    doubtful: bool

    @property
    def decision(self) -> str:
        """The rule's decision, or to ask when in doubt."""
        return "clarify" if self.doubtful else self.rule.tier

    @property
    def advice(self) -> str:
        """The advice key that goes with the decision."""
        return "clarify" if self.doubtful else self.rule.advice

    @property
    def order(self) -> tuple[int, int, int]:
        """The lowest decides: certain before doubtful, then the higher rank, then what was said first."""
        return (1 if self.doubtful else 0, -self.rule.rank, self.hits[0].first)


def met_rules(signs: list[Hit], known: frozenset[str], knowledge: Knowledge, new_from: int = 0) -> list[Met]:
    """All rules that are met, the deciding one first.

    Args:
        signs: the signs of the message with their status.
        known: signs known from elsewhere, such as a child's age; they need no words.
        knowledge: the compiled knowledge.
        new_from: first word of the message itself when earlier ones stand before it; one sign must be in it.
    """
    by_sign: defaultdict[str, list[Hit]] = defaultdict(list)
    for hit in signs:
        by_sign[hit.sign].append(hit)
    seen = known.union(by_sign)
    candidates = {rule.name: rule for sign in seen for rule in knowledge.rules_by_sign.get(sign, ())}
    found = [
        met
        for rule in candidates.values()
        if not any(group.isdisjoint(seen) for group in rule.when) and (met := _meet(rule, by_sign, known, new_from))
    ]
    return sorted(found, key=lambda met: (*met.order, met.rule.name))


def _meet(rule: Rule, by_sign: Mapping[str, list[Hit]], known: frozenset[str], new_from: int) -> Met | None:
    certain = rule.counts | {ACTIVE}
    for statuses, doubtful in ((certain, False), (certain | rule.doubt, True)):
        if doubtful and not rule.doubt:
            return None
        for hits in _choices(rule, by_sign, known, statuses, new_from):
            if not _excluded(rule, hits, by_sign):
                return Met(rule, hits, doubtful)
    return None


def _excluded(rule: Rule, hits: tuple[Hit, ...], by_sign: Mapping[str, list[Hit]]) -> bool:
    """Whether a sign that excludes the rule stands close enough to what met it."""
    first, last = hits[0].first, max(hit.last for hit in hits)
    return any(
        hit.status != "figurative"
        and (hit.status != "negated" or first <= hit.first <= last)
        and hit.last >= first - reach
        and hit.first <= last + reach
        for sign, reach in rule.unless.items()
        for hit in by_sign.get(sign, ())
    )


def _choices(
    rule: Rule, by_sign: Mapping[str, list[Hit]], known: frozenset[str], statuses: frozenset[str], new_from: int
) -> Iterator[tuple[Hit, ...]]:
    """For each sign of the rule's first group, the nearest signs of the others, where they are near enough."""
    groups: list[list[Hit]] = []
    for group in rule.when:
        hits = [hit for sign in group for hit in by_sign.get(sign, ()) if hit.status in statuses]
        if hits:
            groups.append(hits)
        elif not group & known:
            return
    if not groups:
        return
    for start in groups[0]:
        chosen = [start, *(min(hits, key=lambda hit: (abs(hit.first - start.first), hit.first)) for hits in groups[1:])]
        spread = max(hit.first for hit in chosen) - min(hit.first for hit in chosen)
        is_new = [hit.last >= new_from for hit in chosen]
        if spread <= rule.within and (all(is_new) if rule.together else any(is_new)):
            yield tuple(sorted(chosen, key=lambda hit: (hit.first, hit.last)))
