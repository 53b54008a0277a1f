"""Findings and the audit trail."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from clinic.clock import FixedClock
from clinic.container import Container


@dataclass(frozen=True)
class _Span:
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class _Finding:
    """The shape of what the screen returns."""

    text: str
    decision: str
    category: str | None
    evidence: tuple[_Span, ...]
    advice_key: str | None = "emergency"
    language: str | None = "nb"
    cancelled: tuple[_Span, ...] = ()
    explanation: str = "Rule one is met."


BREATH = _Finding("jeg får ikke puste", "emergency", "breathing", (_Span(4, 18, "får ikke puste"),))
CRISIS = _Finding("vil ikke leve", "mental_crisis", None, ())


def test_findings_are_kept_newest_first(container: Container, clock: FixedClock) -> None:
    container.findings.record(BREATH, "c1", "sms", step="reason")
    clock.set("2026-03-02T12:05:00")
    container.findings.record(CRISIS, "c2", "web")
    found = container.findings.list()
    assert [finding.conversation_id for finding in found] == ["c2", "c1"]
    breath = container.findings.list("c1")[0]
    assert (breath.text, breath.decision, breath.category, breath.step) == (
        "jeg får ikke puste", "emergency", "breathing", "reason"
    )  # fmt: skip
    assert breath.evidence == [{"start": 4, "end": 18}]
    assert len(container.findings.list(limit=1)) == 1


def test_the_latest_finding_is_marked_as_a_mistake(container: Container, clock: FixedClock) -> None:
    container.findings.record(BREATH, "c1", "sms")
    clock.set("2026-03-02T12:05:00")
    container.findings.record(CRISIS, "c1", "sms")
    assert container.findings.mark_mistake("c1")
    latest, earlier = container.findings.list("c1")
    assert latest.marked_mistake_at == clock.now() and earlier.marked_mistake_at is None
    assert not container.findings.mark_mistake("c2")


def test_audit_events_stand_with_the_deed(container: Container) -> None:
    with container.database.session():
        container.audit.record("patient", "intake.booked", "appointment", "a1", channel="sms")
    with pytest.raises(RuntimeError), container.database.session():
        container.audit.record("patient", "appointment.cancelled", "appointment", "a1")
        raise RuntimeError("cancelling failed")
    (event,) = container.audit.list("appointment", "a1")
    assert (event.actor, event.action, event.detail) == ("patient", "intake.booked", {"channel": "sms"})
    assert event.at == container.clock.now()
