"""Finding all signs and cues in the words of a message."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from clinic.triage.knowledge import CUE, Knowledge
from clinic.triage.normalise import Words
from clinic.triage.phrases import Reader

ACTIVE = "active"
_OTHER = {"nb": "en", "en": "nb"}
_MOST_OF_ONE_SIGN = 12
"""How often one sign is noted in a message; more would only cost time."""


@dataclass
class Hit:
    """A sign or cue in the message, from word `first` to word `last`.

    Attributes:
        negative: the sign is negative in form ("puster ikke"): no negation cancels it.
        status: "active", or why it does not count (`knowledge_files.STATUSES`).
    """

    sign: str
    first: int
    last: int
    negative: bool = False
    language: str = ""
    status: str = ACTIVE


@dataclass(frozen=True)
class Reading:
    """A message as the knowledge sees it; `norwegian` when more of its words are Norwegian than English."""

    words: Words
    atoms: list[frozenset[str]]
    signs: list[Hit]
    cues: dict[str, list[Hit]]
    norwegian: bool = False


def read(words: Words, knowledge: Knowledge) -> Reading:
    """Find every sign and cue, in the order of the message; cues are kept by kind without their prefix."""
    vocabulary, files = knowledge.vocabulary, knowledge.files
    atoms = [vocabulary.read(word) for word in words.words]
    fillers = [not atom.isdisjoint(files.fillers) for atom in atoms]
    barriers = [not atom.isdisjoint(files.barriers) for atom in atoms]
    reader = Reader(atoms, fillers, barriers, words.clause)
    seen: set[tuple[str, int, int]] = set()
    counts: Counter[str] = Counter()
    signs: list[Hit] = []
    cues: dict[str, list[Hit]] = {}
    everything = frozenset().union(*atoms)
    # Most phrases fall away at once: a part of them stands nowhere in the message.
    parts = {number for word in everything for number in knowledge.parts.get(word, ())}
    possible = {
        word: [phrase for needs, phrase in knowledge.anchors.get(word, ()) if needs <= parts] for word in everything
    }
    telling = {name: sum(word in known for word in words.words) for name, known in files.telling.items()}
    strange = {
        language: files.false_friends[language] if telling[other] > telling[language] else frozenset()
        for language, other in _OTHER.items()
    }
    for position, atom in enumerate(atoms):
        for word in atom:
            for phrase in possible[word]:
                if counts[phrase.sign] >= _MOST_OF_ONE_SIGN:
                    continue
                place = reader.find(phrase, position)
                if place is None or (phrase.sign, *place) in seen:
                    continue
                if place[0] == place[1] and words.words[place[0]] in strange[phrase.language]:
                    continue
                seen.add((phrase.sign, *place))
                counts[phrase.sign] += 1
                hit = Hit(phrase.sign, *place, phrase.negative, phrase.language)
                if phrase.sign.startswith(CUE):
                    cues.setdefault(phrase.sign[len(CUE) :], []).append(hit)
                else:
                    signs.append(hit)
    signs.sort(key=lambda hit: (hit.first, hit.last, hit.sign))
    for hits in cues.values():
        hits.sort(key=lambda hit: (hit.first, hit.last))
    return Reading(words, atoms, signs, cues, telling["nb"] > telling["en"])
