"""What time it is: the only place that asks the machine, so that tests and CLINIC_NOW can say otherwise."""

from __future__ import annotations

from datetime import date, datetime, timezone
from typing import Protocol
from zoneinfo import ZoneInfo

OSLO = ZoneInfo("Europe/Oslo")
UTC = timezone.utc


class Clock(Protocol):
    """Something that knows the time."""

    def now(self) -> datetime:
        """Return the current time, aware and in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the current time, aware and in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is set, for tests and for CLINIC_NOW in development."""

    def __init__(self, iso: str | datetime) -> None:
        """Stop the clock at `iso`; a time without an offset is read as Oslo time.

        Raises:
            ValueError: `iso` is not an ISO 8601 time.
        """
        self._now = _aware(iso)

    def now(self) -> datetime:
        """Return the time the clock was set to, aware and in UTC."""
        return self._now

    def set(self, iso: str | datetime) -> None:
        """Move the clock to another time; raises ValueError as the constructor does."""
        self._now = _aware(iso)


def to_oslo(moment: datetime) -> datetime:
    """Return the same instant as Norwegian wall-clock time."""
    return moment.astimezone(OSLO)


def oslo_date(moment: datetime) -> date:
    """Return the calendar day in Norway at this instant; birthdays and policy days are counted in it."""
    return to_oslo(moment).date()


def parse_time(iso: str) -> datetime:
    """Read an ISO 8601 time, with "Z" or an offset, or without either as Oslo time; returns it aware, in UTC.

    Raises:
        ValueError: `iso` is not an ISO 8601 time.
    """
    text = iso.strip()
    moment = datetime.fromisoformat(text[:-1] + "+00:00" if text[-1:] in "Zz" else text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=OSLO)
    return moment.astimezone(UTC)


def _aware(moment: str | datetime) -> datetime:
    return parse_time(moment if isinstance(moment, str) else moment.isoformat())
