"""Appointments; the unique intake makes a second booking of the same intake impossible."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String

from clinic.storage.tables.base import Base
from clinic.storage.types import UtcDateTime, new_id


class AppointmentRow(Base):
    """One booked consultation; `contact_before` is the promise given to the patient."""

    __tablename__ = "appointments"

    id = Column(String(36), primary_key=True, default=new_id)
    intake_id = Column(String(36), ForeignKey("intakes.id"), nullable=False, unique=True)
    person_id = Column(String(36), ForeignKey("persons.id"), nullable=False, index=True)
    reference = Column(String(20), nullable=False, unique=True)
    status = Column(String(20), nullable=False)
    booked_at = Column(UtcDateTime, nullable=False, index=True)
    contact_before = Column(UtcDateTime, nullable=False)
    cancelled_at = Column(UtcDateTime, nullable=True)
