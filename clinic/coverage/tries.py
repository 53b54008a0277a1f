"""Guessing policy numbers is useless: after a few wrong ones there is a pause, for the person and for the address."""

from __future__ import annotations

import threading
from collections.abc import Callable

from clinic.coverage.model import CoverageResult, CoverageStatus
from clinic.limits import Limit, RateLimits

WINDOW_S = 3600
_COUNTED = frozenset({CoverageStatus.UNKNOWN, CoverageStatus.NOT_ON_POLICY})
"""Only numbers that are not the person's own: a lapsed policy of one's own is no guess."""


class PolicyTries:
    """Counts wrong numbers by the hour. A right one neither counts nor wipes the others out."""

    def __init__(self, limits: RateLimits, *, per_person: int, per_address: int) -> None:
        """`per_person` and `per_address`: wrong numbers an hour."""
        self._limits = limits
        self._of_person = Limit("policy_person", per_person, WINDOW_S)
        self._of_address = Limit("policy_address", per_address, WINDOW_S)
        # Tries of one moment in several conversations must not slip past the count together.
        self._one_at_a_time = threading.Lock()

    def wait_s(self, person_id: str, origin: str | None) -> float:
        """Seconds until numbers are taken again; 0 when they are taken now."""
        return max(self._limits.wait_s(limit, key) for limit, key in self._counted(person_id, origin))

    def guard(self, person_id: str, origin: str | None, check: Callable[[], CoverageResult]) -> CoverageResult:
        """The result of `check`, which is not made during a pause. `origin`: where the message came from."""
        with self._one_at_a_time:
            wait_s = self.wait_s(person_id, origin)
            if wait_s > 0:
                return CoverageResult(CoverageStatus.PAUSED, wait_s=wait_s)
            result = check()
            if result.status in _COUNTED:
                for limit, key in self._counted(person_id, origin):
                    self._limits.hit(limit, key)
        return result

    def _counted(self, person_id: str, origin: str | None) -> list[tuple[Limit, str]]:
        return [(self._of_person, person_id), *([(self._of_address, origin)] if origin else [])]
