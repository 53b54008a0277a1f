"""Reports that read across capabilities, for the command line and later the doctor's side."""

from clinic.reports.model import BookingReport
from clinic.reports.store import Reports

__all__ = ["BookingReport", "Reports"]
