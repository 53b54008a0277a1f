"""The whole program, started once for all conversations."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.whole_site import WholeSite, running_whole_site


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeSite]:
    """The running program with its own database and login provider."""
    with running_whole_site(tmp_path_factory.mktemp("site")) as running:
        yield running
