"""Reads a large policy file in a process of its own, while this one writes: that takes half the time."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeVar

from clinic.coverage.policy_file import PolicyFileError, read_groups
from clinic.coverage.prepared import PreparedPolicy, prepare
from clinic.storage import Keyring

LARGE_FILE_BYTES = 2_000_000
"""From this size a second process is worth its start."""
BATCH = 2000
"""Policies handed over or written at a time: few enough for SQLite's limit on parameters."""
_Item = TypeVar("_Item")


def batches(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    """Yield lists of `BATCH` items, the last one shorter."""
    iterator = iter(items)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def read_batches(path: Path, today: date, allow_synthetic: bool, keyring: Keyring) -> Iterator[list[PreparedPolicy]]:
    """Yield the policies of a file in batches; raises as `policy_file.read_groups` does, at the end."""
    try:
        large = path.stat().st_size >= LARGE_FILE_BYTES
    except OSError:
        large = False  # reading it says what is wrong
    if large:
        yield from _read_beside(path, today, allow_synthetic, keyring)
    else:
        yield from _read(path, today, allow_synthetic, keyring)


def _read(path: Path, today: date, allow_synthetic: bool, keyring: Keyring) -> Iterator[list[PreparedPolicy]]:
    yield from batches(prepare(group, keyring) for group in read_groups(path, today, allow_synthetic))


def _read_beside(path: Path, today: date, allow_synthetic: bool, keyring: Keyring) -> Iterator[list[PreparedPolicy]]:
    # A fresh process, not a fork: this one may have threads and open databases.
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    reader = context.Process(target=_send, args=(sender, path, today, allow_synthetic, keyring), daemon=True)
    reader.start()
    sender.close()
    # The next batch is taken in while this process waits for the database.
    with ThreadPoolExecutor(1) as beside:
        upcoming = beside.submit(receiver.recv)
        try:
            while (received := upcoming.result()) is not None:
                if isinstance(received, Exception):
                    raise received
                upcoming = beside.submit(receiver.recv)
                yield received
        except EOFError:
            raise PolicyFileError("Nothing was imported: the process that reads the file was ended") from None
        finally:
            reader.terminate()
            reader.join()
    receiver.close()


def _send(sender: Connection, path: Path, today: date, allow_synthetic: bool, keyring: Keyring) -> None:
    try:
        for batch in _read(path, today, allow_synthetic, keyring):
            sender.send(batch)
        sender.send(None)
    except PolicyFileError as error:
        sender.send(error)
    except (BrokenPipeError, KeyboardInterrupt):
        pass  # whoever wanted it has gone
