"""Messages that wait in memory because the database is away and cannot keep them."""

from __future__ import annotations

from collections import OrderedDict

from connectors.messages import Inbound

MOST_CONVERSATIONS = 1000


class HeldMessages:
    """By conversation, oldest first. When there are too many, the conversation that waits longest is given up."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, list[Inbound]] = OrderedDict()

    def hold(self, inbound: Inbound) -> None:
        """Keeps a message until `done`; one without text says nothing and is let go."""
        if not inbound.text:
            return
        self._held.setdefault(inbound.conversation_id, []).append(inbound)
        while len(self._held) > MOST_CONVERSATIONS:
            self._held.popitem(last=False)

    def first(self, conversation_id: str) -> Inbound | None:
        """The oldest message that a conversation waits with."""
        held = self._held.get(conversation_id)
        return held[0] if held else None

    def done(self, inbound: Inbound) -> None:
        """The message was handled."""
        held = self._held.get(inbound.conversation_id, [])
        if inbound in held:
            held.remove(inbound)
        if not held:
            self._held.pop(inbound.conversation_id, None)

    def conversations(self) -> list[str]:
        """Those that wait with something."""
        return list(self._held)
