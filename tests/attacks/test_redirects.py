"""No address of ours sends a browser to where an attacker says."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
import requests

from web.simulation.site import WholeSite

EVIL = "https://evil.example/"


@pytest.mark.parametrize(
    "name", ["next", "redirect_uri", "post_logout_redirect_uri", "return_to", "url", "channel", "target"]
)
@pytest.mark.parametrize(
    "path", ["/", "/login/done", "/login/out", "/login/out/done", "/login/code", "/login/callback", "/review/"]
)
def test_no_parameter_moves_a_redirect(site: WholeSite, path: str, name: str) -> None:
    answer = requests.get(site.url + path, params={name: EVIL}, allow_redirects=False, timeout=10)
    location = answer.headers.get("Location", "/")
    assert urlsplit(location).netloc in ("", urlsplit(site.container.settings.oidc_issuer).netloc)
    assert EVIL not in location
    assert f'href="{EVIL}' not in answer.text


@pytest.mark.parametrize("path", ["//evil.example", "/%2f%2fevil.example", "/login//evil.example", "/\\evil.example"])
def test_paths_that_look_like_addresses_go_nowhere(site: WholeSite, path: str) -> None:
    answer = requests.get(site.url + path, allow_redirects=False, timeout=10)
    assert answer.status_code in (400, 404) and "Location" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/static/", "/static", "/static/../web/server.py", "/static/%2e%2e/server.py", "/docs/", "/.git/config"]
)
def test_folders_and_files_of_ours_are_not_listed_or_served(site: WholeSite, path: str) -> None:
    answer = requests.get(site.url + path, allow_redirects=False, timeout=10)
    assert answer.status_code in (301, 302, 404)
    assert "chat.mjs" not in answer.text and "import" not in answer.text


def test_host_header_changes_no_link(site: WholeSite) -> None:
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-For": "10.0.0.1"}
    answer = requests.get(f"{site.url}/login/out", headers=headers, allow_redirects=False, timeout=10)
    assert "evil.example" not in answer.headers.get("Location", "")
    body = {"sender": "host-header", "message": "jeg vil snakke med lege"}
    bubbles = requests.post(f"{site.url}/webhooks/rest/webhook", json=body, headers=headers, timeout=30).json()
    said = " ".join(bubble["text"] for bubble in bubbles)
    assert "/login/" in said and "evil.example" not in said
