"""Fills the policy register: what a file says of a policy replaces what was known of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from clinic.clock import Clock, oslo_date
from clinic.coverage import register_store
from clinic.coverage.policy_file import PolicyGroup
from clinic.coverage.prepared import PreparedPolicy, prepare
from clinic.coverage.reading import batches, read_batches
from clinic.storage import Database
from clinic.storage.bulk import room_for_indexes

_COUNT_AGAIN_AFTER = frozenset({3, 10, 30, 100, 300})
"""Batches after which the tables have grown so much that the database should look at them anew."""


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

    def import_file(self, path: Path, progress: Callable[[int], None] | None = None) -> ImportSummary:
        """Import a CSV file, all of it or nothing; `progress` is told how many persons have been written so far.

        Raises:
            PolicyFileError: something is wrong in the file; nothing was changed.
            DatabaseUnavailable: the register cannot be written; nothing was changed.
        """
        today = oslo_date(self._clock.now())
        return self._write(read_batches(path, today, self._allow_synthetic, self._database.keyring), progress)

    def write(self, groups: Iterable[PolicyGroup]) -> ImportSummary:
        """Write checked policies in one transaction."""
        return self._write(batches(prepare(group, self._database.keyring) for group in groups))

    def _write(
        self, policies: Iterable[list[PreparedPolicy]], progress: Callable[[int], None] | None = None
    ) -> ImportSummary:
        # One transaction: an error while the file is read leaves everything as it was.
        now = self._clock.now()
        summary = ImportSummary()
        with self._database.session() as session, room_for_indexes(session):
            writer = register_store.RegisterWriter(session, now)
            for number, batch in enumerate(policies, start=1):
                if number in _COUNT_AGAIN_AFTER:
                    writer.count_again()
                written = writer.write(batch)
                summary.policies += len(batch)
                summary.members += sum(len(policy.members) for policy in batch)
                summary.added += written.added
                summary.changed += written.changed
                summary.removed += written.removed
                if progress is not None:
                    progress(summary.members)
        return summary
