"""The chat page as it is served: its headers, its files, and that it needs nothing from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import requests

from clinic.texts import Texts
from devtools.vendor import FILES, copy_libraries
from tests.support.chat_client import ChatClient
from tests.support.chat_server import ChatServer
from web.chat_page import STATIC_FOLDER, inline_hash, page_texts


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChatServer]:
    copy_libraries()
    server = ChatServer.on_free_port(tmp_path_factory.mktemp("chat-page"))
    yield server
    server.stop()


def test_the_page_may_run_its_own_scripts_only_and_cannot_be_framed(server: ChatServer) -> None:
    page = requests.get(server.url, timeout=10)
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy and "base-uri 'none'" in policy
    assert "unsafe" not in policy and "http" not in policy
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"


def test_the_only_inline_script_is_the_import_map_that_the_policy_names(server: ChatServer) -> None:
    page = requests.get(server.url, timeout=10)
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", page.text, re.DOTALL)
    run = [(kind, body) for kind, body in scripts if "application/json" not in kind and body]
    assert [kind.strip() for kind, _ in run] == ['type="importmap"']
    assert inline_hash(run[0][1]) in page.headers["Content-Security-Policy"]
    assert not re.search(r"\son\w+=|javascript:", page.text)


def test_everything_comes_from_our_own_server(server: ChatServer) -> None:
    elsewhere = re.compile(r"""["'(](?:https?:)?//[^"')\s]+""")
    page = requests.get(server.url, timeout=10).text
    ours = [path.read_text("utf-8") for path in STATIC_FOLDER.glob("*.*") if path.suffix in (".mjs", ".css")]
    assert [found for text in (page, *ours) for found in elsewhere.findall(text)] == []


@pytest.mark.parametrize("name", ["chat.mjs", "chat.css", "icon.svg", *(f"vendor/{name}" for name in FILES)])
def test_files_are_asked_for_again_when_they_may_have_changed(server: ChatServer, name: str) -> None:
    file = requests.get(f"{server.url}/static/{name}", timeout=10)
    assert file.status_code == 200
    assert file.headers["Cache-Control"] == "no-cache"
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    if name.endswith(".mjs"):
        assert file.headers["Content-Type"].partition(";")[0] in ("text/javascript", "application/javascript")
    unchanged = {"If-Modified-Since": file.headers["Last-Modified"]}
    assert requests.get(f"{server.url}/static/{name}", headers=unchanged, timeout=10).status_code == 304


@pytest.mark.parametrize("path", ["../chat_page.py", "%2e%2e/chat_page.py", "..%2fchat_page.py", "/etc/passwd", ""])
def test_no_other_file_can_be_had(server: ChatServer, path: str) -> None:
    request = requests.Request("GET", server.url).prepare()
    request.url = f"{server.url}/static/{path}"
    with requests.Session() as session:
        assert session.send(request, timeout=10).status_code == 404


def test_the_page_comes_in_the_language_of_the_conversation(server: ChatServer) -> None:
    client = ChatClient(server.url)
    english_browser = {"Accept-Language": "en-GB,en;q=0.9"}
    assert '<html lang="nb">' in client.http.get(server.url, headers=english_browser, timeout=10).text
    client.start()
    client.send("English please")
    client.wait_for("Of course. How can I help?")
    assert '<html lang="en">' in client.http.get(server.url, timeout=10).text


def test_every_text_the_scripts_ask_for_exists_in_both_languages() -> None:
    scripts = "\n".join(path.read_text("utf-8") for path in STATIC_FOLDER.glob("*.mjs"))
    asked = set(re.findall(r"\btexts\.([a-z_]+)", scripts)) | {"not_sent", "refused", "switch_sentence"}
    for language in ("nb", "en"):
        assert asked <= set(page_texts(Texts(), language))
