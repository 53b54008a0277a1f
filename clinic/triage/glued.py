"""Words written without the space between them: "fårikkepuste", "icantbreathe", "får'kje"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_SHORTEST = 7
_LONGEST = 60
_LONGEST_PIECE = 16
_MOST_PIECES = 12
_SHORTEST_STEM = 4
_LONGEST_ENDING = 3
_CACHED_WORDS = 20_000


class Parting:
    """Parts a word into words, where one of them is a word that no compound holds ("ikke", "jeg", "can't")."""

    def __init__(
        self, words: Iterable[str], everyday: frozenset[str], binding: Iterable[str], clitics: Mapping[str, str]
    ) -> None:
        """Part into `words` and `everyday`; `binding` are the words that show that spaces are missing.

        A beginning among the words ("bryst*") stands for itself with a short ending; `clitics` are endings after an
        apostrophe and the words they stand for.
        """
        self._clitics = dict(clitics)
        words = list(words)
        self._binding = frozenset(binding)
        self._known = {word for word in words if word.isalpha()} | everyday | self._binding
        self._beginnings = {word[:-1] for word in words if word.endswith("*") and len(word) > _SHORTEST_STEM}
        self._shows = re.compile("|".join(sorted(map(re.escape, self._binding), key=len, reverse=True)) or r"(?!)")
        self._cache: dict[str, tuple[tuple[str, str], ...]] = {}

    def part(self, word: str) -> tuple[tuple[str, str], ...]:
        """The pieces that `word` is written of, each with the word it stands for; itself when it cannot be parted."""
        parts = self._cache.get(word)
        if parts is None:
            if len(self._cache) >= _CACHED_WORDS:
                self._cache.clear()
            parts = self._cache[word] = self._before_clitic(word) or tuple(
                (piece, piece) for piece in self._without_spaces(word)
            )
        return parts

    def _before_clitic(self, word: str) -> tuple[tuple[str, str], ...]:
        place = word.find("'", 1)
        meant = self._clitics.get(word[place:]) if place > 0 else None
        return ((word[:place], word[:place]), (word[place:], meant)) if meant is not None else ()

    def _without_spaces(self, word: str) -> tuple[str, ...]:
        if not _SHORTEST <= len(word) <= _LONGEST or word in self._known or not self._shows.search(word):
            return (word,)
        return self._part(word)

    def _knows(self, piece: str) -> bool:
        if piece in self._known:
            return True
        return any(piece[:-length] in self._beginnings for length in range(1, _LONGEST_ENDING + 1))

    def _part(self, word: str) -> tuple[str, ...]:
        """The parting into the fewest words; of equally few the one with the most that bind, then the least alike."""
        best: dict[int, tuple[int, int, int, tuple[str, ...]]] = {0: (0, 0, 0, ())}
        for end in range(1, len(word) + 1):
            for start in range(max(0, end - _LONGEST_PIECE), end):
                before = best.get(start)
                piece = word[start:end]
                if before is None or -before[0] >= _MOST_PIECES or not self._knows(piece):
                    continue
                fewer, binding, unlike, parts = before
                this = (fewer - 1, binding + (piece in self._binding), unlike + len(piece) ** 2, (*parts, piece))
                if end not in best or this[:3] > best[end][:3]:
                    best[end] = this
        parts = best[len(word)][3] if len(word) in best else ()
        return parts if not self._binding.isdisjoint(parts) else (word,)
