"""The note for the doctor: what was told, each item beside the patient's words, and nothing else."""

from __future__ import annotations

import pytest

from clinic.intake.note import NoteItem, note_of


def test_a_childs_fever_item_by_item() -> None:
    first = "Sønnen min har feber på 39,2 og hoster. Det blir verre om natta. Har tatt Paracet og Ibux."
    note = note_of([first, "Han er allergisk mot penicillin."], "i tre dager", "7 av 10", "no")
    assert note == [
        NoteItem("reason", None, first),
        NoteItem("reason", None, "Han er allergisk mot penicillin."),
        NoteItem("duration", None, "i tre dager"),
        NoteItem("severity", "7/10", "7 av 10"),
        NoteItem("temperature", "39,2 °C", "Sønnen min har feber på 39,2 og hoster."),
        NoteItem("course", "worse", "Det blir verre om natta."),
        NoteItem("medicines", "Paracet, Ibux", "Har tatt Paracet og Ibux."),
        NoteItem("allergies", "penicillin", "Han er allergisk mot penicillin."),
        NoteItem("warning_signs", "no", ""),
    ]


@pytest.mark.parametrize(
    ("words", "kind", "value"),
    [
        ("Temp 38.4 this morning", "temperature", "38,4 °C"),
        ("40 i feber", "temperature", "40,0 °C"),
        ("det er ikkje betre i dag", "course", "not_better"),
        ("it comes and goes", "course", "comes_and_goes"),
        ("I use metformin and Eliquis", "medicines", "metformin, Eliquis"),
        ("ingen allergier", "allergies", "no"),
        ("No known allergies", "allergies", "no"),
        ("tåler ikke Ibux", "allergies", "Ibux"),
        ("jeg er gravid i uke 12", "pregnant", None),
    ],
)
def test_one_item(words: str, kind: str, value: str | None) -> None:
    assert NoteItem(kind, value, words) in note_of([words])


@pytest.mark.parametrize(
    "words", ["vondt i halsen", "38 år gammel", "tlf 39 22 11 00", "I am 40", "klinikken åpner 0800"]
)
def test_nothing_is_invented(words: str) -> None:
    assert note_of([words]) == [NoteItem("reason", None, words)]
