"""Where a message is cut when it says more than one thing."""

from __future__ import annotations

import pytest

from bot.components.clauses import clauses


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("12345678, hvor lenge må jeg vente?", ["12345678", "hvor lenge må jeg vente?"]),
        ("meg selv men hvor lenge må jeg vente", ["meg selv", "hvor lenge må jeg vente"]),
        ("For me. And what does it cost?", ["For me.", "what does it cost?"]),
        ("Hei! Hva koster det? Og hvem er legene?", ["Hei!", "Hva koster det?", "hvem er legene?"]),
        ("vondt i halsen", []),
        ("10.05.2019", []),
        ("38,7 i feber", []),
        ("", []),
        ("a. b. c. d. e. f. g. h. i. j. k. l.", []),
    ],
)
def test_cuts(text: str, pieces: list[str]) -> None:
    assert [text[start:end] for start, end in clauses(text)] == pieces
