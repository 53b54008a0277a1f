"""What the emergency screen decided about which message."""

from clinic.findings.model import FindingFilter, FindingPage, FindingRecord, FindingSummary
from clinic.findings.pages_store import FindingPages
from clinic.findings.store import Findings

__all__ = ["FindingFilter", "FindingPage", "FindingPages", "FindingRecord", "FindingSummary", "Findings"]
