"""Signs that are numbers: ages, temperatures, weeks of pregnancy, oxygen, blood sugar, tablets, minutes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from clinic.triage.matching import Hit
from clinic.triage.normalise import Words

_NUMBERS = {
    "en": 1, "ett": 1, "ei": 1, "to": 2, "tre": 3, "fire": 4, "fem": 5, "seks": 6, "syv": 7, "sju": 7, "åtte": 8,
    "ni": 9, "ti": 10, "elleve": 11, "tolv": 12, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
    "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip
_NUMBER = r"(?P<number>\d{1,3}(?:[.,]\d+)?|" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + ")"
_UNIT = (
    r"(?P<unit>dag(?:er|ar)?s?|days?|døgn|uke(?:r|rs)?s?|veke[rs]?|wks?|weeks?|m(?:å|aa|a)n(?:e|a)d(?:er|ar)?s?|mnd(?:er)?s?"
    r"|months?|mos?|(?:å|aa)rs?|yrs?|years?|yo|y/o)"
)
_YEARS_PER = {"d": 1 / 365, "u": 7 / 365, "v": 7 / 365, "w": 7 / 365, "m": 1 / 12, "å": 1.0, "a": 1.0, "y": 1.0}
_SMALL = r"(?:baby(?:en)?|babe|spedbarn(?:et)?|barn(?:et)?|s(?:ø|o|oe)nn(?:en)?|dat(?:t)?er(?:en|a)?|jente|gutt|son|daughter|child|infant|newborn|girl|boy|kid)"
_WHO = r"(?:\s+(?:min|mi|mitt|vår|vårt|our|my|er|is|på|som|who|that|og|and|han|hun|ho|she|he))*"
_AGES = (
    re.compile(rf"\b{_NUMBER}[\s-]*{_UNIT}[\s-]*(?:gamm|gaml|gammal|old\b)"),
    re.compile(rf"\b{_NUMBER}[\s-]*(?P<unit>mnds?|ukers|måneders|maneders|months?|weeks?|days?|dagers|års|yrs?|years?)[\s-]*{_SMALL}\b"),
    re.compile(rf"\b{_NUMBER}[\s-]*(?P<unit>åring|aaring|aring|yo\b|y/o)"),
    re.compile(rf"\b{_SMALL}{_WHO}\s+\(?{_NUMBER}[\s-]*{_UNIT}"),
    re.compile(rf"\b(?:he|she|han|hun|ho|hu)\s+(?:is|er|e)\s+(?:only|just|bare|kun)?\s*{_NUMBER}[\s-]*{_UNIT}\b(?!\s*(?:ago|siden))"),
)  # fmt: skip
_AGE_HINT = re.compile(
    r"gamm|gaml|old\b|åring|aaring|aring|mnd|month|week|uke|måned|maned|spedbarn|baby|barn|sønn|sonn|datt|son\b"
    r"|daughter|child|infant|newborn|girl|boy|kid|jente|gutt|\b(?:he|she|han|hun|ho|hu)\b"
)
_TEMPERATURE = re.compile(r"(?<![\d.,])(?P<number>(?:2\d|3\d|4[0-3])(?:[.,]\d)?)(?![\d]|[.,]\d\d)\s*(?P<after>°|grad|degree|c\b|i feber|feber|fever|i temp)?")
_HEAT_NEAR = re.compile(r"feber|fever|temp|°|grad\w*|degrees?|\bcelsius|\bhot\b|varm")
_FAHRENHEIT = re.compile(r"\b(?P<number>10[0-7](?:[.,]\d)?)\s*(?:°\s*)?(?:f\b|fahrenheit|degrees|fever|temp)|(?:fever|temp\w*)\s+(?:of\s+|is\s+|at\s+)?(?P<other>10[0-7](?:[.,]\d)?)\b")
_OXYGEN = re.compile(r"(?:saturation|sats?|spo2|metning\w*|saturasjon|oksygen\w*|oxygen\w*|o2)\W{0,3}(?:\w+\W+){0,3}?(?P<number>[4-9]\d)\b")
_SUGAR = re.compile(r"(?:blodsukker\w*|blod\s*sukker\w*|sukker\w*|glucose|blood\s+sugar|bs|sugar)\W{0,3}(?:\w+\W+){0,4}?(?P<number>\d{1,2}(?:[.,]\d)?)\b")
_PREGNANCY = re.compile(r"(?:uke|week|weeks|wk)\s*(?P<number>\d{1,2})\b|\b(?P<other>\d{1,2})\s*(?:\+\s*\d\s*)?(?:uker|weeks|wks|veker)\s*(?:gravid|pregnant|på vei|på veg|along|svanger)|(?:gravid|pregnant)\D{0,14}(?P<third>\d{1,2})\s*(?:uker|weeks|wks|veker)")
_TABLETS = re.compile(r"\b(?P<number>\d{1,3})\s*(?:stk\s*)?(?:\w+\s+){0,2}?(?:paracet\w*|pinex\w*|paracetamol|panodil|tabl\w*|pill\w*|ibux\w*|ibuprofen|sobril|vival|imovane|zopiklon\w*|pills|tablets|acetaminophen|tylenol|oxy\w*|sleeping|sovetablett\w*|antidepress\w*|sertralin\w*|cipralex)")
_MINUTES = re.compile(r"\b(?P<number>\d{1,3}|ti|ten|tjue|twenty|fem|five|femten)\s*(?:min\b|minutt\w*|minute\w*)|\b(?:halv|en|half an|an)\s*(?:time|hour)\b")


def known_from_age(age: float | None) -> frozenset[str]:
    """The signs that a known age in years gives."""
    return frozenset() if age is None else frozenset(_ages(age))


def measure(text: str, words: Words) -> list[Hit]:
    """The signs that numbers in the message give, with the words they stand in."""
    lowered = text.lower()
    # Most messages hold no number and no age: two quick looks spare all the rest.
    if len(lowered) != len(text) or not words.spans:
        return []
    starts = [start for start, _ in words.spans]
    hits: list[Hit] = []
    for sign, start, end in _all(lowered):
        first = max(0, bisect_right(starts, start) - 1)
        last = max(first, bisect_right(starts, max(start, end - 1)) - 1)
        hits.append(Hit(sign, first, last))
    return hits


def _all(text: str) -> Iterator[tuple[str, int, int]]:
    has_digit = any(character.isdigit() for character in text)
    if _AGE_HINT.search(text):
        for pattern in _AGES:
            for match in pattern.finditer(text):
                for sign in _ages(_number(match["number"]) * _YEARS_PER[match["unit"][0]]):
                    yield sign, match.start(), match.end()
    for match in _MINUTES.finditer(text):
        if match["number"] is None or _minutes(match["number"]) >= 5:
            yield "long_time_minutes", match.start(), match.end()
    if not has_digit:
        return
    yield from _heat(text)
    for match in _OXYGEN.finditer(text):
        if int(match["number"]) <= 90:
            yield "saturation_low", match.start(), match.end()
    for match in _SUGAR.finditer(text):
        value = _number(match["number"])
        if value < 3.5 or value >= 20:
            yield ("blood_sugar_low" if value < 3.5 else "blood_sugar_high"), match.start(), match.end()
    for match in _PREGNANCY.finditer(text):
        weeks = int(match["number"] or match["other"] or match["third"])
        if 20 <= weeks <= 43:
            yield "pregnant_late", match.start(), match.end()
        if 20 <= weeks < 37:
            yield "pregnant_preterm", match.start(), match.end()
    for match in _TABLETS.finditer(text):
        if int(match["number"]) >= 10:
            yield "too_many_tablets", match.start(), match.end()


def _heat(text: str) -> Iterator[tuple[str, int, int]]:
    for match in _TEMPERATURE.finditer(text):
        around = text[max(0, match.start() - 25) : match.end() + 20]
        value = _number(match["number"])
        # Nothing else a patient writes looks like "38,6".
        body_heat = 37.5 <= value <= 42 and not value.is_integer()
        if match["after"] is None and not body_heat and not _HEAT_NEAR.search(around):
            continue
        if match["after"] in (None, "grad", "degree", "c", "°") and not 33 <= value <= 43 and "temp" not in around:
            continue
        yield from ((sign, match.start(), match.end()) for sign in _temperature(value))
    for match in _FAHRENHEIT.finditer(text):
        value = (_number(match["number"] or match["other"]) - 32) / 1.8
        yield from ((sign, match.start(), match.end()) for sign in _temperature(value))


def _temperature(value: float) -> Iterator[str]:
    if value >= 37.95:
        yield "fever_measured"
    if value >= 41:
        yield "fever_high"
    if value < 34:
        yield "temperature_low"


def _ages(years: float) -> Iterator[str]:
    if years < 0 or years > 120:
        return
    if years < 0.25:
        yield "infant_age"
    if years < 5:
        yield "toddler_age"
    yield "child_age" if years < 18 else "adult_age"
    if years >= 60:
        yield "elderly_age"


def _number(written: str) -> float:
    return float(_NUMBERS[written]) if written in _NUMBERS else float(written.replace(",", "."))


def _minutes(written: str) -> int:
    words = {"tjue": 20, "twenty": 20, "femten": 15}
    return words.get(written) or int(_number(written))
