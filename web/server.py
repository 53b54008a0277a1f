"""The one process: pages, channels, login, and the Rasa agent with its actions, on one port."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog
from sanic import Sanic
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse

from clinic.container import Container
from clinic.messaging import Worker
from connectors.agent import RasaTurns
from connectors.base import Dispatcher
from connectors.rest import rest_blueprint
from connectors.sms import SmsDelivery, sms_blueprint
from connectors.stored import StoredMessages
from connectors.web import WebChannel
from web.chat_page import chat_blueprint
from web.dev_outbox import outbox_blueprint
from web.health import health_blueprint
from web.login import login_blueprint
from web.pages import error_page
from web.review import review_blueprint
from web.runtime.model import load
from web.video import video_blueprint

HELD_RETRY_S = 2.0
"""Seconds between tries to handle messages that came while the database was away."""

CLEAN_EVERY_S = 3600.0
"""Seconds between two cleanings of what is of no use any more."""

STOP_S = 3.0
"""Seconds open event streams get when the server stops; they would hold it for 17 s otherwise."""

_log = structlog.get_logger(__name__)


def build_app(container: Container) -> Sanic:
    """The Sanic app over this container. The model is loaded when the server starts."""
    app = Sanic("hjemmelegene", configure_logging=False)
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = STOP_S
    app.config.FALLBACK_ERROR_FORMAT = "html"
    app.config.REQUEST_MAX_SIZE = 256 * 1024
    app.config.ACCESS_LOG = False
    app.config.PROXIES_COUNT = container.settings.proxies or None
    app.ctx.container = container
    app.ctx.agent = None
    web = WebChannel.build(container)
    turns = RasaTurns(lambda: app.ctx.agent)
    app.ctx.dispatcher = Dispatcher(container, turns, {"web": web.delivery, "sms": SmsDelivery(container)})
    app.ctx.stored = StoredMessages(container, app.ctx.dispatcher)
    for blueprint in (
        chat_blueprint(web),
        web.blueprint(),
        login_blueprint(web.sessions),
        video_blueprint(),
        review_blueprint(web.sessions.is_own_page),
        sms_blueprint(),
        health_blueprint(),
    ):
        app.blueprint(blueprint)
    if container.settings.is_dev:
        app.blueprint(rest_blueprint())
        app.blueprint(outbox_blueprint())
    app.exception(Exception)(_show_error)
    app.register_listener(_start, "before_server_start")
    app.register_listener(_stop, "after_server_stop")
    return app


def run(container: Container) -> None:
    """Serves until it is told to stop."""
    settings = container.settings
    build_app(container).run(host=settings.host, port=settings.port, access_log=False, motd=False, debug=False)


async def _start(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
    container: Container = app.ctx.container
    app.ctx.agent = load(container.settings)
    app.ctx.worker = Worker(container.outbox)
    app.ctx.worker.start()
    app.ctx.held_retry = loop.create_task(_retry_held(app))
    app.ctx.cleaning = loop.create_task(_clean(container))


async def _stop(app: Sanic, _loop: Any) -> None:
    app.ctx.held_retry.cancel()
    app.ctx.cleaning.cancel()
    await app.ctx.stored.finish(STOP_S)
    app.ctx.worker.stop()


async def _retry_held(app: Sanic) -> None:
    dispatcher: Dispatcher = app.ctx.dispatcher
    stored: StoredMessages = app.ctx.stored
    while True:
        try:
            await stored.handle_waiting()
            await dispatcher.retry_held()
        except Exception as error:  # the loop must outlive any one failure
            _log.error("held.retry_failed", error=type(error).__name__)
        await asyncio.sleep(HELD_RETRY_S)


async def _clean(container: Container) -> None:
    while True:
        try:
            await asyncio.to_thread(container.login.clean)
        except Exception as error:  # the loop must outlive any one failure
            _log.error("cleaning.failed", error=type(error).__name__)
        await asyncio.sleep(CLEAN_EVERY_S)


async def _show_error(request: Request, error: Exception) -> HTTPResponse:
    status = error.status_code if isinstance(error, SanicException) else 500
    if status >= 500:
        _log.error("request.failed", exc_info=error)
    return error_page(request, status)
