"""The list of bookings: newest first, whose age it is, and words in the order they were written."""

from __future__ import annotations

from clinic.clock import FixedClock
from clinic.container import Container
from clinic.reports import Reports
from clinic.seed import seed
from tests.support.bookings import book_for_a_child


def test_bookings_come_newest_first_with_their_words(container: Container, clock: FixedClock) -> None:
    seed(container)
    book_for_a_child(container, ["først", "så", "til slutt"], reference="HL-AAAAAA")
    clock.set("2026-03-02T13:00:00")
    book_for_a_child(container, [], birth_date_known=False, reference="HL-BBBBBB")
    newest, oldest = Reports(container.database).bookings()
    assert (newest.reference, newest.words, newest.patient_age) == ("HL-BBBBBB", (), None)
    assert (oldest.words, oldest.patient_age, oldest.subject) == (("først", "så", "til slutt"), 4, "child")
    assert (oldest.policy_number, oldest.masked_policy_number) == ("34567890", "*****890")
    assert (newest.booked_at - oldest.booked_at).total_seconds() == 3600
    assert [booking.reference for booking in Reports(container.database).bookings(limit=1)] == ["HL-BBBBBB"]


def test_there_may_be_no_bookings(container: Container) -> None:
    assert Reports(container.database).bookings() == []
