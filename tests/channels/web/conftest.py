"""A running server and browsers of patients who have just come."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.chat_client import ChatClient
from tests.support.chat_server import ChatServer

GREETING = ["Hei, jeg er en chatbot.\nHaster det? Ring 113. Legevakt: 116 117.", "Hva kan jeg hjelpe med?"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChatServer]:
    server = ChatServer.on_free_port(tmp_path_factory.mktemp("web-channel"))
    yield server
    server.stop()


@pytest.fixture
def newcomer(server: ChatServer) -> ChatClient:
    return ChatClient(server.url)


@pytest.fixture
def client(newcomer: ChatClient) -> ChatClient:
    assert newcomer.start().status_code == 200
    newcomer.wait_for(GREETING[1])
    return newcomer
