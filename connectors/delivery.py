"""How a channel hands over what the bot says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from connectors.messages import Outbound


class Delivery(Protocol):
    """A channel that can be written to at any time, also when nobody is waiting for an answer."""

    async def deliver(self, conversation_id: str, outbounds: Sequence[Outbound]) -> None:
        """Hands over these bubbles in order."""
