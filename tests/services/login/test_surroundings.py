"""The login when something around it is missing, down, or set up in another way."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

import web.dev_oidc
from clinic.identity.login_errors import LevelTooLow, ProviderUnavailable
from clinic.settings import Settings
from tests.support.login_site import PERSONS, LoginSite, running_site, site_settings
from web.dev_oidc import DevProvider, DevProviderError
from web.simulation.browser import log_in
from web.simulation.provider import running_provider
from web.simulation.site import free_socket


@contextmanager
def site_with(folder: Path, **changes: Any) -> Iterator[tuple[LoginSite, str]]:
    listening = free_socket()
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    settings = replace(site_settings(folder, listening.getsockname()[1]), **changes)
    with running_site(settings, listening) as site:
        yield site, address


def test_provider_down_gives_a_kind_page_and_leaves_the_link_usable(tmp_path: Path) -> None:
    nobody_there = free_socket()
    issuer = f"http://127.0.0.1:{nobody_there.getsockname()[1]}"
    with site_with(tmp_path, oidc_issuer=issuer) as (site, _):
        link = site.link("down", language="en")
        page = requests.post(link, timeout=20, allow_redirects=False)
        assert page.status_code == ProviderUnavailable.status
        assert "does not answer right now" in page.text
        assert "23 01 48 00" in page.text
        assert requests.get(link, timeout=10).status_code == 200


def test_cookie_on_an_encrypted_site_belongs_to_that_host_alone(tmp_path: Path, running: LoginSite) -> None:
    issuer = running.container.settings.oidc_issuer
    with site_with(tmp_path, oidc_issuer=issuer, public_url="https://lege.example") as (site, address):
        link = site.link("https")
        assert link.startswith("https://lege.example/login/")
        answer = requests.post(link.replace("https://lege.example", address), timeout=10, allow_redirects=False)
        cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-login_")
    assert "; secure" in cookie.lower()
    assert "path=/;" in cookie.lower()
    assert "domain" not in cookie.lower()


def test_database_that_does_not_answer(tmp_path: Path) -> None:
    with site_with(tmp_path) as (site, _):
        link = site.link("locked", language="nb")
        with site.container.database.engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE login_sessions")
        page = requests.get(link, timeout=20)
    assert page.status_code == 503
    assert "Vi har tekniske problemer akkurat nå" in page.text
    assert "login_sessions" not in page.text


def test_level_that_came_back_counts_not_the_one_asked_for(tmp_path: Path) -> None:
    listening = free_socket()
    settings = site_settings(tmp_path, listening.getsockname()[1])
    with (
        running_provider(replace(settings, oidc_acr="substantial"), PERSONS) as served,
        running_site(replace(settings, oidc_issuer=served.oidc_issuer), listening) as site,
    ):
        page = log_in(site.link("level", language="en"), PERSONS[0]["national_id"])
        assert site.container.login.person_of("level") is None
    assert page.status_code == LevelTooLow.status
    assert "We need a safer login" in page.text


def test_many_unknown_links_from_one_address_have_to_wait(tmp_path: Path) -> None:
    with site_with(tmp_path) as (_, address), requests.Session() as browser:
        found = [browser.get(f"{address}/login/guess-{number}", timeout=10).status_code for number in range(62)]
        page = browser.get(f"{address}/login/one-more", timeout=10)
    assert found == [404] * 60 + [429] * 2
    assert page.status_code == 429
    assert "Vent litt" in page.text and "23 01 48 00" in page.text


def development(tmp_path: Path) -> Settings:
    return site_settings(tmp_path, 5005)


def test_development_login_refuses_production(tmp_path: Path) -> None:
    with pytest.raises(DevProviderError, match="CLINIC_ENV=dev only"):
        DevProvider.start(replace(development(tmp_path), env="prod"), [])


def test_missing_node_modules_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web.dev_oidc, "LIBRARY", tmp_path / "node_modules" / "oidc-provider")
    with pytest.raises(DevProviderError, match="make setup"):
        DevProvider.start(development(tmp_path), [])


def test_taken_port_is_named(tmp_path: Path) -> None:
    with free_socket() as taken:
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(DevProviderError, match=f"port {port} is taken"):
            DevProvider.start(replace(development(tmp_path), oidc_port=port), [])


def test_provider_ends_when_it_is_stopped(tmp_path: Path) -> None:
    with running_provider(development(tmp_path), []) as settings:
        address = ("127.0.0.1", int(settings.oidc_issuer.rsplit(":", 1)[1]))
        socket.create_connection(address, timeout=5).close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address, timeout=5)


def test_provider_ends_with_the_program_that_started_it(tmp_path: Path) -> None:
    program = """
import os, sys
from dataclasses import replace
from pathlib import Path
from tests.support.login_site import site_settings
from web.dev_oidc import DevProvider
print(DevProvider.start(replace(site_settings(Path(sys.argv[1]), 5005), oidc_port=0), []).issuer, flush=True)
os._exit(1)
"""
    run = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, timeout=30)
    port = int(run.stdout.strip().rsplit(":", 1)[1])
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except ConnectionRefusedError:
            return
        time.sleep(0.05)
    pytest.fail("The provider outlived the program")
