"""Runs the turns of web conversations beside the requests that asked for them."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable

from clinic.container import Container
from clinic.errors import ClinicError
from connectors.hub import EventHub
from connectors.messages import Outbound
from connectors.web_delivery import WebDelivery

logger = logging.getLogger(__name__)

# More than a person can write before an answer comes; beyond it the page waits and sends again.
MOST_WAITING = 20


class TooManyWaitingError(ClinicError):
    """This conversation has too many unanswered messages; the same message may be sent again in a moment."""


class WebTurns:
    """The turns in progress. A turn outlives its request: a patient who closes the page still gets the answer."""

    def __init__(self, container: Container, hub: EventHub, delivery: WebDelivery) -> None:
        self._container = container
        self._hub = hub
        self._delivery = delivery
        self._waiting: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()

    def check_room(self, conversation_id: str) -> None:
        """Raises TooManyWaitingError when the conversation has to be answered first."""
        if self._waiting[conversation_id] >= MOST_WAITING:
            raise TooManyWaitingError("Too many messages of this conversation wait for an answer")

    def start(self, conversation_id: str, turn: Callable[[], Awaitable[object]]) -> None:
        """Runs `turn`; the dispatcher takes those of one conversation one by one, in the order they were started."""
        self._waiting[conversation_id] += 1
        task = asyncio.get_running_loop().create_task(self._run(conversation_id, turn))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finish(self, seconds: float) -> None:
        """Lets turns in progress end, at most for `seconds`; called when the server stops."""
        if self._tasks:
            await asyncio.wait(tuple(self._tasks), timeout=seconds)

    async def _run(self, conversation_id: str, turn: Callable[[], Awaitable[object]]) -> None:
        try:
            with self._hub.typing(conversation_id):
                await turn()
        except Exception as error:
            # Only the kind of error: its text may quote the patient.
            logger.error("A web turn failed: %s", type(error).__name__)
            await self._say_it_failed(conversation_id)
        finally:
            self._waiting[conversation_id] -= 1
            if not self._waiting[conversation_id]:
                del self._waiting[conversation_id]

    async def _say_it_failed(self, conversation_id: str) -> None:
        try:
            language = await self._delivery.begin(conversation_id, "nb")
            text = self._container.texts.get("chat.failed", language)
            await self._delivery.deliver(conversation_id, [Outbound(text, (), None)])
        except Exception as error:
            logger.error("A web turn failed and could not say so: %s", type(error).__name__)
