"""Opening hours, with the edges of the day and the nights when the clocks change."""

from __future__ import annotations

from datetime import datetime

import pytest

from clinic import hours
from clinic.clock import OSLO, parse_time


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-03-02T06:59:59", False),
        ("2026-03-02T07:00:00", True),
        ("2026-03-02T21:59:59", True),
        ("2026-03-02T21:59:59.999999", True),
        ("2026-03-02T22:00:00", False),
        ("2026-03-02T00:00:00", False),
        ("2026-12-25T12:00:00", True),
        ("2026-03-01T12:00:00", True),
    ],
)
def test_open_from_seven_to_ten_every_day(moment: str, expected: bool) -> None:
    assert hours.is_open(parse_time(moment)) is expected


@pytest.mark.parametrize(
    ("utc", "expected"),
    [
        ("2026-01-15T06:00:00Z", True),  # winter: Oslo is an hour ahead
        ("2026-01-15T05:59:59Z", False),
        ("2026-07-15T05:00:00Z", True),  # summer: two hours
        ("2026-07-15T04:59:59Z", False),
        ("2026-07-15T20:00:00Z", False),
        ("2026-01-15T20:59:59Z", True),
    ],
)
def test_hours_follow_norwegian_wall_clocks(utc: str, expected: bool) -> None:
    assert hours.is_open(parse_time(utc)) is expected


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2026-03-02T06:00:00", "2026-03-02T07:00:00+01:00"),
        ("2026-03-02T12:00:00", "2026-03-03T07:00:00+01:00"),
        ("2026-03-02T23:10:00", "2026-03-03T07:00:00+01:00"),
        ("2026-12-31T22:30:00", "2027-01-01T07:00:00+01:00"),
        ("2026-03-28T23:00:00", "2026-03-29T07:00:00+02:00"),  # the night to summer time
        ("2026-10-24T23:00:00", "2026-10-25T07:00:00+01:00"),  # the night back
    ],
)
def test_next_opening_is_seven_in_the_morning_in_oslo(moment: str, opening: str) -> None:
    found = hours.next_opening(parse_time(moment))
    assert found.isoformat() == opening
    assert hours.is_open(found)


@pytest.mark.parametrize(("night", "real_hours"), [("2026-03-28", 8), ("2026-10-24", 10), ("2026-06-01", 9)])
def test_the_night_is_as_long_as_it_really_is(night: str, real_hours: int) -> None:
    closed = parse_time(f"{night}T22:00:00")
    waited = hours.next_opening(closed).timestamp() - closed.timestamp()
    assert waited == real_hours * 3600


def test_both_passes_of_the_doubled_hour_are_closed() -> None:
    for fold in (0, 1):
        assert not hours.is_open(datetime(2026, 10, 25, 2, 30, tzinfo=OSLO, fold=fold))


@pytest.mark.parametrize(
    ("moment", "closing"),
    [
        ("2026-03-02T21:59:59", "2026-03-02T22:00:00+01:00"),
        ("2026-03-02T22:00:00", "2026-03-03T22:00:00+01:00"),
        ("2026-03-29T01:00:00", "2026-03-29T22:00:00+02:00"),
    ],
)
def test_closing_time(moment: str, closing: str) -> None:
    assert hours.closes_at(parse_time(moment)).isoformat() == closing
