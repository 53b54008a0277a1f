"""`screen`: from a message to a finding."""

from __future__ import annotations

from collections.abc import Iterable

from clinic.triage.knowledge import CUE_PREFIX, Knowledge, load
from clinic.triage.knowledge_files import LANGUAGES
from clinic.triage.matching import ACTIVE, Hit, Reading, read
from clinic.triage.measures import known_from_age, measure
from clinic.triage.model import Context, Finding, Span
from clinic.triage.normalise import Words, split
from clinic.triage.rules import Match, decide
from clinic.triage.standing import judge

_MOST_EARLIER = 4
"""Messages before this one whose signs still count together with it."""
_LOOKED_AT_FOR_LANGUAGE = 80


def screen(
    text: str, *, child_age: float | None = None, language: str | None = None, context: Context | None = None
) -> Finding:
    """Decide whether a message must not wait. Takes any string, never raises, and answers the same every time.

    Args:
        text: the message as it came.
        child_age: age in years when the patient is known to be a child.
        language: "nb" or "en" when known; signs are looked for in both languages whatever it says.
        context: what was said before in the same conversation.
    """
    knowledge = load()
    reading = _read(text, knowledge)
    written_in = language if language in LANGUAGES else _guess(reading.words, knowledge)
    known = known_from_age(child_age)
    rules = knowledge.files.rules
    match = decide(reading.signs, known, rules)
    if context is not None:
        match = _with_earlier(reading.signs, context, known, knowledge) or match
    set_aside = [hit for hit in reading.signs if hit.status not in (ACTIVE, "recent")]
    cancelled = _spans(text, reading.words, set_aside)
    if match is None:
        return Finding(text, "none", None, (), cancelled, None, _why_none(set_aside), written_in)
    here = [hit for hit in match.hits if hit.first >= 0]
    return Finding(
        text=text,
        decision=match.decision,
        category=match.rule.category,
        evidence=_spans(text, reading.words, here),
        cancelled=cancelled,
        advice_key=match.rule.advice if match.decision == match.rule.tier else match.decision,
        explanation=_why(match),
        language=written_in,
    )


def _read(text: str, knowledge: Knowledge) -> Reading:
    words = split(text, knowledge.files.respellings)
    reading = read(words, knowledge, CUE_PREFIX)
    reading.signs.extend(measure(text, words))
    judge(reading)
    return reading


def _with_earlier(signs: list[Hit], context: Context, known: frozenset[str], knowledge: Knowledge) -> Match | None:
    """What the message means together with those before it; None unless it adds a sign itself."""
    together = list(signs)
    for text in context.earlier[-_MOST_EARLIER:]:
        # Earlier words stand just before this message and have no place in its text.
        together += [
            Hit(hit.sign, -1, -1, hit.negative, hit.language, hit.status)
            for hit in _read(text, knowledge).signs
            if hit.status == ACTIVE
        ]
    match = decide(together, known, knowledge.files.rules)
    return match if match and any(hit.first >= 0 for hit in match.hits) else None


def _guess(words: Words, knowledge: Knowledge) -> str:
    """ "en" when more of the first words are telling for English than for Norwegian, else "nb"."""
    first = words.words[:_LOOKED_AT_FOR_LANGUAGE]
    english, norwegian = (sum(word in knowledge.files.telling[name] for word in first) for name in ("en", "nb"))
    return "en" if english > norwegian else "nb"


def _why(match: Match) -> str:
    signs = " + ".join(dict.fromkeys(hit.sign.replace("_", " ") for hit in match.hits))
    unclear = "" if match.decision == match.rule.tier else "; it may be over"
    return f"{match.rule.category}: {signs}{unclear} (rule {match.rule.name}, chapter {match.rule.chapter})."


def _why_none(set_aside: Iterable[Hit]) -> str:
    reasons = sorted({hit.status for hit in set_aside})
    return f"No rule met; signs set aside as {', '.join(reasons)}." if reasons else "No rule met."


def _spans(text: str, words: Words, hits: Iterable[Hit]) -> tuple[Span, ...]:
    """The pieces of the message that the signs cover, joined where they overlap."""
    places = sorted({(words.spans[hit.first][0], words.spans[hit.last][1]) for hit in hits})
    joined: list[tuple[int, int]] = []
    for start, end in places:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(Span(start, end, text[start:end]) for start, end in joined)
