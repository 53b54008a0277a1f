"""`clinic findings list` and `clinic findings page`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from clinic.cli.opening import print_json, services
from clinic.clock import to_oslo

app = typer.Typer(no_args_is_help=True)


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
                    "evidence": _with_words(finding.text, finding.evidence),
                    "cancelled": None if finding.cancelled is None else _with_words(finding.text, finding.cancelled),
                    "explanation": finding.explanation,
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


@app.command("page")
def open_page() -> None:
    """Print a link to the page where findings are reviewed: it works once, within 15 minutes, in one browser."""
    with services() as container:
        link = container.review_access.create_link()
    typer.echo(link)
    typer.echo("Open it within 15 minutes; it works once. What it opens stays open for 8 hours.", err=True)


def _with_words(text: str, spans: list[dict[str, int]]) -> list[dict[str, Any]]:
    return [{**span, "text": text[span["start"] : span["end"]]} for span in spans]
