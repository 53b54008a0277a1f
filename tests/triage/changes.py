"""The same message written differently: what phones, hurry and keyboards without æøå do to it."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from clinic.triage import DECISIONS, Context, Finding, screen

_WORDS_PER_EDIT = 8
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_PUNCTUATION = re.compile(r"[^\w\s]")


def lower_case(text: str) -> str:
    """No capital letters."""
    return text.lower()


def without_norwegian_letters(text: str) -> str:
    """æøå as ae, oe, aa."""
    return text.translate(str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "Æ": "AE", "Ø": "OE", "Å": "AA"}))


def without_punctuation(text: str) -> str:
    """Nothing but words; a hyphen or an apostrophe between letters parts no words."""
    return re.sub(r"\s+", " ", _PUNCTUATION.sub(lambda one: "" if one[0] in "'’" else " ", text)).strip()


def with_typing_errors(text: str) -> str:
    """One letter left out, doubled, changed or swapped with its neighbour in each eighth word; always the same."""
    chance = random.Random(text)
    words = text.split(" ")
    for start in range(0, len(words), _WORDS_PER_EDIT):
        long_enough = [
            index for index in range(start, min(start + _WORDS_PER_EDIT, len(words))) if len(words[index]) > 3
        ]
        if long_enough:
            index = chance.choice(long_enough)
            words[index] = _edited(words[index], chance)
    return " ".join(words)


def _edited(word: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(word) - 1)
    kind = chance.randrange(4)
    if kind == 0:
        return word[:place] + word[place + 1 :]
    if kind == 1:
        return word[:place] + word[place] + word[place:]
    if kind == 2:
        return word[:place] + chance.choice(_LETTERS) + word[place + 1 :]
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def screened_in_two(text: str) -> Finding:
    """The more serious finding of a message sent in two halves, the second with the first as its context."""
    words = text.split(" ")
    half = (len(words) + 1) // 2
    first, second = " ".join(words[:half]), " ".join(words[half:])
    findings = [screen(first), *([screen(second, context=Context((first,)))] if second else [])]
    return min(findings, key=lambda finding: DECISIONS.index(finding.decision))


CHANGES: dict[str, Callable[[str], Finding]] = {
    "lower case": lambda text: screen(lower_case(text)),
    "æøå as ae, oe, aa": lambda text: screen(without_norwegian_letters(text)),
    "no punctuation": lambda text: screen(without_punctuation(text)),
    "one typing error per 8 words": lambda text: screen(with_typing_errors(text)),
    "split over two messages": screened_in_two,
}
"""Each way of writing a message differently, and how it is then screened."""
