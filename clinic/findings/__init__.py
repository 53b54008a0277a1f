"""What the emergency screen decided about which message."""

from clinic.findings.store import FindingRecord, Findings

__all__ = ["FindingRecord", "Findings"]
