"""From a message to words with places: lower case, contractions apart, emoji as words, clauses counted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['’´`][^\W\d_]+)*|[^\w\s]|_|\n")
_PLAIN = re.compile(r"[\x00-\x7fæøåÆØÅ]*\Z")
_MARKS = r"\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u064b-\u065f\u20d0-\u20f0\u3099\u309a\ufe20-\ufe2f"
# Plain letters that no combining mark follows; then everything else, with the letter that carries its first mark.
_RUN = re.compile(rf"(?P<plain>(?:[\x00-\x7fæøåÆØÅ](?![{_MARKS}]))+)|(?P<other>[\x00-\x7f]?[^\x00-\x7fæøåÆØÅ]+)")
_INVISIBLE = re.compile(rf"[{_MARKS}\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\ud800-\udfff]")
_NEEDS_CARE = re.compile(_INVISIBLE.pattern + "|\\u2026")
_MOST_MARKS = 4
_CHUNK = 16
_OTHER_LETTERS = str.maketrans({"ö": "ø", "ä": "æ", "’": "'", "´": "'", "`": "'"})
_SENTENCE_ENDS = frozenset(".!?\n;")
_CLAUSE_ENDS = frozenset(',:()–—"«»“”')


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


def split(
    text: str, respellings: Mapping[str, tuple[str, ...]], part: Callable[[str], tuple[tuple[str, str], ...]]
) -> Words:
    """Split any string.

    Args:
        text: the message.
        respellings: the words that one written form stands for ("can't": can, not).
        part: gives the pieces of which a word without spaces is made and their meanings, most often the word itself.
    """
    lowered, offsets = _lowered(text)
    result = Words()
    words, spans, clauses, sentences = result.words, result.spans, result.clause, result.sentence
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
        pieces = ((token, token),) if known else part(token)
        place = start
        for piece, meant in pieces:
            stop = place + len(piece)
            span = (offsets[place], offsets[stop - 1] + 1) if offsets else (place, stop)
            for word in respellings.get(meant, (meant,)):
                words.append(word)
                spans.append(span)
                clauses.append(clause)
                sentences.append(sentence)
            place = stop
    return result


def _lowered(text: str) -> tuple[str, list[int] | None]:
    """Lower-case composed text and, where places may differ, the offset in `text` of each of its characters."""
    if _PLAIN.match(text):
        return text.lower(), None
    pieces: list[str] = []
    offsets: list[int] = []
    for match in _RUN.finditer(text):
        for start, run in _in_chunks(match[0], match.start()):
            folded = run.lower() if match.lastgroup == "plain" else _fold(run)
            if len(folded) == len(run) and (match.lastgroup == "plain" or not _NEEDS_CARE.search(run)):
                pieces.append(folded)
                offsets.extend(range(start, start + len(run)))
                continue
            for place, cluster in _clusters(run):
                folded = _fold(cluster)
                pieces.append(folded)
                offsets.extend([start + place] * len(folded))
    return "".join(pieces), offsets


def _in_chunks(run: str, first: int) -> Iterator[tuple[int, str]]:
    """The run in short chunks with their places, so that one strange character costs only its neighbours' time."""
    start = 0
    while start < len(run):
        stop = start + _CHUNK
        while stop < len(run) and unicodedata.combining(run[stop]):
            stop += 1
        yield first + start, run[start:stop]
        start = stop


def _fold(run: str) -> str:
    """Composed, without invisible characters, lower case, with the Norwegian letter for its Swedish twin."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", run).lower()).translate(_OTHER_LETTERS)


def _clusters(run: str) -> list[tuple[int, str]]:
    """Each character with the combining marks that follow it, and its place in the run."""
    clusters: list[tuple[int, str]] = []
    for place, character in enumerate(run):
        if clusters and unicodedata.combining(character):
            first, cluster = clusters[-1]
            # More marks than any letter has are noise.
            if len(cluster) < _MOST_MARKS:
                clusters[-1] = (first, cluster + character)
            continue
        clusters.append((place, character))
    return clusters
