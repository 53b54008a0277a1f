"""`clinic migrate` and `clinic seed`."""

from __future__ import annotations

from typing import Annotated

import typer

from clinic.cli.opening import print_json, services


def migrate() -> None:
    """Bring the database to the newest schema. Safe to repeat, and from several machines at once."""
    with services() as container:
        container.database.upgrade()
        kind = "SQLite" if container.database.is_sqlite else "PostgreSQL"
    typer.echo(f"The {kind} database is up to date.")


def seed(
    as_json: Annotated[bool, typer.Option("--json", help="Print the persons, policies and doctors as JSON.")] = False,
) -> None:
    """Fill a development database with made-up persons and policies to try. Safe to repeat."""
    from clinic.seed import seed as write_demo_data

    with services() as container:
        container.database.upgrade()
        summary = write_demo_data(container)
    if as_json:
        print_json(summary.as_json())
        return
    for person in summary.persons:
        policies = ", ".join(person["policies"]) or "none"
        typer.echo(f"{person['national_id']}  {person['name']:<22} policy {policies:<9}  {person['note']}")
    typer.echo(
        f"{len(summary.persons)} persons who can log in, {len(summary.policies)} policies. All of them are made up."
    )
