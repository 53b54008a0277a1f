"""A learned cue beside those of `context.yml`: talk about an emergency instead of the report of one.

"Our reading group discusses a book called Heart attack" holds a sign, and no list holds every such frame. Where neither
the sentences of the signs nor the whole message look the least like any emergency to the statistical model, the signs
are set aside, as after "what are the symptoms of". Like those cues it never takes away what is negative in form
("puster ikke"), what stands with a cue of the present ("nå", "suddenly"), or what is said in a few words; words of
despair and of what was swallowed must look even less like an emergency. Surroundings cannot hide a sign, because its
sentence, or its clause, is weighed alone as well.
"""

from __future__ import annotations

from clinic.triage.estimate import Scales
from clinic.triage.matching import Reading
from clinic.triage.reading import judged_reading
from clinic.triage.rules import Met

FEW_WORDS = 6
"""What is said in no more words is never taken for talk."""
_QUIET = frozenset({"mental", "poisoning"})
"""Categories whose alarms are often told in a harmless tone."""
_SURER = 0.25
"""The share of the threshold that holds for those."""


def without_talk(met: list[Met], text: str, reading: Reading, scales: Scales) -> list[Met]:
    """The rules that are met by more than talk; the signs of the others get that standing."""
    if not met or scales.probability(reading) >= scales.model.talk:
        return met
    reported = []
    for one in met:
        if one.decision != "urgent" and _is_only_talk(one, text, reading, scales):
            for hit in one.hits:
                hit.status = "talk"
        else:
            reported.append(one)
    return reported


def _is_only_talk(met: Met, text: str, reading: Reading, scales: Scales) -> bool:
    """Whether the sentences of the signs that met a rule are nothing but talk; of quiet ones even their clauses.

    Args:
        met: the rule with its signs.
        text: everything that was read.
        reading: the signs and cues of `text`.
        scales: the statistical model, whose `talk` threshold decides.
    """
    if any(hit.negative for hit in met.hits):
        return False
    quiet = met.rule.category in _QUIET
    threshold = scales.model.talk * (_SURER if quiet else 1)
    if scales.probability(reading) >= threshold:
        return False
    words = reading.words
    sentences = {words.sentence[hit.first] for hit in met.hits}
    present = {words.sentence[hit.first] for hit in (*reading.cues.get("present", ()), *reading.cues.get("onset", ()))}
    if sentences & present:
        return False
    number = words.clause if quiet else words.sentence
    for part in {number[hit.first] for hit in met.hits}:
        places = [place for place, its_part in enumerate(number) if its_part == part]
        alone = text[words.spans[places[0]][0] : words.spans[places[-1]][1]]
        if len(places) <= FEW_WORDS or scales.probability(judged_reading(alone)) >= threshold:
            return False
    return True
