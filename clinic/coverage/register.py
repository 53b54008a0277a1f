"""Fills the policy register: what a file says of a policy replaces what was known of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from clinic.clock import Clock, oslo_date
from clinic.coverage import policy_file, register_store
from clinic.coverage.policy_file import PolicyGroup
from clinic.storage import Database

BATCH = 500
"""Policies written at a time: few enough for SQLite's limit on parameters."""


@dataclass
class ImportSummary:
    """What an import did; a file imported again changes nothing."""

    policies: int = 0
    members: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0


class PolicyRegister:
    """Writes policies and who is on them. Policies that are not mentioned stay as they are."""

    def __init__(self, database: Database, clock: Clock, allow_synthetic: bool) -> None:
        """`allow_synthetic` lets made-up national numbers in: for development and tests only."""
        self._database = database
        self._clock = clock
        self._allow_synthetic = allow_synthetic

    def import_file(self, path: Path) -> ImportSummary:
        """Import a CSV file, all of it or nothing.

        Raises:
            PolicyFileError: something is wrong in the file; nothing was changed.
            DatabaseUnavailable: the register cannot be written; nothing was changed.
        """
        today = oslo_date(self._clock.now())
        policy_file.check(path, today, self._allow_synthetic)
        return self.write(policy_file.read_groups(path, today, self._allow_synthetic))

    def write(self, groups: Iterable[PolicyGroup]) -> ImportSummary:
        """Write checked policies in one transaction."""
        now = self._clock.now()
        summary = ImportSummary()
        with self._database.session() as session:
            writer = register_store.RegisterWriter(session, self._database.keyring, now)
            for batch in _batches(groups):
                written = writer.write(batch)
                summary.policies += len(batch)
                summary.members += sum(len(group.members) for group in batch)
                summary.added += written.added
                summary.changed += written.changed
                summary.removed += written.removed
        return summary


def _batches(groups: Iterable[PolicyGroup]) -> Iterator[list[PolicyGroup]]:
    iterator = iter(groups)
    while batch := list(islice(iterator, BATCH)):
        yield batch
