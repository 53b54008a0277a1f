"""What a message says beside what was asked, and what must not be read out of it."""

from __future__ import annotations

import pytest

from clinic.intake.facts import Facts, duration_in, facts_in


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "Det gjelder datteren min på 4, hun har hatt feber i tre dager, polise 12345678",
            Facts("child", None, 4, "12345678", "i tre dager"),
        ),
        ("My son Emil is 6 and has had a cough since Monday", Facts("child", "Emil", 6, None, "since Monday")),
        ("Sønnen min, Emil (6), har utslett", Facts("child", "Emil", 6)),
        ("jeg er bekymret for sønnen min på 8 mnd", Facts("child", None, 0)),
        ("4-åringen min hoster", Facts("child", None, 4)),
        ("my 4 year old daughter has a rash", Facts("child", None, 4)),
        ("dattera mi har vore sjuk i fire dagar", Facts("child", duration="i fire dagar")),
        ("My policy number is 12345678 and its for me", Facts("self", policy_number="12345678")),
        ("avtalenummer 456 78 901 og det gjelder meg", Facts("self", policy_number="45678901")),
        ("feil polisenummer, det er 23456789", Facts(policy_number="23456789")),
    ],
)
def test_what_is_said_is_read(text: str, told: Facts) -> None:
    assert facts_in(text) == told


@pytest.mark.parametrize(
    "text",
    [
        "jeg har vondt i halsen, smittet av sønnen min",
        "I caught a cold from my son",
        "sønnen min på 25 er syk",
        "mannen min har vondt i ryggen",
        "jeg fikk det etter at dattera mi var hjemme fra barnehagen",
        "ringte forsikringen på 23 01 48 00",
        "telefonen min er 90 00 00 01",
        "vondt i kneet, hadde det samme for tre uker siden",
        "I have back pain and my daughter is at school",
    ],
)
def test_what_is_doubtful_is_left_to_be_asked(text: str) -> None:
    assert facts_in(text) == Facts()


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("hatt vondt siden i går kveld", "siden i går kveld"),
        ("har hosta i over tre veker", "i over tre veker"),
        ("it started two days ago", "started two days ago"),
        ("headache for the past week or so, for about 5 days", "for about 5 days"),
        ("har ligget våken hele natta", "hele natta"),
        ("hoste i to uker og feber siden i går", None),
        ("ingen tid nevnt", None),
    ],
)
def test_how_long_is_kept_in_the_patients_words(text: str, duration: str | None) -> None:
    assert duration_in(text) == duration
