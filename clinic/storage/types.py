"""Column types and small helpers that the tables share."""

from __future__ import annotations

import secrets
import time
import uuid
from datetime import datetime, timezone

from sqlalchemy import DateTime
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator):
    """An instant, stored in UTC and returned aware in UTC on every database (SQLite keeps no offset)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC; raises ValueError for a time without an offset, which would be a guess."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A stored time needs an offset")
        return value.astimezone(timezone.utc)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the instant aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=timezone.utc) if value.tzinfo is None else value.astimezone(timezone.utc)


def new_id() -> str:
    """Return a fresh random identifier (UUID 4)."""
    return str(uuid.uuid4())


def new_ordered_ids(count: int) -> list[str]:
    """Return fresh identifiers that grow with time (UUID 7, RFC 9562), for many rows at once.

    Rows that are added in the order of their keys are added to an index several times faster.
    """
    stamp = time.time_ns() // 1_000_000
    noise = f"-{secrets.randbits(14) | 0x8000:04x}-"
    tail = secrets.randbits(47)
    ids: list[str] = []
    for number in range(count):
        # The twelve bits after the version are a counter, so that the order holds within a millisecond.
        if not number & 0xFFF:
            time_part = f"{stamp + (number >> 12):012x}"
            before = f"{time_part[:8]}-{time_part[8:]}-7"
        ids.append(f"{before}{number & 0xFFF:03x}{noise}{tail + number:012x}")
    return ids
