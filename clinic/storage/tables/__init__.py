"""All tables; importing this module makes the metadata complete, which migrations need."""

from clinic.storage.tables.audit import AuditEventRow
from clinic.storage.tables.base import Base, metadata
from clinic.storage.tables.booking import AppointmentRow
from clinic.storage.tables.conversations import ChatEventRow, ConversationRow, InboundMessageRow, OfferedChoiceRow
from clinic.storage.tables.coverage import PolicyMemberRow, PolicyRow
from clinic.storage.tables.findings import FindingRow
from clinic.storage.tables.identity import LoginSessionRow, PersonRow
from clinic.storage.tables.intake import IntakeNoteRow, IntakeRow
from clinic.storage.tables.messaging import OutboxMessageRow
from clinic.storage.tables.review import ReviewSessionRow

__all__ = [
    "AppointmentRow",
    "AuditEventRow",
    "Base",
    "ChatEventRow",
    "ConversationRow",
    "FindingRow",
    "InboundMessageRow",
    "IntakeNoteRow",
    "IntakeRow",
    "LoginSessionRow",
    "OfferedChoiceRow",
    "OutboxMessageRow",
    "PersonRow",
    "PolicyMemberRow",
    "PolicyRow",
    "ReviewSessionRow",
    "metadata",
]
