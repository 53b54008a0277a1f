"""Wakes the open event streams of a web conversation when something was said in it.

Only the news that there is something new passes through here; what it is stands in `chat_events`, and every stream
reads it from there. So nothing is lost when a wake-up is, and nothing is doubled. This hub reaches the streams of its
own process; one that reaches several processes (Redis) has the same methods.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager


class Subscription:
    """One open stream's place in the hub."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()

    def wake(self) -> None:
        """Ends the stream's wait. May be called from any thread."""
        self._loop.call_soon_threadsafe(self._news.set)

    async def wait(self, seconds: float) -> bool:
        """Waits for news; False when `seconds` passed without any."""
        try:
            await asyncio.wait_for(self._news.wait(), seconds)
        except asyncio.TimeoutError:
            return False
        self._news.clear()
        return True


class EventHub:
    """The open streams by conversation, and in which conversations an answer is being written."""

    def __init__(self) -> None:
        self.closed = False
        self._subscriptions: defaultdict[str, set[Subscription]] = defaultdict(set)
        self._writing: Counter[str] = Counter()

    @contextmanager
    def subscribe(self, conversation_id: str) -> Iterator[Subscription]:
        """A place in the hub for the length of the block; only inside a running event loop."""
        subscription = Subscription()
        self._subscriptions[conversation_id].add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions[conversation_id].discard(subscription)
            if not self._subscriptions[conversation_id]:
                del self._subscriptions[conversation_id]

    def publish(self, conversation_id: str) -> None:
        """Something was added to this conversation. May be called from any thread."""
        for subscription in tuple(self._subscriptions.get(conversation_id, ())):
            subscription.wake()

    @contextmanager
    def typing(self, conversation_id: str) -> Iterator[None]:
        """Shows the typing sign in this conversation for the length of the block."""
        self._writing[conversation_id] += 1
        self.publish(conversation_id)
        try:
            yield
        finally:
            self._writing[conversation_id] -= 1
            if not self._writing[conversation_id]:
                del self._writing[conversation_id]
            self.publish(conversation_id)

    def is_typing(self, conversation_id: str) -> bool:
        """Whether an answer is being written in this conversation."""
        return self._writing[conversation_id] > 0

    def close(self) -> None:
        """Ends every stream, so that the server can stop; browsers come back by themselves."""
        self.closed = True
        for conversation_id in tuple(self._subscriptions):
            self.publish(conversation_id)
