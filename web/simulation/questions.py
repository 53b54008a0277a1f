"""What a person reads out of the bot's bubbles: which question stands at the end, and whether something is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import yaml

from clinic.texts import LANGUAGES, Texts

_RESPONSES = Path(__file__).parents[2] / "bot" / "data" / "responses"
_ASKED_BY = {
    "login": ("utter_ask_login", "utter_ask_login_above", "utter_login_first", "utter_not_logged_in_yet"),
    "policy_number": ("utter_ask_policy_number", "utter_policy_number_needed", "utter_policy_where",
                      "utter_policy_malformed", "utter_policy_unknown", "utter_policy_not_national_id"),
    "patient": ("utter_ask_patient", "utter_patient_again"),
    "child": ("utter_ask_child", "utter_ask_child_by_name", "utter_child_name", "utter_child_name_again",
              "utter_child_not_listed"),
    "birth_date": ("utter_ask_child_birth_date", "utter_birth_date_again"),
    "agreement": ("utter_ask_young_agreement", "utter_yes_or_no"),
    "reason": ("utter_ask_reason", "utter_ask_reason_child", "utter_ask_reason_prescription",
               "utter_ask_reason_referral", "utter_ask_reason_sick_note", "utter_ask_reason_advice",
               "utter_reason_needed"),
    "more": ("utter_ask_reason_more",),
    "duration": ("utter_ask_follow_up_1_symptom", "utter_ask_follow_up_1_prescription",
                 "utter_ask_follow_up_1_referral", "utter_ask_follow_up_1_sick_note"),
    "severity": ("utter_ask_follow_up_2_symptom", "utter_ask_follow_up_2_prescription",
                 "utter_ask_follow_up_2_referral", "utter_ask_follow_up_2_sick_note", "utter_follow_up_again"),
    "warning_signs": ("utter_warning_signs_unsure",),
    "confirmation": ("utter_ask_confirmation", "utter_confirmation_again"),
    "change": ("utter_what_to_change",),
    "elsewhere": ("utter_begun_elsewhere",),
    "again": ("utter_already_booked",),
    "resume": ("utter_resume_offer", "utter_stopped_kept"),
    "menu": ("utter_menu", "utter_greet", "utter_did_you_mean"),
    "stuck": ("utter_policy_help",),
}  # fmt: skip
"""Which responses put a question; each also in its words for the second time (`_2`)."""
_MISUNDERSTOOD = ("utter_misunderstood", "utter_misunderstood_choices", "utter_misunderstood_phone")


def asked(bubbles: Iterable[str]) -> str | None:
    """The last question that the bubbles put; None when they put none."""
    for text in reversed(list(bubbles)):
        for kind, patterns in _patterns().items():
            if any(pattern.match(text) for pattern in patterns):
                return kind
    return None


def is_misunderstanding(text: str) -> bool:
    """Whether a bubble says that the bot did not understand."""
    return any(pattern.match(text) for pattern in _compiled(_MISUNDERSTOOD))


def is_failure(text: str) -> bool:
    """Whether a bubble says that something broke."""
    return text in _failures()


@lru_cache(maxsize=1)
def _failures() -> frozenset[str]:
    texts = Texts()
    keys = ("triage.failsafe", "triage.unavailable")
    return frozenset(texts.get(key, language) for key in keys for language in LANGUAGES)


@lru_cache(maxsize=1)
def _patterns() -> dict[str, list[re.Pattern[str]]]:
    patterns = {
        kind: _compiled(tuple(name for key in keys for name in (key, f"{key}_2"))) for kind, keys in _ASKED_BY.items()
    }
    texts = Texts()
    for whom in ("adult", "child"):
        for language in LANGUAGES:
            patterns["warning_signs"].append(_pattern(texts.get(f"triage.warning_signs_{whom}", language)))
    return patterns


@lru_cache(maxsize=64)
def _compiled(keys: tuple[str, ...]) -> list[re.Pattern[str]]:
    return [_pattern(variant["text"]) for key in keys for variant in _responses().get(key, ()) if variant.get("text")]


def _pattern(template: str) -> re.Pattern[str]:
    """The template with anything where it has placeholders."""
    pieces = re.split(r"\{\w+\}", template.strip())
    return re.compile(".*?".join(re.escape(piece) for piece in pieces) + r"\s*$", re.DOTALL)


@lru_cache(maxsize=1)
def _responses() -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for path in sorted(_RESPONSES.glob("*.yml")):
        found |= yaml.safe_load(path.read_text(encoding="utf-8"))["responses"]
    return found
