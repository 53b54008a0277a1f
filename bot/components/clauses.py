"""Rasa's classifier looks at a message as a whole; this cuts it where a person says more than one thing at once."""

from __future__ import annotations

import re
from itertools import pairwise

_SENTENCE = re.compile(r"[.!?…]+(?=\s|$)|[\n;]+")
_COMMA = re.compile(r",\s+")
# A question often follows without any mark: "meg selv men hvor lenge må jeg vente", "for me and what does it cost".
_TURN = re.compile(
    r"\s+(?=(?:og|men|forresten|and|but|also|so)\s+"
    r"(?:hva|hvor|når|hvordan|hvem|kan|må|kva|kor|korleis|what|how|when|where|who|can|do|does|is|will)\b)",
    re.IGNORECASE,
)
_LEAD_IN = re.compile(r"(?:og|men|forresten|og så|and|but|also|so|btw)\s+", re.IGNORECASE)
_MOST_CLAUSES = 10


def clauses(text: str) -> list[tuple[int, int]]:
    """Where the clauses of a message begin and end, in order; a question mark stays with its question.

    Empty for a message of one clause, and for one of more than ten, which is a story and not an answer.
    """
    cuts = {0, len(text)}
    for pattern in (_SENTENCE, _COMMA, _TURN):
        cuts.update(match.end() for match in pattern.finditer(text))
    ends = sorted(cuts)
    found = [span for start, end in pairwise(ends) if (span := _trimmed(text, start, end)) is not None]
    return found if 1 < len(found) <= _MOST_CLAUSES else []


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The clause without spaces, commas and "and" around it; None when nothing is left."""
    lead_in = _LEAD_IN.match(text, start, end)
    start = lead_in.end() if lead_in else start
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip(" ,\n\t"))
    end -= len(piece) - len(piece.rstrip(" ,;\n\t"))
    return (start, end) if any(letter.isalnum() for letter in text[start:end]) else None
