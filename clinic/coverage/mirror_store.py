"""Keeps what an insurer answered in the register's own tables, so that everything else reads only those."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from clinic.coverage.insurer.answer import InsuredPolicy
from clinic.coverage.model import Role
from clinic.identity.national_id import NationalIdError
from clinic.identity.persons import Persons
from clinic.storage import Database
from clinic.storage.tables import PolicyMemberRow, PolicyRow


class Mirror:
    """Writes one answer at a time, in one transaction."""

    def __init__(self, database: Database, persons: Persons) -> None:
        self._database = database
        self._persons = persons

    def national_id_of(self, person_id: str) -> str:
        """The national number to ask with; raises PersonUnknown."""
        return self._persons.national_id_of(person_id)

    def keep(self, person_id: str, number: str | None, policies: Sequence[InsuredPolicy]) -> None:
        """Keep what was answered about a person, on one policy or (`number` None) on all.

        The person is taken off policies that the answer no longer names.
        """
        with self._database.session() as session:
            named = [self._policy(session, person_id, policy) for policy in policies]
            gone = (
                select(PolicyMemberRow.id)
                .join(PolicyRow, PolicyRow.id == PolicyMemberRow.policy_id)
                .where(PolicyMemberRow.person_id == person_id, PolicyRow.id.not_in(named))
            )
            if number is not None:
                gone = gone.where(PolicyRow.number == number)
            ids = list(session.scalars(gone))
            session.execute(
                delete(PolicyMemberRow).where(PolicyMemberRow.id.in_(ids)),
                execution_options={"synchronize_session": False},
            )

    def _policy(self, session: Session, person_id: str, policy: InsuredPolicy) -> str:
        row = session.scalars(select(PolicyRow).where(PolicyRow.number == policy.number)).first()
        if row is None:
            row = PolicyRow(number=policy.number)
            session.add(row)
        row.product, row.includes_digital_doctor = policy.product, policy.includes_digital_doctor
        row.valid_from, row.valid_to, row.is_group = policy.valid_from, policy.valid_to, policy.is_group
        session.flush()
        members = {person_id: (policy.role, policy.covered_from)}
        for child in policy.children:
            try:
                kept = self._persons.find_or_create(child.national_id, child.first_name, child.last_name)
            except NationalIdError:
                continue  # a child without a usable number can still be named by the parent
            members.setdefault(kept.id, (Role.CHILD, child.covered_from))
        self._members(session, row.id, members)
        policy_id: str = row.id
        return policy_id

    @staticmethod
    def _members(session: Session, policy_id: str, members: dict[str, tuple[Role, date | None]]) -> None:
        found = session.scalars(select(PolicyMemberRow).where(PolicyMemberRow.policy_id == policy_id))
        known = {row.person_id: row for row in found}
        for person_id, row in known.items():
            # Adults of the family are not told about; children are, all of them.
            if person_id not in members and row.role == Role.CHILD.value:
                session.delete(row)
        for person_id, (role, covered_from) in members.items():
            row = known.get(person_id) or PolicyMemberRow(policy_id=policy_id, person_id=person_id)
            row.role, row.covered_from = role.value, covered_from
            session.add(row)
        session.flush()
