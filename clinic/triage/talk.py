"""A learned cue beside those of `context.yml`: talk about an emergency instead of the report of one.

"Our reading group discusses a book called Heart attack" holds a sign, and no list holds every such frame. Where neither
the sentences of the signs nor the whole message look the least like any emergency to the statistical model, the signs
are set aside, as after "what are the symptoms of". Like those cues it never takes away what is negative in form
("puster ikke"), what stands with a cue of the present ("nå", "suddenly"), what is said in a few words, words of
despair, or what was swallowed; surroundings cannot hide a sign, because its sentence is weighed alone as well.
"""

from __future__ import annotations

from clinic.triage.estimate import Scales
from clinic.triage.matching import Reading
from clinic.triage.reading import judged_reading
from clinic.triage.rules import Met

FEW_WORDS = 6
"""What is said in no more words is never taken for talk."""
_CATEGORIES_LEFT_ALONE = frozenset({"mental", "poisoning"})


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
    """Whether the sentences of the signs that met a rule are nothing but talk.

    Args:
        met: the rule with its signs.
        text: everything that was read.
        reading: the signs and cues of `text`.
        scales: the statistical model, whose `talk` threshold decides.
    """
    if met.rule.category in _CATEGORIES_LEFT_ALONE or any(hit.negative for hit in met.hits):
        return False
    words = reading.words
    sentences = {words.sentence[hit.first] for hit in met.hits}
    present = {words.sentence[hit.first] for hit in (*reading.cues.get("present", ()), *reading.cues.get("onset", ()))}
    if sentences & present:
        return False
    for number in sentences:
        places = [place for place, sentence in enumerate(words.sentence) if sentence == number]
        alone = text[words.spans[places[0]][0] : words.spans[places[-1]][1]]
        if len(places) <= FEW_WORDS or scales.probability(judged_reading(alone)) >= scales.model.talk:
            return False
    return True
