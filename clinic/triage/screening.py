"""`screen`: from a message to a finding."""

from __future__ import annotations

from collections.abc import Iterable

from clinic.triage.knowledge import Knowledge, load
from clinic.triage.knowledge_files import LANGUAGES
from clinic.triage.matching import ACTIVE, Hit, Reading, read
from clinic.triage.measures import known_from_age, measure
from clinic.triage.model import Context, Finding, Span
from clinic.triage.normalise import Words, split
from clinic.triage.rules import Met, met_rules
from clinic.triage.standing import judge

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
    knowledge = load()
    earlier = "".join(f"{message}\n" for message in (context.earlier if context else ())[-_EARLIER_MESSAGES:])
    words = split(earlier + text, knowledge.files.respellings)
    new_from = next((index for index, (start, _) in enumerate(words.spans) if start >= len(earlier)), len(words))
    reading = read(words, knowledge)
    reading.signs.extend(measure(earlier + text, words))
    judge(reading)
    met = met_rules(reading.signs, known_from_age(child_age), knowledge, new_from)
    spoken = language if language in LANGUAGES else _language(words, reading, knowledge, met)
    place = _Placing(text, words, len(earlier), new_from)
    set_aside = [hit for hit in reading.signs if hit.status not in (ACTIVE, "recent")]
    cancelled = place.spans(hit for hit in set_aside if hit.sign in knowledge.rules_by_sign)
    if not met:
        return Finding(text, "none", None, (), cancelled, None, _why_none(set_aside), spoken)
    first = met[0]
    evidence = place.spans(first.hits)
    return Finding(text, first.decision, first.rule.category, evidence, cancelled, first.advice, _why(first), spoken)


class _Placing:
    """Turns signs into pieces of the message itself."""

    def __init__(self, text: str, words: Words, shift: int, new_from: int) -> None:
        self._text, self._words, self._shift, self._new_from = text, words, shift, new_from

    def spans(self, hits: Iterable[Hit]) -> tuple[Span, ...]:
        """The pieces in order, joined where they overlap; what stands in earlier messages is left out."""
        spans = self._words.spans
        places = sorted({(spans[hit.first][0], spans[hit.last][1]) for hit in hits if hit.first >= self._new_from})
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


def _language(words: Words, reading: Reading, knowledge: Knowledge, met: list[Met]) -> str:
    """The language of most telling words, else that of the signs; bokmål when nothing tells."""
    telling = knowledge.files.telling
    votes = {name: sum(word in telling[name] for word in words.words) for name in LANGUAGES}
    if votes["nb"] == votes["en"]:
        hits = met[0].hits if met else tuple(reading.signs)
        votes = {name: sum(hit.language == name for hit in hits) for name in LANGUAGES}
    return "en" if votes["en"] > votes["nb"] else "nb"
