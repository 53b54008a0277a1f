"""Sends what is due, in a thread of its own."""

from __future__ import annotations

import logging
import threading

from clinic.messaging.outbox import Outbox

IDLE_S = 2.0
"""Seconds between looks when nothing wakes the worker (messages of other processes, retries)."""

_log = logging.getLogger(__name__)


class Worker:
    """Runs until stopped; a failure of the database is waited out."""

    def __init__(self, outbox: Outbox, idle_s: float = IDLE_S) -> None:
        self._outbox = outbox
        self._idle_s = idle_s
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Starts the thread."""
        self._outbox.on_put(self._wake.set)
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends after the message in hand."""
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout=10)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                while not self._stopping.is_set() and self._outbox.send_one():
                    pass
            except Exception as error:  # the thread must outlive any one failure
                # The kind only: the text of an error may name what was being sent.
                _log.warning("outbox waits: %s", type(error).__name__)
            self._wake.wait(self._idle_s)
