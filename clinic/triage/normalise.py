"""From a message to words with places: lower case, contractions apart, emoji as words, clauses and sentences counted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['’´`][^\W\d_]+)*|[^\w\s]|_|\n")
_PLAIN = re.compile(r"[\x00-\x7fæøåÆØÅ]*\Z")
_OTHER_LETTERS = str.maketrans({"ö": "ø", "ä": "æ", "’": "'", "´": "'", "`": "'"})
_SENTENCE_ENDS = frozenset(".!?\n;")
_CLAUSE_ENDS = frozenset(",:()–—\"«»“”")


@dataclass
class Words:
    """The words of a message; the lists run in parallel.

    Attributes:
        words: lower case, canonical spelling of contractions and emoji.
        spans: offsets of each word in the message.
        clause: number of the clause a word stands in; a new sentence is also a new clause.
        sentence: number of the sentence a word stands in.
        asks: numbers of the sentences that end in a question mark.
    """

    words: list[str] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    clause: list[int] = field(default_factory=list)
    sentence: list[int] = field(default_factory=list)
    asks: set[int] = field(default_factory=set)

    def __len__(self) -> int:
        return len(self.words)


def split(text: str, respellings: Mapping[str, tuple[str, ...]]) -> Words:
    """Split any string; `respellings` gives the words that one written form stands for ("can't": can, not)."""
    lowered, offsets = _lowered(text)
    result = Words()
    clause = sentence = 0
    for match in _TOKEN.finditer(lowered):
        token, start, end = match[0], match.start(), match.end()
        known = respellings.get(token)
        if known is None and not token[0].isalnum():
            # Three dots are a breath, not an end; so is a hyphen inside a word.
            if token in _SENTENCE_ENDS:
                run = token == "." and (lowered[end : end + 1] == "." or lowered[start - 1 : start] == ".")
                if token == "?":
                    result.asks.add(sentence)
                if not run:
                    sentence += 1
                    clause += 1
            elif token in _CLAUSE_ENDS or (token in "-/+" and lowered[start - 1 : start] == " "):
                clause += 1
            continue
        for word in known or (token,):
            result.words.append(word)
            result.spans.append((offsets[start], offsets[end - 1] + 1) if offsets else (start, end))
            result.clause.append(clause)
            result.sentence.append(sentence)
    return result


def _lowered(text: str) -> tuple[str, list[int] | None]:
    """Lower-case composed text and, where lengths differ, the offset in `text` of each of its characters."""
    if _PLAIN.match(text):
        return text.lower(), None
    characters: list[str] = []
    offsets: list[int] = []
    for start, cluster in _clusters(text):
        for character in unicodedata.normalize("NFKC", cluster).lower().translate(_OTHER_LETTERS):
            if unicodedata.category(character) not in ("Cf", "Mn", "Cs"):
                characters.append(character)
                offsets.append(start)
    return "".join(characters), offsets


def _clusters(text: str) -> list[tuple[int, str]]:
    """Each character with the combining marks that follow it."""
    clusters: list[tuple[int, str]] = []
    for position, character in enumerate(text):
        if clusters and unicodedata.combining(character):
            start, cluster = clusters[-1]
            # More marks than any letter has are noise.
            if len(cluster) < 4:
                clusters[-1] = (start, cluster + character)
            continue
        clusters.append((position, character))
    return clusters
