"""A small site with nothing but the login: the real pages, database and client on a real socket, a clock to move."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import requests
from sanic import Request, Sanic
from sanic.response import HTTPResponse, text
from sanic.server import AsyncioServer

from clinic.clock import FixedClock
from clinic.container import Container
from clinic.seed import login_persons
from clinic.settings import Settings
from connectors.web_session import Place, WebSessions
from web.login import login_blueprint
from web.pages import STATIC
from web.simulation.site import NOON, PATIENCE_S

# Sanic rewrites its own methods when an app starts; only in this mode can a second app start in the same process.
Sanic.test_mode = True

PERSONS = login_persons(date.fromisoformat(NOON[:10]))


def site_settings(folder: Path, port: int) -> Settings:
    """Development settings for a site on `port` that keeps its files in `folder`."""
    return Settings.from_env(
        {"CLINIC_ENV": "dev", "CLINIC_PORT": str(port), "CLINIC_VAR_DIR": str(folder), "CLINIC_OIDC_ACR": "high"}
    )


@dataclass
class Announcements:
    """Stands where the dispatcher stands in the whole program, and notes what it is told."""

    heard: list[tuple[str, str]] = field(default_factory=list)
    told: list[tuple[str, str]] = field(default_factory=list)

    async def announce(self, conversation_id: str, what: str) -> None:
        """Note it."""
        self.heard.append((conversation_id, what))

    async def tell(self, conversation_id: str, text_key: str) -> None:
        """Note it."""
        self.told.append((conversation_id, text_key))


@dataclass
class LoginSite:
    """A running site. `clock` stands still at noon in Oslo until a test moves it."""

    container: Container
    clock: FixedClock
    announcements: Announcements
    sessions: WebSessions

    def link(
        self, conversation_id: str, channel: str = "rest", language: str = "nb", address: str | None = None
    ) -> str:
        """A login link for a conversation, which is made if needed."""
        self.container.conversations.get_or_create(conversation_id, channel, language, address)
        return self.container.login.create_link(conversation_id)

    def chat_browser(self, conversation_id: str) -> requests.Session:
        """A browser that is in this web chat itself."""
        browser = requests.Session()
        browser.cookies.set(
            self.sessions.cookie.name, self.sessions.value_for(Place(conversation_id)), domain="127.0.0.1"
        )
        return browser


@contextmanager
def running_site(settings: Settings, listening: socket.socket) -> Iterator[LoginSite]:
    """Serve the login pages until the block ends."""
    clock = FixedClock(NOON)
    container = Container(settings, clock)
    container.database.upgrade()
    sessions = WebSessions(container.database.keyring, settings.public_url)
    site = LoginSite(container, clock, Announcements(), sessions)
    app = Sanic(f"login-site-{settings.port}", configure_logging=False)
    app.ctx.container, app.ctx.dispatcher = site.container, site.announcements
    app.blueprint(login_blueprint(sessions))
    app.static("/static", STATIC)

    @app.get("/")
    async def chat(_request: Request) -> HTTPResponse:
        return text("chat")

    # A loop in a thread of its own: the test's thread may have one running already, as Playwright's does.
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(_started(app, listening), loop).result(PATIENCE_S)
    try:
        yield site
    finally:
        asyncio.run_coroutine_threadsafe(_stopped(server), loop).result(PATIENCE_S)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
        site.container.close()


async def _started(app: Sanic, listening: socket.socket) -> AsyncioServer:
    server = await app.create_server(sock=listening, return_asyncio_server=True, access_log=False)
    assert server is not None
    await server.startup()
    return server


async def _stopped(server: AsyncioServer) -> None:
    server.close()
    open_connections = asyncio.all_tasks() - {asyncio.current_task()}
    for task in open_connections:
        task.cancel()
    await asyncio.gather(*open_connections, return_exceptions=True)
