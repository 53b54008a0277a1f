"""One turn with the Rasa agent: a message in, the bot's bubbles out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Protocol

from rasa.core.channels.channel import OutputChannel, UserMessage

from connectors.messages import Choice, Outbound

TURN_LIMIT_S = 20.0
"""Seconds after which a turn is given up and the person is told."""


class AgentLike(Protocol):
    """What is needed of `rasa.core.agent.Agent`."""

    async def handle_message(self, message: UserMessage) -> list[dict[str, Any]] | None:
        """Runs one turn."""


class TurnFailed(Exception):
    """The agent could not finish the turn; the cause is chained."""


failures: ContextVar[list[Exception] | None] = ContextVar("failures", default=None)
"""Errors of custom actions in the turn under way: Rasa itself logs and forgets them."""


class _Collector(OutputChannel):
    """Takes what Rasa sends as whole bubbles, in order."""

    def __init__(self, channel: str) -> None:
        self._channel = channel
        self.outbounds: list[Outbound] = []

    def name(self) -> str:
        """The channel, so that responses written for it are chosen."""
        return self._channel

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Called by Rasa for each bubble."""
        choices = tuple(Choice(button["title"], button["payload"]) for button in message.get("buttons") or ())
        custom = message.get("custom") or None
        text = message.get("text") or ""
        if text or choices or custom:
            self.outbounds.append(Outbound(text, choices, custom))


class RasaTurns:
    """Runs turns with the agent that is loaded now."""

    def __init__(self, agent: Callable[[], AgentLike]) -> None:
        self._agent = agent

    async def run(
        self,
        channel: str,
        conversation_id: str,
        text: str,
        metadata: dict[str, Any],
        parse_data: dict[str, Any] | None = None,
    ) -> list[Outbound]:
        """The bot's bubbles. Raises TurnFailed, with the action's or agent's error as its cause."""
        collector = _Collector(channel)
        message = UserMessage(
            text, collector, conversation_id, input_channel=channel, metadata=metadata, parse_data=parse_data
        )
        failed: list[Exception] = []
        token = failures.set(failed)
        try:
            await asyncio.wait_for(self._agent().handle_message(message), TURN_LIMIT_S)
        except Exception as error:
            raise TurnFailed(type(error).__name__) from (failed[0] if failed else error)
        finally:
            failures.reset(token)
        if failed:
            raise TurnFailed(type(failed[0]).__name__) from failed[0]
        return collector.outbounds
