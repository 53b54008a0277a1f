"""The insurer as the source of the register: what it answers is mirrored in our tables, and believed for a while."""

from __future__ import annotations

import threading
from enum import Enum

import structlog
from cachetools import TTLCache

from clinic.coverage.insurer.client import InsurerClient
from clinic.coverage.mirror_store import Mirror
from clinic.coverage.model import RegisterUnavailable

FAILURE_REMEMBERED_S = 5
"""How long a question that was not answered is not asked again: one message looks at the register more than once."""
_MOST_REMEMBERED = 10_000
_log = structlog.get_logger(__name__)


class _Outcome(Enum):
    ANSWERED = "answered"
    UNANSWERED = "unanswered"


class InsurerRegister:
    """Asks the insurer once for each question in `cache_s` seconds."""

    takes_time = True

    def __init__(self, client: InsurerClient, mirror: Mirror, cache_s: int) -> None:
        self._client = client
        self._mirror = mirror
        self._lock = threading.Lock()
        self._answered: TTLCache[tuple[str, str | None], _Outcome] = TTLCache(_MOST_REMEMBERED, cache_s)
        self._unanswered: TTLCache[tuple[str, str | None], _Outcome] = TTLCache(_MOST_REMEMBERED, FAILURE_REMEMBERED_S)

    def fetch(self, person_id: str, number: str | None) -> None:
        """Ask the insurer unless it answered a short while ago. Never raises for an insurer that is away."""
        if self._outcome(person_id, number) is not None:
            return
        key = (person_id, number)
        try:
            policies = self._client.policies(self._mirror.national_id_of(person_id), number)
        except RegisterUnavailable as error:
            _log.warning("insurer.unavailable", reason=str(error))
            with self._lock:
                self._unanswered[key] = _Outcome.UNANSWERED
            return
        self._mirror.keep(person_id, number, policies)
        with self._lock:
            self._answered[key] = _Outcome.ANSWERED
            self._unanswered.pop(key, None)

    def confirm(self, person_id: str, number: str | None) -> None:
        """Raises RegisterUnavailable when the question was not answered, or never asked."""
        if self._outcome(person_id, number) is not _Outcome.ANSWERED:
            raise RegisterUnavailable("The insurer has not answered.")

    def _outcome(self, person_id: str, number: str | None) -> _Outcome | None:
        with self._lock:
            key = (person_id, number)
            return self._answered.get(key) or self._unanswered.get(key)
