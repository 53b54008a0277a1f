"""What `clinic serve`, `clinic train` and `clinic chat` do before and around the server."""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import Any

from rich.console import Console

from clinic.clock import oslo_date
from clinic.container import Container, configure
from clinic.errors import ClinicError
from clinic.seed import SeedSummary, login_persons, seed
from clinic.settings import Settings
from web.dev_oidc import DevProvider
from web.runtime import lean, logs


class PortTaken(ClinicError):
    """Another program listens where we should."""


def train(force: bool = False) -> None:
    """Trains the model when the data changed, and says how long it took. Raises TrainingFailed."""
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    settings = Settings.from_env()
    if not sys.stderr.isatty():
        # Rasa draws no progress bars then; into a file they would be thousands of lines.
        os.environ["LOG_LEVEL"] = "ERROR"
    lean.install()
    logs.configure("WARNING")
    from web.runtime import model

    if model.model_path(settings).exists() and not force:
        print("The model fits the data.", file=sys.stderr)
        return
    print("Training the model, which takes a quarter of a minute …", file=sys.stderr, flush=True)
    started = time.monotonic()
    path = model.train(settings, force)
    print(f"Trained {path} in {time.monotonic() - started:.0f} s.", file=sys.stderr)


def serve() -> None:
    """Migrates, seeds (in development), starts the development login, and serves until stopped."""
    settings = Settings.from_env()
    _check_port(settings.host, settings.port)
    with running(settings) as (container, summary):
        from web.server import run

        _welcome(container, summary)
        run(container)


@contextmanager
def running(settings: Settings) -> Iterator[tuple[Container, SeedSummary | None]]:
    """The services of this process, ready: database migrated, demo persons there, login provider up (development)."""
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    lean.install()
    logs.configure(settings.log_level)
    with _provider(settings) as issuer:
        container = configure(replace(settings, oidc_issuer=issuer or settings.oidc_issuer))
        # Built now, so that a key that cannot be read stops the start and not the first login.
        _ = container.login
        container.database.upgrade()
        summary = seed(container) if settings.is_dev else None
        try:
            yield container, summary
        finally:
            container.close()


def _provider(settings: Settings) -> Any:
    if not settings.is_dev or settings.oidc_issuer != f"http://127.0.0.1:{settings.oidc_port}":
        return nullcontext(None)
    return _dev_provider(settings)


@contextmanager
def _dev_provider(settings: Settings) -> Iterator[str]:
    provider = DevProvider.start(settings, login_persons(oslo_date(Container(settings).clock.now())))
    try:
        yield provider.issuer
    finally:
        provider.stop()


def _check_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(f"Port {port} on {host} is taken; stop the other program or set PORT to another") from error


def _welcome(container: Container, summary: SeedSummary | None) -> None:
    out = Console(stderr=True, highlight=False)
    address = container.settings.public_url
    out.print(f"\n[bold]Hjemmelegene[/bold] serves on [bold]{address}/[/bold]")
    if summary is None:
        return
    adult = summary.persons[0]
    parent = next(person for person in summary.persons if person["children"])
    out.print(
        f"Try an adult:   log in as [bold]{adult['name']}[/bold], policy number [bold]{adult['policies'][0]}[/bold]"
    )
    out.print(
        f"Try a parent:   log in as [bold]{parent['name']}[/bold], policy number [bold]{parent['policies'][0]}[/bold]"
    )
    out.print(f"Messages sent:  {address}/dev/outbox     All persons: clinic seed\n")
