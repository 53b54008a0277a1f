"""Messages that are stored before the provider is answered: handled once, also after a crash or without a database.

A provider counts a message as delivered when we answer, and never sends it again. So it is written down first, and
its text is let go of only when the person has got an answer.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog

from clinic.container import Container
from clinic.storage import DatabaseUnavailable
from connectors.base import Dispatcher
from connectors.messages import Inbound

TAKEN_FOR = timedelta(seconds=60)
"""How long a process has a message to itself; longer than a turn may take. Then another one takes it up."""

_log = structlog.get_logger(__name__)


class StoredMessages:
    """The stored messages of all channels that work so."""

    def __init__(self, container: Container, dispatcher: Dispatcher) -> None:
        self._conversations = container.conversations
        self._dispatcher = dispatcher
        # SQLite serves one process, and that one knows what it has in hand: no need to wait for a dead one's time.
        self._idle = timedelta(0) if container.database.is_sqlite else TAKEN_FOR
        self._in_hand: set[tuple[str, str]] = set()
        self._ended: set[tuple[str, str]] = set()
        self._told: set[tuple[str, str]] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def accept(self, inbound: Inbound) -> bool:
        """Stores a message for `handle`; False when it came before. Raises DatabaseUnavailable: it is not stored."""
        channel, message_id = _key(inbound)
        was_in_hand = (channel, message_id) in self._in_hand
        # Before it is stored, or `handle_waiting` might find it first.
        self._in_hand.add((channel, message_id))
        is_new = False
        try:
            is_new = await asyncio.to_thread(
                self._conversations.accept,
                channel, message_id, inbound.conversation_id, inbound.text, inbound.address,
            )  # fmt: skip
        finally:
            if not is_new and not was_in_hand:
                self._in_hand.discard((channel, message_id))
        return is_new

    def begin(self, inbound: Inbound) -> None:
        """Starts `handle` and does not wait for it."""
        # Held on to, since the loop itself forgets tasks.
        task = asyncio.get_running_loop().create_task(self.handle(inbound))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finish(self, seconds: float) -> None:
        """Lets what is under way end, at most for `seconds`; the rest is taken up after the restart."""
        if self._tasks:
            await asyncio.wait(tuple(self._tasks), timeout=seconds)

    async def handle(self, inbound: Inbound) -> None:
        """Answers a stored message. Never raises: what fails is taken up again by `handle_waiting`."""
        key = _key(inbound)
        self._in_hand.add(key)
        try:
            if await self._dispatcher.receive_stored(inbound, again=key in self._told):
                await asyncio.to_thread(self._conversations.handled, *key)
                self._told.discard(key)
            else:
                self._told.add(key)
        except Exception as error:
            # The kind only: an error's text may hold what the patient wrote.
            _log.error("stored.failed", error=type(error).__name__, channel=inbound.channel)
        finally:
            self._ended.add(key)
            self._in_hand.discard(key)

    async def handle_waiting(self) -> None:
        """Answers what was stored and never answered: the process ended, or the database was away.

        To be called often, by one task.
        """
        self._ended.clear()
        try:
            waiting = await asyncio.to_thread(self._conversations.take_waiting, self._idle)
        except DatabaseUnavailable:
            return
        for message in waiting:
            # What was in hand when the database was asked may have been answered since.
            if (message.channel, message.message_id) not in self._in_hand | self._ended:
                await self.handle(
                    Inbound(message.channel, message.conversation_id, message.text, message.message_id, message.address)
                )


def _key(inbound: Inbound) -> tuple[str, str]:
    assert inbound.message_id, "a provider's message has an id"
    return inbound.channel, inbound.message_id
