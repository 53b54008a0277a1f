"""Deciding by the rules: which signs together mean what, and which of the rules met has the most weight."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product

from clinic.triage.knowledge_files import Rule
from clinic.triage.matching import ACTIVE, Hit

_CLARIFY_RANK = 20
_MOST_COMBINATIONS = 200
"""How many ways to put a rule's signs together are tried in one message; more would only cost time."""


@dataclass(frozen=True)
class Match:
    """A rule that is met, the decision it leads to here, and the signs it rests on."""

    rule: Rule
    decision: str
    hits: tuple[Hit, ...]

    @property
    def rank(self) -> int:
        """The weight of the decision; one that only asks weighs less than the rule itself."""
        return self.rule.rank if self.decision == self.rule.tier else _CLARIFY_RANK


def decide(hits: Iterable[Hit], known: frozenset[str], rules: Sequence[Rule]) -> Match | None:
    """The match with the highest rank, of equal ones the one with the most signs, then the first in the files.

    Args:
        hits: the signs of the message with their status.
        known: signs that hold without any words, from the known age.
        rules: all rules.
    """
    by_sign: dict[str, list[Hit]] = {}
    for hit in hits:
        by_sign.setdefault(hit.sign, []).append(hit)
    if not by_sign:
        return None
    matches = [match for rule in rules for match in _met(rule, by_sign, known)]
    return max(matches, key=lambda match: (match.rank, len(match.hits)), default=None)


def _met(rule: Rule, by_sign: Mapping[str, Sequence[Hit]], known: frozenset[str]) -> Iterator[Match]:
    certain = frozenset({ACTIVE}) | rule.counts
    if any(sign in known or _of({sign}, by_sign, certain) for sign in rule.unless):
        return
    for decision, allowed in ((rule.tier, certain), ("clarify", certain | rule.doubt)):
        choices = [_of(group, by_sign, allowed) for group in rule.when if not group & known]
        if not choices or not all(choices):
            continue
        for hits in islice(product(*choices), _MOST_COMBINATIONS):
            if max(hit.first for hit in hits) - min(hit.last for hit in hits) <= rule.within:
                yield Match(rule, decision, hits)
                return


def _of(signs: Iterable[str], by_sign: Mapping[str, Sequence[Hit]], allowed: frozenset[str]) -> list[Hit]:
    return [hit for sign in sorted(signs) for hit in by_sign.get(sign, ()) if hit.status in allowed]
