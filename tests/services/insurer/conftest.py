"""A reference insurer, and a clinic that asks it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from clinic.clock import FixedClock
from clinic.container import Container
from clinic.settings import Settings
from tests.support.insurer import KEY, Insurer, running_insurer


@pytest.fixture
def insurer() -> Iterator[Insurer]:
    """A running insurer that knows nobody yet."""
    with running_insurer() as running:
        yield running


@pytest.fixture
def container(settings: Settings, clock: FixedClock, insurer: Insurer) -> Iterator[Container]:
    """All services, with the insurer for a register."""
    container = Container(replace(settings, insurer_url=insurer.url, insurer_key=KEY), clock)
    yield container
    container.close()
