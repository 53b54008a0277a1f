"""From a text to every sign and cue in it, each sign with its standing."""

from __future__ import annotations

from clinic.triage.knowledge import load
from clinic.triage.matching import Reading, read
from clinic.triage.measures import measure
from clinic.triage.normalise import split
from clinic.triage.standing import judge


def judged_reading(text: str) -> Reading:
    """Every sign and cue of a text, with what takes away from the signs."""
    knowledge = load()
    words = split(text, knowledge.files.respellings, knowledge.parting.part)
    reading = read(words, knowledge)
    reading.signs.extend(measure(text, words))
    judge(reading, knowledge.files.illness_names, knowledge.files.name_parts)
    return reading
