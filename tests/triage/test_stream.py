"""`clinic screen`: a line in, a line of JSON out."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

from clinic.triage.stream import screen_lines


def _screen(lines: list[str], child_age: float | None = None) -> list[dict[str, object]]:
    out = io.StringIO()
    screen_lines(lines, out, child_age)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_one_object_a_line() -> None:
    """The fields that others read, in both languages."""
    assert _screen(["jeg får ikke puste\n", "no chest pain, just a cold\r\n"]) == [
        {
            "text": "jeg får ikke puste",
            "decision": "emergency",
            "category": "breathing",
            "evidence": [{"start": 4, "end": 18, "text": "får ikke puste"}],
            "language": "nb",
        },
        {"text": "no chest pain, just a cold", "decision": "none", "category": None, "evidence": [], "language": "en"},
    ]


def test_an_age_holds_for_every_line() -> None:
    """The option --child-age."""
    assert [found["decision"] for found in _screen(["har feber", "snørr"], child_age=0.1)] == ["urgent", "none"]


def test_each_line_is_written_before_the_next_is_read() -> None:
    """Somebody may be waiting at the other end of a pipe."""
    out = io.StringIO()

    def lines() -> Iterator[str]:
        for number in range(3):
            assert out.getvalue().count("\n") == number
            yield "hei\n"

    screen_lines(lines(), out)


def test_half_characters_are_printed_as_question_marks() -> None:
    """The output is UTF-8 whatever came in."""
    assert _screen(["\ud83c får ikke puste"])[0]["text"] == "? får ikke puste"
