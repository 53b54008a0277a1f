"""One login site and one real provider for all tests of the login."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from clinic.clock import parse_time
from clinic.seed import login_persons
from tests.support.login_site import NOON, LoginSite, free_socket, running_site, site_settings
from tests.support.oidc import running_provider

PERSONS = {person["first_name"]: person for person in login_persons(date.fromisoformat(NOON[:10]))}


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoginSite]:
    """The site and the provider, up for the whole session."""
    listening = free_socket()
    settings = site_settings(tmp_path_factory.mktemp("login"), listening.getsockname()[1])
    with running_provider(settings, list(PERSONS.values())) as served, running_site(served, listening) as site:
        yield site


@pytest.fixture
def site(running: LoginSite) -> LoginSite:
    """The site at noon, with nothing announced yet."""
    running.clock.set(parse_time(NOON))
    running.announcements.heard.clear()
    return running


@pytest.fixture
def number() -> dict[str, str]:
    """The national numbers of the demo persons, by first name."""
    return {name: person["national_id"] for name, person in PERSONS.items()}
