"""Checks coverage in the policy register."""

from __future__ import annotations

import re
from datetime import date

from clinic.coverage import store
from clinic.coverage.model import Child, CoverageResult, CoverageStatus, Policy, is_insured, verdict
from clinic.identity.national_id import age_on
from clinic.storage import Database

NUMBER = re.compile(r"[0-9]{6,12}", re.ASCII)
"""The form of a policy number: 6 to 12 digits (ours have 8)."""


class Coverage:
    """Asks the policy register. All days are Oslo dates."""

    def __init__(self, database: Database) -> None:
        """Use the register in `database`."""
        self._database = database

    def check(self, number: str, person_id: str | None, today: date) -> CoverageResult:
        """Return whether this policy gives this person the digital doctor today; `number` is digits only.

        Raises:
            DatabaseUnavailable: the register cannot be asked.
        """
        if not NUMBER.fullmatch(number):
            return CoverageResult(CoverageStatus.MALFORMED)
        with self._database.read() as session:
            policy, membership = store.policy_and_membership(session, number, person_id or "")
        insured = membership is not None and is_insured(*membership, today)
        status = verdict(policy, insured, today)
        if policy is None or status is not CoverageStatus.OK:
            return CoverageResult(status)
        return CoverageResult(status, policy.id)

    def children_on(self, policy_id: str | None, today: date) -> list[Child]:
        """Return the children insured on a policy today, oldest first; none for None."""
        if policy_id is None:
            return []
        with self._database.read() as session:
            members = store.children(session, policy_id)
        children = [
            Child(id_, name, born, age_on(born, today))
            for id_, name, born, role in members
            if is_insured(role, born, today)
        ]
        return sorted(children, key=lambda child: (child.birth_date, child.first_name))

    def policies_of(self, person_id: str) -> list[Policy]:
        """Return every policy the person stands on, active or not, by number."""
        with self._database.read() as session:
            return store.policies_of(session, person_id)

    def policy(self, policy_id: str) -> Policy | None:
        """Return a policy by id, or None."""
        with self._database.read() as session:
            return store.policy(session, policy_id)
