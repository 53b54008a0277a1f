"""The audit trail: who did what to which record."""

from clinic.audit.store import Audit, AuditEvent

__all__ = ["Audit", "AuditEvent"]
