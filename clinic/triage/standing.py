"""Whether a sign counts: denied, long past, over, imagined, feared, figurative, or about an animal.

The order matters. A third of the emergencies in Norwegian are negative in form ("puster ikke"), so signs are found
first and their negators taken out of play; only then does a negation reach forward over the nouns after it.
Another person never takes anything away: most emergencies are about somebody else.
"""

from __future__ import annotations

from collections.abc import Iterable

from clinic.triage.matching import ACTIVE, Hit, Reading

_NEGATION_REACH = 10
_FEAR_REACH = 9


def judge(reading: Reading) -> None:
    """Set the status of every sign of the reading; nothing is removed."""
    judgement = _Judgement(reading)
    for hit in reading.signs:
        hit.status = judgement.of(hit)


class _Judgement:
    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._words = reading.words
        self._figurative = _places(reading.cues.get("figurative", ()))
        own = _places(hit for hit in reading.signs if hit.negative and not self._masked(hit)) | self._figurative
        resolved = _places(reading.cues.get("resolved", ()))
        self._present = {hit.first for hit in reading.cues.get("present", ()) if hit.first not in resolved}
        self._ends = {hit.first for hit in reading.cues.get("but", ())}
        self._or = {hit.first for hit in reading.cues.get("or", ())}
        self._and = {hit.first for hit in reading.cues.get("and", ())}
        self._starts = {hit.first for hit in reading.cues.get("starts", ())}
        self._joins = {hit.first for hit in reading.cues.get("joins", ())}
        self._negators = [hit for hit in reading.cues.get("negation", ()) if hit.first not in own]
        self._denied = {place for cue in self._negators for place in self._scope(cue)}
        self._negator_places = {hit.first for hit in self._negators}
        self._not_alone = {hit.first for hit in reading.cues.get("negation_goes_on", ())}

    def of(self, hit: Hit) -> str:
        """The strongest reason why a sign does not count, or "active"."""
        if self._masked(hit):
            return "figurative"
        if not hit.negative and self._is_denied(hit):
            return "negated"
        present = self._is_present(hit)
        if self._is_past(hit) and not present:
            return "past"
        if self._is_imagined(hit) and not present:
            return "hypothetical"
        if self._is_feared(hit) and not present:
            return "feared"
        if self._is_animal(hit) and not present:
            return "animal"
        if not hit.negative and self._is_resolved(hit):
            return "resolved"
        if self._near("recent", hit) and not present:
            return "recent"
        return ACTIVE

    def _masked(self, hit: Hit) -> bool:
        return any(place in self._figurative for place in range(hit.first, hit.last + 1))

    def _scope(self, cue: Hit) -> range:
        """The words a negation reaches: forward to a "but", a full stop or a new statement."""
        words = self._words
        start, stop = cue.last + 1, min(len(words), cue.last + 1 + _NEGATION_REACH)
        joins = cue.first in self._joins
        for place in range(start, stop):
            if words.sentence[place] != words.sentence[cue.first] or place in self._ends or place in self._present:
                return range(start, place)
            if words.clause[place] != words.clause[place - 1] and not self._list_goes_on(place, stop):
                return range(start, place)
            if place in self._and and not joins:
                return range(start, place)
        return range(start, stop)

    def _list_goes_on(self, place: int, stop: int) -> bool:
        """Whether a comma only parts the items of a list that ends in "or": "no fever, cough or chest pain"."""
        if place in self._starts:
            return False
        for later in range(place, stop):
            if self._words.sentence[later] != self._words.sentence[place] or later in self._starts:
                return False
            if later in self._or:
                return True
        return False

    def _is_denied(self, hit: Hit) -> bool:
        if hit.first in self._denied:
            return True
        after = hit.last + 1
        if after in self._negator_places and self._words.clause[after] == self._words.clause[hit.last]:
            return after not in self._not_alone
        return any(
            answer.first == after and self._words.sentence[after - 1] in (self._words.sentence[after], self._words.sentence[after] - 1)
            for answer in self._reading.cues.get("answered_no", ())
        )

    def _is_present(self, hit: Hit) -> bool:
        sentence = self._words.sentence[hit.first]
        return any(self._words.sentence[place] == sentence for place in self._present)

    def _near(self, kind: str, hit: Hit) -> bool:
        """A cue in the sentence that reaches the sign: in its clause, or over a comma when both are told as past."""
        words = self._words
        for cue in self._reading.cues.get(kind, ()):
            if words.sentence[cue.first] != words.sentence[hit.first]:
                continue
            if words.clause[cue.first] == words.clause[hit.first] or self._told_as_past(words.clause[hit.first]):
                return True
        return False

    def _told_as_past(self, clause: int) -> bool:
        return any(self._words.clause[cue.first] == clause for cue in self._reading.cues.get("past_verb", ()))

    def _is_past(self, hit: Hit) -> bool:
        return self._near("past", hit)

    def _is_imagined(self, hit: Hit) -> bool:
        words = self._words
        sentence = words.sentence[hit.first]
        for cue in self._reading.cues.get("informational", ()):
            if words.sentence[cue.first] == sentence:
                return True
        for cue in self._reading.cues.get("hypothetical", ()):
            if words.sentence[cue.first] == sentence and cue.first <= hit.first:
                if not any(cue.last < end < hit.first for end in self._ends):
                    return True
        return False

    def _is_feared(self, hit: Hit) -> bool:
        return any(
            self._words.sentence[cue.first] == self._words.sentence[hit.first]
            and cue.first <= hit.first <= cue.last + _FEAR_REACH
            and not any(cue.last < end < hit.first for end in self._ends)
            for cue in self._reading.cues.get("feared", ())
        )

    def _is_animal(self, hit: Hit) -> bool:
        """An animal before the sign in its sentence, and no human being between them or after the sign."""
        words = self._words
        humans = [cue.first for cue in self._reading.cues.get("human", ())]
        for cue in self._reading.cues.get("animal", ()):
            if words.sentence[cue.first] != words.sentence[hit.first] or cue.first > hit.first:
                continue
            if not any(cue.last < place and words.sentence[place] == words.sentence[cue.first] for place in humans):
                return True
        return False

    def _is_resolved(self, hit: Hit) -> bool:
        words = self._words
        return any(
            cue.first > hit.last and words.sentence[cue.first] - words.sentence[hit.first] in (0, 1)
            for cue in self._reading.cues.get("resolved", ())
        )


def _places(hits: Iterable[Hit]) -> set[int]:
    return {place for hit in hits for place in range(hit.first, hit.last + 1)}
