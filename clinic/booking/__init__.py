"""Booked consultations: made exactly once, with the promise that a doctor comes within 20 minutes."""

from clinic.booking.model import Appointment, AppointmentStatus, IntakeIncomplete, ServiceClosed
from clinic.booking.service import Appointments

__all__ = ["Appointment", "AppointmentStatus", "Appointments", "IntakeIncomplete", "ServiceClosed"]
