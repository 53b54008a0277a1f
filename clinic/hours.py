"""Opening hours: 07:00 to 22:00 in Norway, every day of the year, summer time included."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from clinic.clock import OSLO, to_oslo

OPENS = time(7, 0)
CLOSES = time(22, 0)


def is_open(now: datetime) -> bool:
    """Return whether a booking can be made at this instant: from 07:00:00 until just before 22:00:00 Oslo time."""
    return OPENS <= to_oslo(now).time() < CLOSES


def next_opening(now: datetime) -> datetime:
    """Return when the service opens next, in Oslo time; while it is open, that is tomorrow's opening."""
    local = to_oslo(now)
    day = local.date() if local.time() < OPENS else local.date() + timedelta(days=1)
    return datetime.combine(day, OPENS, tzinfo=OSLO)


def closes_at(now: datetime) -> datetime:
    """Return when the service closes, in Oslo time: today's closing, or the next one after closing time."""
    local = to_oslo(now)
    day = local.date() if local.time() < CLOSES else local.date() + timedelta(days=1)
    return datetime.combine(day, CLOSES, tzinfo=OSLO)
