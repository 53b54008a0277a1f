"""`screen`: from a message to a finding."""

from __future__ import annotations

import re
from collections.abc import Iterable

from clinic.triage.estimate import CATEGORIES, Estimate, Scales, load_scales
from clinic.triage.knowledge import Knowledge, load
from clinic.triage.knowledge_files import LANGUAGES
from clinic.triage.matching import ACTIVE, Hit, Reading
from clinic.triage.measures import known_from_age
from clinic.triage.model import DECISIONS, Context, Finding, Span
from clinic.triage.reading import judged_reading
from clinic.triage.rules import Met, met_rules
from clinic.triage.talk import without_talk

_ENDED = re.compile(r"[.!?:;)]\s*\Z|\A\s*\Z")
"""A message that is a whole sentence, or nothing."""
_MAY_BE_RAISED = frozenset({"none", "urgent"})
"""Decisions of the rules above which the estimate may go; it never goes below."""
_MOST_WORDS = 800
"""Words up to which the estimate reads a message; it has learnt from none as long, and the rules read all of it."""
_EARLIER_MESSAGES = 4
"""Messages before this one whose signs still count together with it."""


def screen(
    text: str, *, child_age: float | None = None, language: str | None = None, context: Context | None = None
) -> Finding:
    """Say whether a message must not wait. Never raises, whatever the text; the same text gives the same finding.

    Args:
        text: the message as it was written.
        child_age: age in years of the child it is about, when known.
        language: "nb" or "en", the conversation's language; it only labels the finding, both are always looked for.
        context: what was said before; its signs count together with those of this message.
    """
    scales = load_scales()
    found, reading = _screen(text, child_age, language, context, scales)
    if found.decision not in _MAY_BE_RAISED:
        return found
    earlier = context.earlier[-1] if context and context.earlier else ""
    if earlier:
        # The rest of a sentence is weighed together with its beginning, any other message alone.
        begun = f"{earlier} " if _goes_on(earlier, text) else ""
        return _estimated(found, judged_reading(begun + text), scales, len(begun))
    return _estimated(found, reading, scales)


def screen_by_rules(
    text: str, *, child_age: float | None = None, language: str | None = None, context: Context | None = None
) -> Finding:
    """`screen` without anything statistical: what the rules alone find."""
    return _screen(text, child_age, language, context, None)[0]


def _screen(
    text: str, child_age: float | None, language: str | None, context: Context | None, scales: Scales | None
) -> tuple[Finding, Reading]:
    """The finding, and how the message was read; the latter together with the earlier ones where those count."""
    earlier = (context.earlier if context else ())[-_EARLIER_MESSAGES:]
    before = "".join(f"{message}\n" for message in earlier)
    found = _find(text, before, child_age, language, scales)
    if not earlier or _ENDED.search(earlier[-1]):
        return found
    # Sent too early: "mannen min svarer" and then "ikke" are one sentence.
    joined = _find(text, f"{before[:-1]} ", child_age, language, scales)
    if _goes_on(earlier[-1], text):
        return joined
    return min(found, joined, key=lambda one: DECISIONS.index(one[0].decision))


def _goes_on(earlier: str, text: str) -> bool:
    """Whether a message can only be the rest of the earlier one: "I have no" and then "chest pain"."""
    files = load().files
    last, first = earlier.lower().split(), text.lower().split()
    return bool(last and first) and (last[-1] in files.unfinished or first[0] in files.continuing)


def _find(
    text: str, earlier: str, child_age: float | None, language: str | None, scales: Scales | None
) -> tuple[Finding, Reading]:
    """The finding of a message after the text of earlier ones."""
    knowledge = load()
    reading = judged_reading(earlier + text)
    place = _Placing(text, reading, len(earlier))
    met = met_rules(reading.signs, known_from_age(child_age), knowledge, place.new_from)
    if scales and len(reading.words) <= _MOST_WORDS:
        met = without_talk(met, earlier + text, reading, scales)
    spoken = language if language in LANGUAGES else _language(reading, knowledge, met)
    set_aside = [hit for hit in reading.signs if hit.status not in (ACTIVE, "recent")]
    cancelled = place.spans(hit for hit in set_aside if hit.sign in knowledge.rules_by_sign)
    if not met:
        return Finding(text, "none", None, (), cancelled, None, _why_none(set_aside), spoken), reading
    first = met[0]
    evidence = place.spans(first.hits)
    why = _why(first)
    return Finding(text, first.decision, first.rule.category, evidence, cancelled, first.advice, why, spoken), reading


