"""The table of chapters and sources in the safety case is the one of the knowledge files."""

from __future__ import annotations

from pathlib import Path

from clinic.triage.knowledge_files import read_files
from clinic.triage.overview import chapters_table

SAFETY = Path(__file__).parents[2] / "docs" / "safety.md"


def test_the_safety_case_holds_the_table() -> None:
    """`clinic triage chapters` prints it anew."""
    assert "\n".join(chapters_table(read_files())) in SAFETY.read_text(encoding="utf-8")


def test_every_chapter_names_its_source() -> None:
    """And leads somewhere."""
    for line in chapters_table(read_files())[2:]:
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        assert all(cells), line
        assert "NIMN" in cells[-1]
