"""Checks coverage: in our own register, or at the insurer."""

from __future__ import annotations

import re
from datetime import date

from clinic.coverage import store
from clinic.coverage.model import (
    Child,
    CoverageResult,
    CoverageStatus,
    Membership,
    Policy,
    RegisterUnavailable,
    verdict,
)
from clinic.coverage.source import PolicySource
from clinic.coverage.tries import PolicyTries
from clinic.identity.national_id import age_on
from clinic.storage import Database

NUMBER = re.compile(r"[0-9]{6,12}", re.ASCII)
"""The form of a policy number: 6 to 12 digits (ours have 8)."""


class Coverage:
    """Asks the policy register. All days are Oslo dates."""

    def __init__(self, database: Database, source: PolicySource, tries: PolicyTries) -> None:
        """Read the register in `database`, which `source` keeps; `tries` says when somebody has guessed enough."""
        self._database = database
        self._source = source
        self._tries = tries

    @property
    def takes_time(self) -> bool:
        """Whether somebody else has to be asked, so that it is worth to `ask` before a transaction."""
        return self._source.takes_time

    def ask(self, person_id: str, number: str | None, origin: str | None = None) -> None:
        """Have the source fetch what it knows of a person, where that takes a while: outside of any transaction.

        `check` and `group_policies` then answer at once. During a pause nobody is asked for a number.
        """
        if number is not None and (not NUMBER.fullmatch(number) or self._tries.wait_s(person_id, origin) > 0):
            return
        self._source.fetch(person_id, number)

    def check(self, number: str, person_id: str, today: date, origin: str | None = None) -> CoverageResult:
        """Return whether this policy gives this person the digital doctor today; `number` is digits only.

        `origin` is where the message came from (an address, hashed), for the count of wrong numbers.

        Raises:
            DatabaseUnavailable: the register cannot be asked.
        """
        if not NUMBER.fullmatch(number):
            return CoverageResult(CoverageStatus.MALFORMED)
        return self._tries.guard(person_id, origin, lambda: self._look_up(number, person_id, today))

    def _look_up(self, number: str, person_id: str, today: date) -> CoverageResult:
        try:
            self._source.confirm(person_id, number)
        except RegisterUnavailable:
            return CoverageResult(CoverageStatus.UNAVAILABLE)
        with self._database.read() as session:
            policy, membership = store.policy_and_membership(session, number, person_id)
        return verdict(policy, membership, today)

    def group_policies(self, person_id: str, today: date) -> list[Policy]:
        """Return the employers' policies that give this person the digital doctor today, by product.

        They are found by person, because the insured have no number for them; empty when the source does not answer.
        """
        try:
            self._source.confirm(person_id, None)
        except RegisterUnavailable:
            return []
        return sorted(
            (
                policy
                for policy, membership in self._memberships(person_id)
                if policy.is_group and verdict(policy, membership, today).status is CoverageStatus.OK
            ),
            key=lambda policy: policy.product,
        )

    def children_on(self, policy_id: str | None, today: date) -> list[Child]:
        """Return the children insured on a policy today, oldest first; none for None."""
        if policy_id is None:
            return []
        with self._database.read() as session:
            members = store.children(session, policy_id)
        children = [
            Child(id_, name, membership.birth_date, age_on(membership.birth_date, today))
            for id_, name, membership in members
            if membership.is_insured(today) and not membership.is_waiting(today)
        ]
        return sorted(children, key=lambda child: (child.birth_date, child.first_name))

    def policies_of(self, person_id: str) -> list[Policy]:
        """Return every policy the person is known to stand on, active or not, by number."""
        return [policy for policy, _ in self._memberships(person_id)]

    def policy(self, policy_id: str) -> Policy | None:
        """Return a policy by id, or None."""
        with self._database.read() as session:
            return store.policy(session, policy_id)

    def _memberships(self, person_id: str) -> list[tuple[Policy, Membership]]:
        with self._database.read() as session:
            return store.memberships_of(session, person_id)
