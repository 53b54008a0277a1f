"""What the service does not do is found in the patient's words, and nothing is found in harmless ones."""

from __future__ import annotations

import pytest

from clinic.intake.limits import kind_of, limits_in


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("jeg trenger mer Imovane", ["ab_drug"]),
        ("resept på paralgin forte og penicillin", ["ab_drug", "antibiotics"]),
        ("Can I get SOBRIL?", ["ab_drug"]),
        ("kan jeg få antibiotikakur", ["antibiotics"]),
        ("trenger sykmelding fra mandag", ["sick_note"]),
        ("I need a sick note", ["sick_note"]),
        ("henvisning til hudlege", ["referral"]),
        ("I want to be referred to a physio", ["referral"]),
        ("vondt i halsen", []),
        ("I have a sore throat", []),
        ("jeg er ganske syk", []),
        ("Levaxin for stoffskiftet", []),
        ("", []),
    ],
)
def test_limits(text: str, limits: list[str]) -> None:
    assert limits_in(text) == limits


@pytest.mark.parametrize(
    "name", ["ritalin", "Concerta", "Tramadol", "OxyContin", "Valium", "sovemedisin", "A-preparat", "Lyrica"]
)
def test_medicines_with_a_limit_are_known_in_any_case(name: str) -> None:
    for written in (name, name.upper(), f"jeg bruker {name}, 10 mg"):
        assert limits_in(written) == ["ab_drug"]


def test_what_was_understood_counts_too_and_nothing_twice() -> None:
    assert limits_in("kan dere gi meg det?", "faq_ab_drugs") == ["ab_drug"]
    assert limits_in("trenger sykmelding", "ask_sick_note") == ["sick_note"]
    assert limits_in("hei", "greet") == []


@pytest.mark.parametrize(
    ("text", "intent", "kind"),
    [
        ("fornye resepten på Levaxin", "describe_symptom", "prescription"),
        ("refill of my inhaler", "", "prescription"),
        ("mer Imovane", "describe_symptom", "prescription"),
        ("penicillin", "describe_symptom", "prescription"),
        ("trenger sykmelding", "describe_symptom", "sick_note"),
        ("henvisning til MR", "describe_symptom", "referral"),
        ("vondt i halsen", "describe_symptom", "symptom"),
        ("det der", "ask_referral", "referral"),
        ("det der", "ask_sick_note", "sick_note"),
        ("det der", "faq_antibiotics", "prescription"),
    ],
)
def test_the_kind_of_help(text: str, intent: str, kind: str) -> None:
    assert kind_of(text, intent) == kind
