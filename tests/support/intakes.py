"""Finished intakes, as the conversation leaves them just before the booking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from clinic.container import Container
from clinic.coverage import Role
from clinic.identity.persons import Person
from clinic.intake.model import Intake, Note
from clinic.intake.store import IntakeStore
from tests.support.people import BORN_1980
from tests.support.policies import add_person, add_policy

WORDS = "vondt i halsen og litt hoste"
PHONE = "+4790000001"


@dataclass(frozen=True)
class Ready:
    """An intake with the person who made it."""

    intake_id: str
    person: Person
    conversation_id: str


def ready_intake(
    container: Container,
    first_name: str = "Kari",
    born: date = BORN_1980,
    policy: str = "12345678",
    channel: str = "sms",
    language: str = "nb",
    **changed: object,
) -> Ready:
    """An intake with every step answered and confirmed, but for what is `changed` (fields of `Intake`)."""
    add_policy(container, policy, [(Role.HOLDER, first_name, born)])
    person = add_person(container, first_name, born)
    conversation_id = f"{channel}-{policy}"
    container.conversations.get_or_create(conversation_id, channel, language, PHONE)
    answers: dict[str, object] = {
        "status": "confirmed",
        "person_id": person.id,
        "policy_id": container.coverage.policies_of(person.id)[0].id,
        "subject": "self",
        "reason_kind": "symptom",
        "reason_done": True,
        "duration_text": "to dager",
        "severity_text": "ganske plagsomt",
        "warning_answer": "no",
        "notes": [Note("reason", WORDS)],
    }
    with container.database.session() as session:
        intake = IntakeStore().create(session, conversation_id, channel, language, container.clock.now())
        change(container, intake, **answers | changed)
    return Ready(intake.id, person, conversation_id)


def change(container: Container, intake: Intake, **values: object) -> None:
    """Set fields of an intake and write it."""
    for name, value in values.items():
        assert hasattr(intake, name), f"an intake has no {name}"
        setattr(intake, name, value)
    with container.database.session() as session:
        IntakeStore().save(session, intake, container.clock.now())
