"""The small language in which the knowledge files write signs, and how a phrase is found among words.

    puster/puste <not>     one of several words, then one of a named group of words
    blek/hvit_i_ansiktet   an alternative of several words
    brystsmert*  *smerter  a beginning, an ending
    helt?                  may be there
    ..  ..6                up to three (six) other words in the same clause
    ~vannet/<water>        one word that is none of these (fillers before it may be these neither)

Between two parts of a phrase up to three filler words ("jeg", "så", "nesten", "really") may stand unsaid.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

from clinic.errors import ClinicError

_MOST_FILLERS = 3
_GAP = 3


class KnowledgeError(ClinicError):
    """A knowledge file cannot be used as it stands; the message says which file and which line of it."""


@dataclass(frozen=True)
class Slot:
    """One part of a phrase.

    Attributes:
        words: the words it may be; empty for a gap.
        optional: whether it may be missing.
        gap: how wide a gap.
        other: it may be any word but these.
    """

    words: frozenset[str]
    optional: bool = False
    gap: int = 0
    other: bool = False


@dataclass(frozen=True)
class Phrase:
    """A compiled phrase of a sign.

    Attributes:
        sign: the sign it belongs to.
        language: the language it is listed under.
        source: the phrase as written.
        slots: its parts.
        anchor: the part whose words are rarest, where the search starts.
        before: the parts before the anchor, nearest first.
        after: the parts after it.
        others: the words of each other part that must be there.
        negative: a negation is part of it ("puster ikke").
    """

    sign: str
    language: str
    source: str
    slots: tuple[Slot, ...]
    anchor: int
    before: tuple[Slot, ...]
    after: tuple[Slot, ...]
    others: tuple[frozenset[str], ...]
    negative: bool


def alternatives(source: str) -> list[str]:
    """Write a phrase out so that no alternative has several words: "blek/hvit_i_ansiktet" gives two phrases."""
    choices: list[list[str]] = []
    for part in source.split():
        words = part.rstrip("?").split("/")
        single = [word for word in words if "_" not in word or word.startswith("<")]
        options = ["/".join(single) + part[len(part.rstrip("?")) :]] if single else []
        choices.append(options + [word.replace("_", " ") for word in words if word not in single])
    return [" ".join(chosen) for chosen in product(*choices)]


def compile_phrase(
    source: str, sign: str, language: str, groups: Mapping[str, frozenset[str]], common: frozenset[str]
) -> Phrase:
    """Read one phrase.

    Args:
        source: the phrase as written.
        sign: the sign it belongs to.
        language: the language it is listed under.
        groups: word groups that `<name>` stands for; "not" makes a phrase negative in form.
        common: words too common to start a search from.

    Raises:
        KnowledgeError: an unknown group, or nothing but gaps and optional words.
    """
    # YAML joins an entry that is indented too far to the one above it, and its dash stands in the middle.
    if " - " in source:
        raise KnowledgeError(f"The phrase '{source}' of '{sign}' is two entries: the second is indented too far")
    slots = tuple(_slot(part, source, groups) for part in source.split())
    negators = groups.get("not", frozenset())
    required = [index for index, slot in enumerate(slots) if slot.words and not slot.optional and not slot.other]
    if not required:
        raise KnowledgeError(f"The phrase '{source}' of '{sign}' holds no word that must be there")
    anchor = min(required, key=lambda index: (bool(slots[index].words & common), len(slots[index].words)))
    negative = any(slots[index].words <= negators for index in required)
    before, after = slots[:anchor][::-1], slots[anchor + 1 :]
    others = tuple(slots[index].words for index in required if index != anchor)
    return Phrase(sign, language, source, slots, anchor, before, after, others, negative)


def _slot(part: str, source: str, groups: Mapping[str, frozenset[str]]) -> Slot:
    if part.startswith(".."):
        width = part[2:]
        if width and not width.isdigit():
            raise KnowledgeError(f"'{part}' in the phrase '{source}' is no gap")
        return Slot(frozenset(), gap=int(width) if width else _GAP)
    optional, other = part.endswith("?"), part.startswith("~")
    words: set[str] = set()
    for word in part.lstrip("~").rstrip("?").split("/"):
        if word.startswith("<") and word.endswith(">"):
            if word[1:-1] not in groups:
                raise KnowledgeError(f"The phrase '{source}' names the unknown group {word}")
            words |= groups[word[1:-1]]
        elif word:
            words.add(word)
    return Slot(frozenset(words), optional, other=other)


class Reader:
    """The words of one message as a phrase sees them."""

    def __init__(
        self, atoms: list[frozenset[str]], fillers: list[bool], barriers: list[bool], clause: list[int]
    ) -> None:
        """Take the message word by word.

        Args:
            atoms: the knowledge words that each word may be read as.
            fillers: whether it may stand unsaid between the parts of a phrase.
            barriers: whether no gap reaches over it ("men", "not").
            clause: number of its clause.
        """
        self._atoms = atoms
        self._fillers = fillers
        self._barriers = barriers
        self._clause = clause

    def find(self, phrase: Phrase, position: int) -> tuple[int, int] | None:
        """The first and last word of `phrase` when its anchor stands at `position`; None when the rest does not fit."""
        last = self._walk(phrase.after, position, 1)
        if last is None:
            return None
        first = self._walk(phrase.before, position, -1)
        return None if first is None else (first, last)

    def _walk(self, slots: tuple[Slot, ...], position: int, step: int) -> int | None:
        """The place of the last slot matched when going from `position` in direction `step`."""
        if not slots:
            return position
        slot, rest = slots[0], slots[1:]
        if not slot.words:
            return self._within(rest, position, step, slot.gap)
        place, skipped = position + step, 0
        while self._inside(place, position):
            if slot.words.isdisjoint(self._atoms[place]) == slot.other and not (slot.other and self._fillers[place]):
                found = self._walk(rest, place, step)
                if found is not None:
                    return found
            if not self._fillers[place] or skipped == _MOST_FILLERS:
                break
            skipped += 1
            place += step
        return self._walk(rest, position, step) if slot.optional else None

    def _within(self, slots: tuple[Slot, ...], position: int, step: int, gap: int) -> int | None:
        """Match the slots after a gap, leaving out none, one, … words."""
        for left_out in range(gap + 1):
            place = position + step * left_out
            if left_out and (not self._inside(place, position) or self._barriers[place]):
                return None
            found = self._walk(slots, place, step)
            if found is not None:
                return found
        return None

    def _inside(self, place: int, position: int) -> bool:
        return 0 <= place < len(self._clause) and self._clause[place] == self._clause[position]
