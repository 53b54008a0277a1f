"""`clinic policies import`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from clinic.cli.opening import services

app = typer.Typer(no_args_is_help=True)


@app.callback()
def policies() -> None:
    """Keep this a group of commands, although there is only one so far."""


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="CSV in UTF-8; docs/policies_csv.md describes the columns.")],
) -> None:
    """Import policies and who is insured on them: all of the file, or nothing. Safe to repeat."""
    from clinic.coverage.policy_file import PolicyFileError
    from clinic.coverage.register import PolicyRegister

    with services() as container:
        register = PolicyRegister(container.database, container.clock, allow_synthetic=container.settings.is_dev)
        try:
            with Console(stderr=True).status("Reading …") as status:
                summary = register.import_file(file, lambda count: status.update(f"{count:,} persons written …"))
        except PolicyFileError as error:
            for problem in error.problems:
                typer.echo(f"line {problem.line}: {problem.reason}", err=True)
            raise
    typer.echo(
        f"{summary.policies} policies with {summary.members} insured: "
        f"{summary.added} rows added, {summary.changed} changed, {summary.removed} removed."
    )
