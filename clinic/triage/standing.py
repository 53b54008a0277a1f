"""Whether a sign counts: denied, only named, long past, over, imagined, feared, figurative, or about an animal.

The order matters. A third of the emergencies in Norwegian are negative in form ("puster ikke"), so signs are found
first and their negators taken out of play; only then does a negation reach forward over the nouns after it.
Another person never takes anything away: most emergencies are about somebody else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from clinic.triage.matching import ACTIVE, Hit, Reading

_NEGATION_REACH = 10
_FEAR_REACH = 9
_HAVING_REACH = 6
_A_CRY = 6
"""Words of a message so short that a name alone says it: "hjerneslag!", "cardiac arrest"."""


def judge(reading: Reading, names: frozenset[str], parts: frozenset[str]) -> None:
    """Set the status of every sign of the reading; nothing is removed.

    Args:
        reading: what was found in the message.
        names: words that name an illness.
        parts: words that are only part of such a name.
    """
    judgement = _Judgement(reading, names, parts)
    for hit in reading.signs:
        hit.status = judgement.of(hit)


class _Judgement:
    def __init__(self, reading: Reading, names: frozenset[str], parts: frozenset[str]) -> None:
        self._reading = reading
        self._names, self._name_words = names, names | parts
        self._words = reading.words
        self._by_sentence: defaultdict[tuple[str, int], list[Hit]] = defaultdict(list)
        for kind, cues in reading.cues.items():
            for cue in cues:
                self._by_sentence[kind, reading.words.sentence[cue.first]].append(cue)
        self._figurative = _places(reading.cues.get("figurative", ()))
        # A negator inside a sign reaches to the end of that sign: "ikke kontakt" is no "kontakt".
        self._own = {
            place: hit.last
            for hit in reading.signs
            if hit.negative and not self._masked(hit)
            for place in range(hit.first, hit.last + 1)
        }
        resolved = _places(reading.cues.get("resolved", ()))
        # In nynorsk and many dialects "no" is the English "now".
        now = {place for place, word in enumerate(reading.words.words) if word == "no" and reading.norwegian}
        self._present = {hit.first for hit in reading.cues.get("present", ()) if hit.first not in resolved} | now
        self._lasting = {hit.first for hit in reading.cues.get("lasting", ())}
        self._ends = {hit.first for hit in reading.cues.get("but", ())}
        self._or = {hit.first for hit in reading.cues.get("or", ())}
        self._and = {hit.first for hit in reading.cues.get("and", ())}
        self._starts = {hit.first for hit in reading.cues.get("starts", ())}
        self._joins = {hit.first for hit in reading.cues.get("joins", ())}
        self._negators = [hit for hit in reading.cues.get("negation", ()) if hit.first not in self._figurative | now]
        self._denied = {place for cue in self._negators for place in self._scope(cue)}
        self._negator_places = {hit.first for hit in self._negators if hit.first not in self._own}
        self._not_alone = {hit.first for hit in reading.cues.get("negation_goes_on", ())}

    def of(self, hit: Hit) -> str:
        """The strongest reason why a sign does not count, or "active"."""
        if self._masked(hit):
            return "figurative"
        if not hit.negative and self._is_denied(hit):
            return "negated"
        if self._is_only_named(hit):
            return "mentioned"
        if self._near("past", hit) and not self._is_present(hit, in_clause=True):
            return "past"
        if self._is_imagined(hit):
            return "hypothetical"
        if self._is_feared(hit):
            return "feared"
        present = self._is_present(hit)
        if self._is_animal(hit, present):
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
        if cue.first in self._own:
            return range(start, self._own[cue.first] + 1)
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
            answer.first == after
            and self._words.sentence[after - 1] in (self._words.sentence[after], self._words.sentence[after] - 1)
            for answer in self._reading.cues.get("answered_no", ())
        )

    def _cues(self, kind: str, hit: Hit) -> Sequence[Hit]:
        """The cues of a kind in the sentence of a sign."""
        if kind not in self._reading.cues:
            return ()
        return self._by_sentence.get((kind, self._words.sentence[hit.first]), ())

    def _is_present(self, hit: Hit, in_clause: bool = False, after: int = -1) -> bool:
        """Whether "now" stands in the sign's sentence after word number `after`; in its clause, where it must be more
        than "still" and nobody says that all is well."""
        unit = self._words.clause if in_clause else self._words.sentence
        places = self._present if in_clause else self._present | self._lasting
        if in_clause and self._is_resolved(hit):
            return False
        return any(unit[place] == unit[hit.first] and place > after for place in places)

    def _is_only_named(self, hit: Hit) -> bool:
        """An illness by its name, in a longer message in which nobody is said to have it: mostly talk about it."""
        words = self._words
        named = words.words[hit.first : hit.last + 1]
        if len(words) <= _A_CRY or self._names.isdisjoint(named) or not self._name_words.issuperset(named):
            return False
        clause = words.clause
        return not any(
            hit.first - _HAVING_REACH <= cue.first < hit.first and clause[cue.first] == clause[hit.first]
            for cue in self._cues("having", hit)
        ) and not self._cues("calls_for_help", hit)

    def _near(self, kind: str, hit: Hit) -> bool:
        """A cue in the sentence that reaches the sign: in its clause, or over a comma when both are told as past."""
        clause = self._words.clause
        return any(clause[cue.first] == clause[hit.first] or self._told_as_past(hit) for cue in self._cues(kind, hit))

    def _begins_here(self, hit: Hit) -> bool:
        clause = self._words.clause
        return any(clause[cue.first] == clause[hit.first] for cue in self._cues("onset", hit))

    def _told_as_past(self, hit: Hit) -> bool:
        clause = self._words.clause
        return not self._begins_here(hit) and any(
            clause[cue.first] == clause[hit.first] for cue in self._cues("past_verb", hit)
        )

    def _is_imagined(self, hit: Hit) -> bool:
        if self._reading.cues.get("about") and not self._is_present(hit):
            return True
        if any(not self._is_present(hit, after=cue.last) for cue in self._cues("informational", hit)):
            return True
        return any(
            cue.first <= hit.first and self._reaches(cue, hit) and not self._is_present(hit, after=cue.last)
            for cue in self._cues("hypothetical", hit)
        )

    def _is_feared(self, hit: Hit) -> bool:
        return any(
            cue.first <= hit.first <= cue.last + _FEAR_REACH
            and self._reaches(cue, hit)
            and not self._is_present(hit, after=cue.last)
            for cue in self._cues("feared", hit)
        )

    def _reaches(self, cue: Hit, hit: Hit) -> bool:
        """Whether no "but" stands between a cue and the sign after it."""
        return not any(cue.last < end.first < hit.first for end in self._cues("but", hit))

    def _is_animal(self, hit: Hit, present: bool) -> bool:
        """An animal before the sign in its sentence, and no human being between them; now, only in its clause."""
        # The English "I" is the Norwegian "in": a human counts in the language of the sign.
        humans = [cue.first for cue in self._cues("human", hit) if cue.language == hit.language]
        clause = self._words.clause
        return any(
            cue.first <= hit.first
            and not any(cue.last < place <= hit.last for place in humans)
            and (not present or clause[cue.first] == clause[hit.first])
            for cue in self._cues("animal", hit)
        )

    def _is_resolved(self, hit: Hit) -> bool:
        sentence = self._words.sentence[hit.first]
        return any(
            cue.first > hit.last
            for later in (sentence, sentence + 1)
            for cue in self._by_sentence.get(("resolved", later), ())
        )


def _places(hits: Iterable[Hit]) -> set[int]:
    return {place for hit in hits for place in range(hit.first, hit.last + 1)}
