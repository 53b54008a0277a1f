"""The policy register's tables, write side: a batch of policies at a time, with as few statements as can be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from clinic.coverage.lines import PolicyLine
from clinic.coverage.policy_file import PolicyGroup
from clinic.storage import Keyring
from clinic.storage.tables import PersonRow, PolicyMemberRow, PolicyRow
from clinic.storage.types import new_id

_CHUNK = 500
_Item = TypeVar("_Item")


@dataclass
class Written:
    """Rows of policies and members that were added, changed and removed."""

    added: int = 0
    changed: int = 0
    removed: int = 0


class RegisterWriter:
    """Writes batches within one transaction."""

    def __init__(self, session: Session, keyring: Keyring, now: datetime) -> None:
        """Write in `session`; new persons are created at `now`."""
        self._session = session
        self._keyring = keyring
        self._now = now

    def write(self, groups: Sequence[PolicyGroup]) -> Written:
        """Write policies with their persons; members that a policy's group does not name are removed from it."""
        written = Written()
        person_ids = self._person_ids([line for group in groups for line in group.members])
        policy_ids = self._policy_ids(groups, written)
        wanted = {
            (policy_ids[group.policy.number], person_ids[line.person.number]): line.role.value
            for group in groups
            for line in group.members
        }
        self._write_members(list(policy_ids.values()), wanted, written)
        return written

    def _person_ids(self, lines: Sequence[PolicyLine]) -> dict[str, str]:
        """Return person ids by national number; persons are made or renamed as needed."""
        hashes = {line.person.number: self._keyring.fingerprint("national_id", line.person.number) for line in lines}
        columns = (PersonRow.national_id_hash, PersonRow.id, PersonRow.first_name, PersonRow.last_name)
        known: dict[str, tuple[str, str, str]] = {}
        for chunk in _chunks(list(hashes.values())):
            for row in self._session.execute(select(*columns).where(PersonRow.national_id_hash.in_(chunk))):
                known[row[0]] = (row[1], row[2], row[3])
        new: list[dict[str, Any]] = []
        ids: dict[str, str] = {}
        for line in lines:
            number, names = line.person.number, (line.first_name, line.last_name)
            found = known.get(hashes[number])
            if found is None:
                ids[number] = new_id()
                new.append(
                    {
                        "id": ids[number],
                        "national_id_hash": hashes[number],
                        "national_id": number,
                        "first_name": names[0],
                        "last_name": names[1],
                        "birth_date": line.person.birth_date,
                        "created_at": self._now,
                    }
                )
                known[hashes[number]] = (ids[number], *names)
                continue
            ids[number] = found[0]
            if found[1:] != names:
                self._session.execute(
                    update(PersonRow)
                    .where(PersonRow.id == found[0])
                    .values(first_name=names[0], last_name=names[1])
                    .execution_options(synchronize_session=False)
                )
        if new:
            self._session.execute(insert(PersonRow), new)
        return ids

    def _policy_ids(self, groups: Sequence[PolicyGroup], written: Written) -> dict[str, str]:
        """Return policy ids by number; policies are made or changed as needed."""
        known: dict[str, PolicyRow] = {}
        for chunk in _chunks([group.policy.number for group in groups]):
            rows = self._session.execute(select(PolicyRow).where(PolicyRow.number.in_(chunk))).scalars()
            known.update({row.number: row for row in rows})
        new: list[dict[str, Any]] = []
        ids: dict[str, str] = {}
        for group in groups:
            terms = {
                "product": group.policy.product,
                "includes_digital_doctor": group.policy.includes_digital_doctor,
                "valid_from": group.policy.valid_from,
                "valid_to": group.policy.valid_to,
            }
            row = known.get(group.policy.number)
            if row is None:
                ids[group.policy.number] = new_id()
                new.append({"id": ids[group.policy.number], "number": group.policy.number, **terms})
                continue
            ids[group.policy.number] = row.id
            if any(getattr(row, name) != value for name, value in terms.items()):
                for name, value in terms.items():
                    setattr(row, name, value)
                written.changed += 1
        if new:
            self._session.execute(insert(PolicyRow), new)
            written.added += len(new)
        self._session.flush()
        self._session.expunge_all()  # rows of earlier batches would fill the memory
        return ids

    def _write_members(self, policy_ids: Sequence[str], wanted: dict[tuple[str, str], str], written: Written) -> None:
        columns = (PolicyMemberRow.id, PolicyMemberRow.policy_id, PolicyMemberRow.person_id, PolicyMemberRow.role)
        gone: list[str] = []
        for chunk in _chunks(policy_ids):
            for id_, policy_id, person_id, role in self._session.execute(
                select(*columns).where(PolicyMemberRow.policy_id.in_(chunk))
            ).all():
                wanted_role = wanted.pop((policy_id, person_id), None)
                if wanted_role is None:
                    gone.append(id_)
                elif wanted_role != role:
                    self._session.execute(
                        update(PolicyMemberRow)
                        .where(PolicyMemberRow.id == id_)
                        .values(role=wanted_role)
                        .execution_options(synchronize_session=False)
                    )
                    written.changed += 1
        for chunk in _chunks(gone):
            self._session.execute(
                delete(PolicyMemberRow)
                .where(PolicyMemberRow.id.in_(chunk))
                .execution_options(synchronize_session=False)
            )
        new = [
            {"id": new_id(), "policy_id": policy_id, "person_id": person_id, "role": role}
            for (policy_id, person_id), role in wanted.items()
        ]
        if new:
            self._session.execute(insert(PolicyMemberRow), new)
        written.added += len(new)
        written.removed += len(gone)


def _chunks(items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]