def _estimated(found: Finding, reading: Reading, scales: Scales, shift: int = 0) -> Finding:
    """The finding that the statistical estimate raises, else the one that was found.

    Args:
        found: what the rules found.
        reading: what is weighed; `shift` characters of an earlier message stand before the message itself.
        scales: the statistical model.
        shift: see `reading`.
    """
    if len(reading.words) > _MOST_WORDS or scales.probability(reading) < scales.model.threshold:
        return found
    if not scales.understands(reading):
        return found
    guess = scales.estimate(reading)
    if not guess.places or (found.decision == "urgent" and guess.alarm < scales.model.threshold):
        return found
    place = _Placing(found.text, reading, shift)
    evidence = place.spans(Hit("", index, index) for index in guess.places)
    if not evidence:
        return found
    category = CATEGORIES[guess.decision]
    return Finding(
        found.text, guess.decision, category, evidence, found.cancelled, guess.decision,
        _why_estimated(found, guess), found.language,
    )  # fmt: skip


class _Placing:
    """Turns words into pieces of the message itself; `shift` characters of earlier messages stand before it."""

    def __init__(self, text: str, reading: Reading, shift: int) -> None:
        self._text, self._spans, self._shift = text, reading.words.spans, shift
        self.new_from = next(
            (index for index, (start, _) in enumerate(self._spans) if start >= shift), len(self._spans)
        )

    def spans(self, hits: Iterable[Hit]) -> tuple[Span, ...]:
        """The pieces in order, joined where they overlap; what stands in earlier messages is left out."""
        places = sorted(
            {(self._spans[hit.first][0], self._spans[hit.last][1]) for hit in hits if hit.first >= self.new_from}
        )
        joined: list[tuple[int, int]] = []
        for start, end in places:
            if joined and start < joined[-1][1]:
                joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
            else:
                joined.append((start, end))
        pieces = ((start - self._shift, end - self._shift) for start, end in joined)
        return tuple(Span(start, end, self._text[start:end]) for start, end in pieces)


def _why(met: Met) -> str:
    signs = ", ".join(dict.fromkeys(hit.sign.replace("_", " ") for hit in met.hits))
    doubt = "; it may not be happening now" if met.doubtful else ""
    return f"Rule {met.rule.name} (chapter {met.rule.chapter}) is met by {signs}{doubt}."


def _why_none(set_aside: list[Hit]) -> str:
    reasons = sorted({hit.status for hit in set_aside})
    return f"No rule is met; signs were set aside as {', '.join(reasons)}." if reasons else "No rule is met."


def _why_estimated(found: Finding, guess: Estimate) -> str:
    signs = ", ".join(sign.replace("_", " ") for sign in guess.signs)
    by = f" by the signs {signs} and" if signs else " by"
    rules = "No rule is met" if found.decision == "none" else f"The rules say {found.decision} ({found.category})"
    return f"{rules}; the statistical estimate is {guess.probability:.3f}{by} the words marked."


def _language(reading: Reading, knowledge: Knowledge, met: list[Met]) -> str:
    """The language of most telling words, else that of the signs; bokmål when nothing tells."""
    telling = knowledge.files.telling
    votes = {name: sum(word in telling[name] for word in reading.words.words) for name in LANGUAGES}
    if votes["nb"] == votes["en"]:
        hits = met[0].hits if met else tuple(reading.signs)
        votes = {name: sum(hit.language == name for hit in hits) for name in LANGUAGES}
    return "en" if votes["en"] > votes["nb"] else "nb"
