"""Opens and closes the services for one command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer

from clinic.container import Container
from clinic.settings import Settings


@contextmanager
def services() -> Iterator[Container]:
    """Give the services that the environment describes; raises SettingsError when it describes none."""
    container = Container(Settings.from_env())
    try:
        yield container
    finally:
        container.close()


def print_json(value: Any) -> None:
    """Print JSON for people and programs: indented, and with æ, ø and å as they are."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
