"""`clinic check`."""

from __future__ import annotations

import typer

from clinic.cli.opening import services


def check() -> None:
    """Say what is misconfigured, one line each; exit with 1 if anything is."""
    from clinic.checks import problems

    count = 0
    with services() as container:
        for problem in problems(container):
            typer.echo(problem)
            count += 1
    if count:
        raise typer.Exit(1)
    typer.echo("All is well.")
