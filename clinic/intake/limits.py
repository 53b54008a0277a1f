"""Where the service has a limit that the patient should hear before booking (they may go on all the same).

Source: the service's own terms: A/B drugs generally not, antibiotics mostly not, a sick note only in certain
situations, the doctor's own judgement on referrals.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import yaml

REASON_KINDS = {
    "ask_prescription": "prescription",
    "faq_prescription": "prescription",
    "faq_ab_drugs": "prescription",
    "faq_antibiotics": "prescription",
    "ask_referral": "referral",
    "faq_referral_rules": "referral",
    "ask_sick_note": "sick_note",
    "faq_sick_note": "sick_note",
}
"""Intents that tell what kind of help is wanted; everything else is a symptom or a wish for advice."""

_LIMIT_OF_INTENT = {
    "faq_ab_drugs": "ab_drug",
    "faq_antibiotics": "antibiotics",
    "ask_sick_note": "sick_note",
    "faq_sick_note": "sick_note",
    "ask_referral": "referral",
    "faq_referral_rules": "referral",
}


_GROUPS_OF_DRUGS = frozenset({"a-preparat", "b-preparat", "a/b"})


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    raw = yaml.safe_load((Path(__file__).parent / "medicines.yml").read_text(encoding="utf-8"))
    return {
        limit: re.compile(
            r"\b(?:" + "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)) + ")", re.I
        )
        for limit, names in raw.items()
    }


def limits_in(text: str, intent: str = "") -> list[str]:
    """The limits a message meets, in a fixed order: `ab_drug`, `antibiotics`, `sick_note`, `referral`."""
    met = {limit for limit, pattern in _patterns().items() if pattern.search(text)}
    if intent in _LIMIT_OF_INTENT:
        met.add(_LIMIT_OF_INTENT[intent])
    return [limit for limit in _patterns() if limit in met]


def medicines_named(text: str, more_names: tuple[str, ...] = ()) -> list[str]:
    """The medicines named in a text, as written there, in order: those with a limit, and `more_names` in lower case."""
    return list(dict.fromkeys(match[0] for match in _medicines(more_names).finditer(text)))


@lru_cache(maxsize=4)
def _medicines(more_names: tuple[str, ...]) -> re.Pattern[str]:
    raw = yaml.safe_load((Path(__file__).parent / "medicines.yml").read_text(encoding="utf-8"))
    names = {*raw["ab_drug"], *raw["antibiotics"], *more_names} - _GROUPS_OF_DRUGS
    return re.compile(
        r"\b(?:" + "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)) + r")(?!\w)", re.I
    )


def kind_of(text: str, intent: str) -> str:
    """What kind of help a message asks for: `prescription`, `referral`, `sick_note` or `symptom`."""
    if intent in REASON_KINDS:
        return REASON_KINDS[intent]
    if re.search(r"\b(resept|prescription|refill|fornye|renew)", text, re.I):
        return "prescription"
    met = limits_in(text)
    if "ab_drug" in met or "antibiotics" in met:
        return "prescription"
    for limit in ("sick_note", "referral"):
        if limit in met:
            return limit
    return "symptom"
