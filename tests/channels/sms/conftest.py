"""The SMS webhook in front of a scripted bot."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from clinic.container import Container
from tests.support.sms_site import SmsSite, running_sms_site


@pytest.fixture
def site(container: Container) -> Iterator[SmsSite]:
    """The webhook in front of a scripted bot."""
    with running_sms_site(container) as site:
        yield site
