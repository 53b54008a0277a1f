"""The whole program on a real socket, with the real login provider, the trained model and a clock that can be moved."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import requests
from sanic import Sanic
from sanic.server import AsyncioServer

from clinic.clock import FixedClock
from clinic.container import Container, configure
from clinic.seed import login_persons, seed
from clinic.settings import Settings
from web.runtime import logs
from web.runtime.model import train
from web.server import build_app
from web.simulation.browser import log_in
from web.simulation.provider import running_provider

Sanic.test_mode = True
T = TypeVar("T")
NOON = "2026-03-02T12:00:00+01:00"
PATIENCE_S = 30


def free_socket() -> socket.socket:
    """A socket that is bound to a free port on this machine."""
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    return bound


@dataclass
class WholeSite:
    """A running site; `clock` stands still until a test moves it."""

    url: str
    container: Container
    clock: FixedClock
    national_ids: dict[str, str]
    app: Sanic
    loop: asyncio.AbstractEventLoop

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine in the server's own loop and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(PATIENCE_S)

    def say(self, sender: str, message: str) -> list[dict[str, Any]]:
        """Send a message over the REST channel; gives the bot's bubbles."""
        answer = requests.post(
            f"{self.url}/webhooks/rest/webhook", json={"sender": sender, "message": message}, timeout=PATIENCE_S
        )
        answer.raise_for_status()
        bubbles: list[dict[str, Any]] = answer.json()
        return bubbles

    def log_in(self, url: str, first_name: str) -> requests.Response:
        """Follow a login link as a browser would, as this demo person."""
        return log_in(url, self.national_ids[first_name])


@contextmanager
def running_whole_site(folder: Path, **environ: str) -> Iterator[WholeSite]:
    """Serve everything until the block ends; extra CLINIC_ settings by keyword, without the prefix."""
    logs.configure("WARNING")
    listening = free_socket()
    port = listening.getsockname()[1]
    # One demo person stands for many patients here, so that wrong numbers of all of them would add up.
    many = {"POLICY_TRIES_PERSON": "100000", "POLICY_TRIES_ADDRESS": "100000"}
    given = {f"CLINIC_{name}": value for name, value in (many | environ).items()}
    base = Settings.from_env({"CLINIC_ENV": "dev", "CLINIC_PORT": str(port), "CLINIC_VAR_DIR": str(folder), **given})
    clock = FixedClock(NOON)
    people = login_persons(clock.now().date())
    with running_provider(base, people) as settings:
        train(settings)
        container = configure(settings, clock)
        container.database.upgrade()
        seed(container)
        app = build_app(container)
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever, daemon=True)
        thread.start()
        server = asyncio.run_coroutine_threadsafe(_started(app, listening), loop).result(60)
        try:
            ids = {person["first_name"]: person["national_id"] for person in people}
            yield WholeSite(f"http://127.0.0.1:{port}", container, clock, ids, app, loop)
        finally:
            asyncio.run_coroutine_threadsafe(_stopped(server), loop).result(PATIENCE_S)
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            container.close()


async def _started(app: Sanic, listening: socket.socket) -> AsyncioServer:
    server = await app.create_server(sock=listening, return_asyncio_server=True, access_log=False)
    assert server is not None
    await server.startup()
    await server.before_start()
    await server.after_start()
    return server


async def _stopped(server: AsyncioServer) -> None:
    await server.before_stop()
    server.close()
    open_connections = asyncio.all_tasks() - {asyncio.current_task()}
    for task in open_connections:
        task.cancel()
    await asyncio.gather(*open_connections, return_exceptions=True)
    await server.after_stop()
