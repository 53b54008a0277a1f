"""The outbox of production, in front of a Twilio that the tests answer for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from clinic.container import Container
from clinic.messaging import Outbox
from tests.support.outbox import outbox_to
from tests.support.twilio import TwilioApi, running_twilio


@pytest.fixture
def twilio() -> Iterator[TwilioApi]:
    """Twilio's API, answering 201 unless told otherwise."""
    with running_twilio() as api:
        yield api


@pytest.fixture
def outbox(container: Container, twilio: TwilioApi) -> Outbox:
    """The outbox of production, sending to that API."""
    return outbox_to(container, twilio)
