"""What `clinic serve` does before it serves: the schema, in development also demo data and a login provider."""

from __future__ import annotations

from contextlib import ExitStack

import typer

from clinic.clock import oslo_date
from clinic.container import Container, configure
from clinic.seed import SeedSummary, login_persons, seed
from clinic.settings import Settings


def serve() -> None:
    """Serve until told to stop.

    Raises:
        ClinicError: settings, database, model or login provider do not allow it; the message says what to do.
    """
    container = configure(Settings.from_env())
    container.database.upgrade()
    with ExitStack() as stack:
        stack.callback(container.close)
        if container.settings.is_dev:
            summary = seed(container)
            _start_login_provider(container, stack)
            _tell_what_to_try(container, summary)
        from web.server import run  # the web server and Rasa take seconds to import: errors above come first

        run(container)


def _start_login_provider(container: Container, stack: ExitStack) -> None:
    from web.dev_oidc import DevProvider

    today = oslo_date(container.clock.now())
    provider = DevProvider.start(container.settings, login_persons(today))
    stack.callback(provider.stop)


def _tell_what_to_try(container: Container, summary: SeedSummary) -> None:
    adult = summary.persons[0]
    parent = next(person for person in summary.persons if person["children"])
    address = container.settings.public_url
    lines = (
        f"The chat:        {address}/",
        f"Messages sent:   {address}/dev/outbox",
        f"Try an adult:    log in as {adult['name']}, policy number {adult['policies'][0]}",
        f"Try a parent:    log in as {parent['name']}, policy number {parent['policies'][0]}",
        "All persons:     clinic seed",
    )
    typer.echo("\n".join(lines))
