"""`clinic findings list`."""

from __future__ import annotations

from typing import Annotated

import typer

from clinic.cli.opening import print_json, services
from clinic.clock import to_oslo

app = typer.Typer(no_args_is_help=True)


@app.callback()
def findings() -> None:
    """Keep this a group of commands, although there is only one so far."""


@app.command("list")
def list_findings(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, with the messages themselves.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many, newest first.")] = 100,
) -> None:
    """List what the emergency screen found, newest first. Only --json shows what the patient wrote."""
    with services() as container:
        found = container.findings.list(limit=limit)
    if as_json:
        print_json(
            [
                {
                    "at": to_oslo(finding.at).isoformat(timespec="seconds"),
                    "conversation_id": finding.conversation_id,
                    "channel": finding.channel,
                    "step": finding.step,
                    "decision": finding.decision,
                    "category": finding.category,
                    "text": finding.text,
                    "evidence": [
                        {**span, "text": finding.text[span["start"] : span["end"]]} for span in finding.evidence
                    ],
                    "language": finding.language,
                    "advice_key": finding.advice_key,
                    "marked_mistake": finding.marked_mistake_at is not None,
                }
                for finding in found
            ]
        )
        return
    for finding in found:
        at = to_oslo(finding.at).strftime("%Y-%m-%d %H:%M")
        mistake = "  called a mistake" if finding.marked_mistake_at else ""
        typer.echo(f"{at}  {finding.decision:<13} {finding.category or '-':<24} {finding.channel}{mistake}")
    if not found:
        typer.echo("No findings yet.")
