"""The outbox as others use it: put a message in, in the transaction of what it tells about."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from datetime import timedelta

from clinic.clock import Clock
from clinic.errors import ClinicError
from clinic.messaging.model import Message, Permanent, Queued, Sender
from clinic.messaging.store import OutboxStore
from clinic.storage import Database
from clinic.texts import Texts

MAX_ATTEMPTS = 15
"""Together about an hour; most messages are useless (`expires_at`) before."""

FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(minutes=10)

_log = logging.getLogger(__name__)


class Outbox:
    """Puts messages in and sends what is due."""

    def __init__(self, database: Database, clock: Clock, texts: Texts, senders: dict[str, Sender]) -> None:
        self._database = database
        self._clock = clock
        self._texts = texts
        self._senders = senders
        self._store = OutboxStore()
        self._on_put: Callable[[], None] = lambda: None

    def on_put(self, wake: Callable[[], None]) -> None:
        """Calls `wake` whenever a message is in, so that a waiting worker starts at once. It must be quick."""
        self._on_put = wake

    def put(self, message: Message) -> bool:
        """Adds a message to the open transaction, or one of its own; False when its key is there already."""
        text = message.text
        if text is None:
            text = self._texts.get(f"sms.{message.kind}", message.language, **message.values)
        with self._database.session() as session:
            is_new = self._store.put(session, message, text, self._clock.now())
            if is_new:
                self._store.after(session, self._on_put)
        return is_new

    def withdraw(self, *key_prefixes: str) -> None:
        """Gives up messages that have not left and whose key begins with one of these."""
        with self._database.session() as session:
            self._store.withdraw(session, key_prefixes, self._clock.now())

    def newest(self, limit: int = 200) -> list[Queued]:
        """The newest messages first, for the development page and for tests."""
        with self._database.read() as session:
            return self._store.newest(session, limit)

    def send_one(self) -> bool:
        """Sends the next message that is due; False when there is none. Raises DatabaseUnavailable.

        A sender that fails in any unforeseen way is tried again like one that fails in a foreseen way: one message
        must not stop all others.
        """
        with self._database.session() as session:
            message = self._store.claim(session, self._clock.now())
        if message is None:
            return False
        try:
            self._sender_of(message).send(message)
        except Permanent as refused:
            self._give_up(message, refused)
        except Exception as failed:
            self._again_or_never(message, failed)
        else:
            with self._database.session() as session:
                self._store.mark_sent(session, message.id, self._clock.now())
        return True

    def _sender_of(self, message: Queued) -> Sender:
        sender = self._senders.get(message.channel)
        if sender is None:
            raise Permanent(f"No sender for the channel {message.channel}.")
        return sender

    def _again_or_never(self, message: Queued, failed: Exception) -> None:
        if message.attempts >= MAX_ATTEMPTS:
            self._give_up(message, failed)
            return
        _log.info("message waits: channel=%s kind=%s reason=%s", message.channel, message.kind, _reason(failed))
        wait = min(FIRST_RETRY * 2 ** (message.attempts - 1), LONGEST_RETRY)
        # Spread, so that all that failed together does not come back together.
        due_at = self._clock.now() + wait * random.uniform(0.5, 1.0)
        with self._database.session() as session:
            self._store.postpone(session, message, due_at)

    def _give_up(self, message: Queued, why: Exception) -> None:
        _log.warning("message given up: channel=%s kind=%s reason=%s", message.channel, message.kind, _reason(why))
        with self._database.session() as session:
            self._store.mark_failed(session, message, self._clock.now())


def _reason(error: Exception) -> str:
    """Our own errors name no number and no text; of others only the kind may be logged."""
    return str(error) if isinstance(error, ClinicError) else type(error).__name__
