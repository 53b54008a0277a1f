"""`clinic screen`."""

from __future__ import annotations

import io
import sys
from typing import Annotated

import typer


def screen(
    child_age: Annotated[
        float | None, typer.Option("--child-age", min=0, max=17.99, help="The patient is a child of this many years.")
    ] = None,
) -> None:
    """Screen messages for emergencies: a message a line on standard input, a JSON object a line on standard output."""
    from clinic.triage.stream import screen_lines

    # Whatever the machine's locale is: the contract says UTF-8, line by line.
    lines = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace")
    output = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", line_buffering=True)
    screen_lines(lines, output, child_age=child_age)
    output.detach()  # closing it would close standard output
