"""The last things a person wrote, so that signs of danger in several short messages count together."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from clinic.clock import Clock
from clinic.storage import Database
from clinic.storage.tables import ConversationRow

TOGETHER = timedelta(minutes=10)
"""Messages further apart than this are not read as one story."""
_MOST = 4
_LONGEST = 1_000


class RecentWords:
    """Keeps the last few messages of each conversation, encrypted, for some minutes."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Keep them in `database`, beside the conversation."""
        self._database = database
        self._clock = clock

    def of(self, conversation_id: str) -> tuple[str, ...]:
        """The messages of the last `TOGETHER`, oldest first."""
        with self._database.read() as session:
            row = session.get(ConversationRow, conversation_id)
            return () if row is None else tuple(text for _, text in self._fresh(row))

    def add(self, conversation_id: str, text: str) -> None:
        """Note a message; does nothing for a conversation that is not there. Only its end is kept of a long one."""
        with self._database.session() as session:
            row = session.get(ConversationRow, conversation_id)
            if row is not None:
                kept = [*self._fresh(row), (self._clock.now().isoformat(), text[-_LONGEST:])]
                row.recent_words = json.dumps(kept[-_MOST:], ensure_ascii=False)

    def forget(self, conversation_id: str) -> None:
        """Begin anew: what was written before was a mistake, over, or another person's."""
        with self._database.session() as session:
            row = session.get(ConversationRow, conversation_id)
            if row is not None:
                row.recent_words = None

    def _fresh(self, row: ConversationRow) -> list[tuple[str, str]]:
        since = self._clock.now() - TOGETHER
        kept = json.loads(row.recent_words) if row.recent_words else []
        return [(at, text) for at, text in kept if datetime.fromisoformat(at) >= since]
