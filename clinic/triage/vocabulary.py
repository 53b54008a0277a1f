"""Which words of the knowledge a written word may be: dialect, missing æøå, repeated letters, one typing error."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import product

from rapidfuzz.distance import OSA

_SHORTEST_TYPO = 4
"""Letters a word must have before one typing error is forgiven; it must also be no everyday word."""
_ANY_LETTER_TYPO = 6
"""From this length on the error may also be in the first letter."""
_SHORTEST_STEM_TYPO = 6
_ONLY_SLIPS = 5
"""A word of up to this length may lack, repeat or swap letters, or have the letter of a neighbouring key."""
_KEYS = ("qwertyuiopå", "asdfghjkløæ", "zxcvbnm")
_LONGEST_WORD = 40
_CACHED_WORDS = 20_000
_RUN = re.compile(r"(.)\1{2,}")
_DOUBLE = re.compile(r"(.)\1+")
_WITHOUT_NORWEGIAN_LETTERS = (
    {"å": "a", "ø": "o", "æ": "ae"},
    {"å": "aa", "ø": "oe", "æ": "ae"},
    {"å": "a", "ø": "o", "æ": "e"},
    {"å": "a", "ø": "o", "æ": "a"},
    {"å": "å", "ø": "o", "æ": "ae"},
    {"å": "a", "ø": "ø", "æ": "æ"},
)


class Vocabulary:
    """All words, beginnings (`bryst*`) and endings (`*smerter`) that the knowledge files use."""

    def __init__(
        self,
        words: Iterable[str],
        harmless: frozenset[str],
        everyday: frozenset[str],
        spellings: Mapping[str, tuple[str, ...]],
    ) -> None:
        """Index `words`.

        Args:
            words: every word of every slot.
            harmless: words that are never read as another word, not even as one without its æ, ø or å.
            everyday: frequent words, which are no typing errors.
            spellings: dialect and shorthand forms and the words they stand for.
        """
        self._harmless = harmless
        self._everyday = everyday
        self._spellings = spellings
        self._exact: dict[str, set[str]] = {}
        self._beginnings: dict[str, str] = {}
        self._endings: dict[str, str] = {}
        self._deletions: dict[str, set[str]] = {}
        self._stem_deletions: dict[str, set[str]] = {}
        self._cache: dict[str, frozenset[str]] = {}
        every = set(words)
        for word in every:
            if word.endswith("*"):
                for form in {word[:-1], *_foreign_keyboards(word[:-1])}:
                    self._beginnings[form] = word
                    if len(form) >= _SHORTEST_STEM_TYPO:
                        _index(self._stem_deletions, form)
            elif word.startswith("*"):
                for form in {word[1:], *_foreign_keyboards(word[1:])}:
                    self._endings[form] = word
            else:
                self._exact.setdefault(word, set()).add(word)
        for word in every:
            if "*" not in word:
                self._index_forms(word)
        for spelling in spellings:
            if len(spelling) >= _SHORTEST_TYPO and spelling.isalpha():
                _index(self._deletions, spelling)
        self._beginning_lengths = sorted({len(stem) for stem in self._beginnings})
        self._ending_lengths = sorted({len(stem) for stem in self._endings})

    def _index_forms(self, word: str) -> None:
        for form in _foreign_keyboards(word):
            if form not in self._harmless:
                self._exact.setdefault(form, set()).add(word)
        if len(word) >= _SHORTEST_TYPO and word.isalpha():
            for form in {word, *_foreign_keyboards(word)}:
                _index(self._deletions, form)

    def knows(self, word: str) -> bool:
        """Whether a word stands in the knowledge as it is written, or is an everyday word."""
        return word in self._exact or word in self._everyday or word in self._spellings

    def read(self, word: str) -> frozenset[str]:
        """The knowledge words that `word` may be; empty for a word that means nothing here."""
        known = self._cache.get(word)
        if known is None:
            # Forgetting everything now and then keeps the memory of a long stream flat.
            if len(self._cache) >= _CACHED_WORDS:
                self._cache.clear()
            known = self._cache[word] = self._read(word)
        return known

    def _read(self, word: str) -> frozenset[str]:
        if len(word) > _LONGEST_WORD:
            word = _RUN.sub(r"\1", word)[:_LONGEST_WORD]
        forms = {word, *self._spellings.get(word, ())}
        if _RUN.search(word):
            squeezed = {_RUN.sub(r"\1", word), _RUN.sub(r"\1\1", word), _DOUBLE.sub(r"\1", word)}
            forms |= squeezed
            for form in squeezed:
                forms.update(self._spellings.get(form, ()))
        found: set[str] = set()
        for form in forms:
            found |= self._exact.get(form, set())
            found.update(self._partly(form))
        if not found and len(word) >= _SHORTEST_TYPO and word.isalpha() and not self._is_everyday(word):
            found = self._typing_error(word)
        return frozenset(found)

    def _is_everyday(self, word: str) -> bool:
        return word in self._everyday or word in self._harmless

    def _partly(self, word: str) -> Iterable[str]:
        for length in self._beginning_lengths:
            if length > len(word):
                break
            atom = self._beginnings.get(word[:length])
            if atom:
                yield atom
        for length in self._ending_lengths:
            if length > len(word):
                break
            atom = self._endings.get(word[-length:])
            if atom:
                yield atom

    def _typing_error(self, word: str) -> set[str]:
        found: set[str] = set()
        shorter = _one_less(word)
        for candidate in _candidates(self._deletions, word, shorter):
            if _one_error_apart(candidate, word):
                found |= self._exact.get(candidate, set())
                for meant in self._spellings.get(candidate, ()):
                    found |= self._exact.get(meant, set())
        return found or self._typing_error_in_stem(word)

    def _typing_error_in_stem(self, word: str) -> set[str]:
        """The beginnings that `word` may start with, with one error in them."""
        found: set[str] = set()
        for length in range(_SHORTEST_STEM_TYPO - 1, min(len(word), self._beginning_lengths[-1] + 1) + 1):
            start = word[:length]
            for candidate in _candidates(self._stem_deletions, start, _one_less(start)):
                if _one_error_apart(candidate, start):
                    found.add(self._beginnings[candidate])
        return found


def _index(deletions: dict[str, set[str]], form: str) -> None:
    for shorter in (form, *_one_less(form)):
        deletions.setdefault(shorter, set()).add(form)


def _candidates(deletions: Mapping[str, set[str]], word: str, shorter: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for form in (word, *shorter):
        found |= deletions.get(form, set())
    return found


def _one_error_apart(candidate: str, word: str) -> bool:
    if len(word) < _ANY_LETTER_TYPO and candidate[0] != word[0]:
        return False
    if OSA.distance(candidate, word, score_cutoff=1) > 1:
        return False
    if len(word) > _ONLY_SLIPS or len(candidate) != len(word):
        return True
    wrong = [(one, other) for one, other in zip(candidate, word, strict=True) if one != other]
    return len(wrong) != 1 or wrong[0] in _NEIGHBOURS


def _neighbouring_keys() -> frozenset[tuple[str, str]]:
    """Pairs of letters beside or below each other on the keyboard."""
    place = {key: (row, column + 0.5 * row) for row, keys in enumerate(_KEYS) for column, key in enumerate(keys)}
    return frozenset(
        (one, other)
        for one, (row, column) in place.items()
        for other, (other_row, other_column) in place.items()
        if one != other and abs(row - other_row) <= 1 and abs(column - other_column) <= 1
    )


_NEIGHBOURS = _neighbouring_keys()


def _one_less(word: str) -> set[str]:
    return {word[:index] + word[index + 1 :] for index in range(len(word))}


def _foreign_keyboards(word: str) -> set[str]:
    """How a word with æ, ø or å is written without them."""
    if not any(letter in "æøå" for letter in word):
        return set()
    forms = {"".join(letters.get(letter, letter) for letter in word) for letters in _WITHOUT_NORWEGIAN_LETTERS}
    mixed = product(*[{"ø": ("o", "oe"), "å": ("a", "aa")}.get(letter, (letter,)) for letter in word])
    forms.update("".join(letters) for letters in list(mixed)[:8])
    return forms - {word}
