"""Finished intakes written straight into the database, and what stands there after a booking."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select

from clinic.clock import oslo_date
from clinic.container import Container
from clinic.intake.store import IntakeStore
from clinic.seed import describe
from clinic.storage.tables import AppointmentRow, IntakeNoteRow, IntakeRow


def book_for_a_child(
    container: Container, words: Sequence[str], birth_date_known: bool = True, reference: str = "HL-7K3M9P"
) -> None:
    """Write what a finished intake leaves: Ingrid of the demo persons has booked for her four-year-old."""
    now = container.clock.now()
    summary = describe(oslo_date(now))
    ingrid = next(person for person in summary.persons if person["first_name"] == "Ingrid")
    person = container.persons.by_national_id(ingrid["national_id"])
    assert person is not None, "seed the database first"
    policy = next(policy for policy in container.coverage.policies_of(person.id) if policy.number == "34567890")
    conversation = container.conversations.get_or_create(f"c-{reference}", "sms", address="+4790000001")
    born = next(child["birth_date"] for child in ingrid["children"] if child["age"] == 4)
    with container.database.session() as session:
        intake = IntakeRow(
            conversation_id=conversation.id, channel="sms", language="nb", status="booked", person_id=person.id,
            policy_id=policy.id, policy_failures=0, policy_help=False, subject="child", child_name="Emma",
            child_birth_date=born if birth_date_known else None, reason_kind="symptoms", reason_done=True,
            duration_text="to dager", severity_text="ganske vondt", created_at=now, updated_at=now,
        )  # fmt: skip
        session.add(intake)
        session.flush()
        for position, text in enumerate(words):
            session.add(IntakeNoteRow(intake_id=intake.id, position=position, step="reason", text=text, created_at=now))
        session.add(
            AppointmentRow(
                intake_id=intake.id, person_id=person.id, reference=reference, status="booked", booked_at=now,
                contact_before=now + timedelta(minutes=20),
            )
        )  # fmt: skip


def booked_count(container: Container) -> int:
    """How many appointments there are."""
    with container.database.read() as session:
        return int(session.scalar(select(func.count()).select_from(AppointmentRow)) or 0)


def intake_status(container: Container, intake_id: str) -> str:
    """What has become of an intake."""
    with container.database.read() as session:
        intake = IntakeStore().get(session, intake_id)
    assert intake is not None
    return intake.status


def message_kinds(container: Container) -> list[str]:
    """The kinds of messages in the outbox, oldest first."""
    return [message.kind for message in reversed(container.outbox.newest())]
