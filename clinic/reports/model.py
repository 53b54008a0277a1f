"""What a report says of one booking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from clinic.intake.note import NoteItem


@dataclass(frozen=True)
class BookingReport:
    """One booked consultation with what the patient told; times in UTC, names left out."""

    appointment_id: str
    reference: str
    status: str
    booked_at: datetime
    contact_before: datetime
    cancelled_at: datetime | None
    channel: str
    language: str
    subject: str | None
    patient_age: int | None
    reason_kind: str | None
    words: tuple[str, ...]
    duration: str | None
    severity: str | None
    policy_number: str | None
    note: tuple[NoteItem, ...] = ()
    """What the patient told, item by item, each beside their own words."""

    @property
    def masked_policy_number(self) -> str | None:
        """Return the policy number with only the last three digits shown."""
        number = self.policy_number
        return None if number is None else "*" * (len(number) - 3) + number[-3:]
