"""Words without the space between them, and what stands after an apostrophe."""

from __future__ import annotations

import pytest

from clinic.triage import screen
from clinic.triage.glued import Parting

PARTING = Parting(
    words=["puste", "breathe", "bryst*"],
    everyday=frozenset({"sammen", "heng", "jeg", "får"}),
    binding=["ikke", "cant", "jeg"],
    clitics={"'kje": "ikke"},
)


@pytest.mark.parametrize(
    ("written", "pieces"),
    [
        ("fårikkepuste", ["får", "ikke", "puste"]),
        ("cantbreathe", ["cant", "breathe"]),
        ("får'kje", ["får", "'kje"]),
    ],
)
def test_parts(written: str, pieces: list[str]) -> None:
    """The pieces together are the word again, so that evidence stands where it was written."""
    found = [piece for piece, _ in PARTING.part(written)]
    assert found == pieces and "".join(found) == written


@pytest.mark.parametrize("word", ["sammenheng", "puste", "ikkepuster9x", "o'brien", "x" * 500])
def test_leaves_other_words_whole(word: str) -> None:
    """A compound that holds no little word, a word of the knowledge, nonsense, a name, noise."""
    assert PARTING.part(word) == ((word, word),)


def test_what_a_clitic_stands_for() -> None:
    """ "får'kje" is read as "får ikke"."""
    assert PARTING.part("får'kje")[1] == ("'kje", "ikke")


@pytest.mark.parametrize("text", ["fårikkepuste", "hanpusterikke", "icantbreathe", "HANPUSTERIKKE", "får'kje puste"])
def test_the_screen_reads_them(text: str) -> None:
    """Nobody in a panic looks for the space bar."""
    assert screen(text).decision == "emergency"
