"""The policy register's tables, write side: a batch of policies at a time, with as few statements as can be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import delete, update
from sqlalchemy.engine import Row
from sqlalchemy.orm import Session

from clinic.coverage.prepared import PreparedMember, PreparedPolicy
from clinic.storage.bulk import count_again, insert_many, rows_with
from clinic.storage.tables import PersonRow, PolicyMemberRow, PolicyRow
from clinic.storage.types import new_ordered_ids

_CHUNK = 2000
_PERSON = ("id", "national_id_hash", "national_id", "first_name", "last_name", "birth_date", "created_at")
_TERMS = ("product", "includes_digital_doctor", "valid_from", "valid_to", "is_group")
_MEMBER = ("id", "policy_id", "person_id", "role", "covered_from")
_Item = TypeVar("_Item")

_KNOWN_PERSONS = (PersonRow.national_id_hash, PersonRow.id, PersonRow.first_name, PersonRow.last_name)
_KNOWN_POLICIES = (PolicyRow.number, PolicyRow.id, *(getattr(PolicyRow, name) for name in _TERMS))
_KNOWN_MEMBERS = tuple(getattr(PolicyMemberRow, name) for name in ("policy_id", "id", "person_id", *_MEMBER[3:]))
"""What is read of rows that are there; the first column is the one they are looked up by."""


@dataclass
class Written:
    """Rows of policies and members that were added, changed and removed."""

    added: int = 0
    changed: int = 0
    removed: int = 0


class RegisterWriter:
    """Writes batches within one transaction."""

    def __init__(self, session: Session, now: datetime) -> None:
        """Write in `session`; new persons are created at `now`."""
        self._session = session
        self._now = now

    def write(self, policies: Sequence[PreparedPolicy]) -> Written:
        """Write policies with their persons; members that a policy does not name are removed from it."""
        written = Written()
        person_ids = self._person_ids([member for policy in policies for member in policy.members])
        policy_ids = self._policy_ids(policies, written)
        wanted = {
            (policy_ids[policy.number], person_ids[member.national_id_hash]): (member.role, member.covered_from)
            for policy in policies
            for member in policy.members
        }
        self._write_members(list(policy_ids.values()), wanted, written)
        return written

    def count_again(self) -> None:
        """Let the database know how large the register has become."""
        count_again(self._session, PersonRow.__table__, PolicyRow.__table__, PolicyMemberRow.__table__)

    def _person_ids(self, members: Sequence[PreparedMember]) -> dict[str, str]:
        """Return person ids by the hash of the national number; persons are made or renamed as needed."""
        ids: dict[str, str] = {}
        names: dict[str, tuple[str, str]] = {}
        for found_hash, id_, *found_names in self._known(_KNOWN_PERSONS, [one.national_id_hash for one in members]):
            ids[found_hash], names[found_hash] = id_, (found_names[0], found_names[1])
        new: list[tuple[Any, ...]] = []
        fresh = iter(new_ordered_ids(len(members)))
        for member in members:
            key, own_names = member.national_id_hash, (member.first_name, member.last_name)
            if key not in ids:
                ids[key] = next(fresh)
                new.append((ids[key], key, member.national_id, *own_names, member.birth_date, self._now))
            elif names[key] != own_names:
                self._change(PersonRow, ids[key], first_name=own_names[0], last_name=own_names[1])
            names[key] = own_names
        insert_many(self._session, PersonRow.__table__, _PERSON, new, as_they_are=frozenset({"national_id"}))
        return ids

    def _policy_ids(self, policies: Sequence[PreparedPolicy], written: Written) -> dict[str, str]:
        """Return policy ids by number; policies are made or changed as needed."""
        ids: dict[str, str] = {}
        terms: dict[str, tuple[Any, ...]] = {}
        for number, id_, *found_terms in self._known(_KNOWN_POLICIES, [policy.number for policy in policies]):
            ids[number], terms[number] = id_, tuple(found_terms)
        new: list[tuple[Any, ...]] = []
        fresh = iter(new_ordered_ids(len(policies)))
        for policy in policies:
            number, own_terms = policy.number, policy[1:6]
            if number not in ids:
                ids[number] = next(fresh)
                new.append((ids[number], number, *own_terms))
            elif terms[number] != own_terms:
                self._change(PolicyRow, ids[number], **dict(zip(_TERMS, own_terms, strict=True)))
                written.changed += 1
        insert_many(self._session, PolicyRow.__table__, ("id", "number", *_TERMS), new)
        written.added += len(new)
        return ids

    def _known(self, columns: Sequence[Any], keys: Sequence[str]) -> Iterator[Row]:
        """What the register holds of these keys."""
        for chunk in _chunks(keys):
            yield from self._session.execute(rows_with(self._session, columns, chunk)).all()

    def _change(self, table: type[Any], id_: str, **values: Any) -> None:
        statement = update(table).where(table.id == id_).values(**values)
        self._session.execute(statement, execution_options={"synchronize_session": False})

    def _write_members(
        self, policy_ids: Sequence[str], wanted: dict[tuple[str, str], tuple[str, date | None]], written: Written
    ) -> None:
        gone: list[str] = []
        for policy_id, id_, person_id, *terms in self._known(_KNOWN_MEMBERS, policy_ids):
            wanted_terms = wanted.pop((policy_id, person_id), None)
            if wanted_terms is None:
                gone.append(id_)
            elif wanted_terms != tuple(terms):
                self._change(PolicyMemberRow, id_, role=wanted_terms[0], covered_from=wanted_terms[1])
                written.changed += 1
        for chunk in _chunks(gone):
            self._session.execute(
                delete(PolicyMemberRow)
                .where(PolicyMemberRow.id.in_(chunk))
                .execution_options(synchronize_session=False)
            )
        new = [
            (id_, *key, *terms) for id_, (key, terms) in zip(new_ordered_ids(len(wanted)), wanted.items(), strict=True)
        ]
        insert_many(self._session, PolicyMemberRow.__table__, _MEMBER, new)
        written.added += len(new)
        written.removed += len(gone)


def _chunks(items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]
