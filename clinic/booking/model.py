"""The words of booking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from clinic.errors import ClinicError

PROMISE = timedelta(minutes=20)
"""From the booking until a doctor has made contact, whatever the queue (the service's own terms)."""

WAITED_FOR = timedelta(hours=1)
"""How long after the promised time an appointment still counts as waiting, and its video link is open."""


class ServiceClosed(ClinicError):
    """No booking can be made outside 07:00–22:00 Oslo time."""


class IntakeIncomplete(ClinicError):
    """The intake lacks a step, or the patient has not confirmed it: nothing was booked."""


class AppointmentStatus(str, Enum):
    """What has become of an appointment. The doctor's side adds more."""

    BOOKED = "booked"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Appointment:
    """One booked consultation; times in UTC."""

    id: str
    intake_id: str
    person_id: str
    reference: str
    status: AppointmentStatus
    booked_at: datetime
    contact_before: datetime

    def is_waiting(self, now: datetime) -> bool:
        """Whether the doctor is still expected."""
        return self.status is AppointmentStatus.BOOKED and now <= self.contact_before + WAITED_FOR


@dataclass(frozen=True)
class Patient:
    """Who a consultation is for, as far as the video page needs it."""

    first_name: str
    language: str
