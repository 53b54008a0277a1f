"""`clinic screen`: one message a line in, one JSON object a line out."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TextIO

from clinic.triage.model import Finding
from clinic.triage.screening import screen


def screen_lines(lines: Iterable[str], out: TextIO, child_age: float | None = None) -> None:
    """Screen each line and write its finding at once; nothing is kept, so a stream may be endless.

    Args:
        lines: one message each, with or without a line end.
        out: where the JSON lines go; flushed after each.
        child_age: age in years of the child that the messages are about.
    """
    for line in lines:
        finding = screen(line.rstrip("\r\n"), child_age=child_age)
        out.write(json.dumps(as_json(finding), ensure_ascii=False) + "\n")
        out.flush()


def as_json(finding: Finding) -> dict[str, object]:
    """The part of a finding that `clinic screen` prints. Half characters, which are no UTF-8, become question marks."""
    return {
        "text": _printable(finding.text),
        "decision": finding.decision,
        "category": finding.category,
        "evidence": [{"start": one.start, "end": one.end, "text": _printable(one.text)} for one in finding.evidence],
        "language": finding.language,
    }


def _printable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
