"""How much of what messages tell is read: birth dates, policy numbers, children, durations, temperatures, medicines."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import yaml

from clinic.intake.answers import BirthDateUnreadable, find_date
from clinic.intake.facts import facts_in
from clinic.intake.note import note_of

TODAY = date(2026, 3, 2)
LEAST_F1 = 0.95
MESSAGES = yaml.safe_load((Path(__file__).parent / "messages.yml").read_text(encoding="utf-8"))


def told(text: str) -> dict[str, Any]:
    """What is read out of a message; nothing stands there as None."""
    facts = facts_in(text)
    note = {item.kind: item.value for item in note_of([text])}
    temperature, medicines = note.get("temperature"), note.get("medicines")
    return {
        "subject": facts.subject,
        "child_name": facts.child_name,
        "child_age": facts.child_age,
        "policy": facts.policy_number,
        "duration": facts.duration,
        "temperature": temperature.removesuffix(" °C") if temperature else None,
        "medicines": sorted(medicines.split(", ")) if medicines else None,
        "birth_date": _birth_date(text),
    }


def _birth_date(text: str) -> date | None:
    try:
        found = find_date(text, TODAY)
    except BirthDateUnreadable:
        return None
    return found[0] if found else None


def _same(name: str, read: Any, wanted: Any) -> bool:
    if name == "duration":
        return bool(wanted in read)
    return bool(read == (sorted(wanted) if name == "medicines" else wanted))


def test_entities_are_read() -> None:
    right = wrong = missed = 0
    mistakes = []
    for message in MESSAGES:
        for name, read in told(message["text"]).items():
            wanted = message.get(name)
            if read is not None and wanted is not None and _same(name, read, wanted):
                right += 1
            elif read is not None or wanted is not None:
                wrong += read is not None
                missed += wanted is not None
                mistakes.append(f"{message['text']!r}: {name} is {wanted!r}, read {read!r}")
    f1 = 2 * right / (2 * right + wrong + missed)
    assert f1 >= LEAST_F1, "\n".join([f"F1 {f1:.3f}", *mistakes])
    assert len(MESSAGES) >= 60
