"""Where the policy register comes from: our own database, or an insurer that is asked as patients write."""

from __future__ import annotations

from typing import Protocol


class PolicySource(Protocol):
    """Keeps the register's tables true. `number` None means: every policy that this person is insured on."""

    takes_time: bool
    """Whether `fetch` may take seconds."""

    def fetch(self, person_id: str, number: str | None) -> None:
        """Fetch what is known of a person on a policy. May take seconds; never raises for a source that is away."""

    def confirm(self, person_id: str, number: str | None) -> None:
        """Say whether the tables hold what was last fetched. Takes no time. Raises RegisterUnavailable."""


class OwnRegister:
    """Our own database, filled by `clinic policies import`: always true, nothing to fetch."""

    takes_time = False

    def fetch(self, person_id: str, number: str | None) -> None:
        """Nothing to do."""

    def confirm(self, person_id: str, number: str | None) -> None:
        """Always."""
