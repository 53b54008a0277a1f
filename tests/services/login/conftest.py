"""One login site and one real provider for all tests of the login."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from clinic.clock import parse_time
from tests.support.login_site import PERSONS, LoginSite, running_site, site_settings
from web.simulation.provider import running_provider
from web.simulation.site import NOON, free_socket


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoginSite]:
    """The site and the provider, up for the whole session."""
    listening = free_socket()
    settings = site_settings(tmp_path_factory.mktemp("login"), listening.getsockname()[1])
    with running_provider(settings, PERSONS) as served, running_site(served, listening) as site:
        yield site


@pytest.fixture
def site(running: LoginSite) -> LoginSite:
    """The site at noon, with nothing announced yet."""
    running.clock.set(parse_time(NOON))
    running.announcements.heard.clear()
    running.announcements.told.clear()
    return running


@pytest.fixture
def number() -> dict[str, str]:
    """The national numbers of the demo persons, by first name."""
    return {person["first_name"]: person["national_id"] for person in PERSONS}
