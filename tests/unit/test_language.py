"""Which language a message is in, and when a conversation changes language."""

from __future__ import annotations

import pytest

from clinic.language import asked_for, detect, next_language

SAYS_NOTHING = [
    "",
    "   ",
    "ok",
    "12345678",
    "12 34 56 78",
    "38,5",
    "Paracet 500 mg",
    "Ibux",
    "Imovane",
    "Levaxin 100 mcg",
    "Zyrtec, Nasonex",
    "Emma",
    "Ola Nordmann",
    "10.05.2019",
    "👍",
    "???",
    "1",
    "SMS",
    "BankID",
    "Metformin 500 mg Lipitor 20 mg",
]

NORWEGIAN = [
    "hei",
    "ja",
    "nei takk",
    "vondt i halsen",
    "jeg har hatt feber siden i går",
    "eg har vondt i magen",
    "korleis får eg time",
    "æ e så tett i nasa",
    "ka ska æ gjør",
    "kem e du",
    "jeg trenger time",
    "jeg far ikke sove",
    "datteren min er syk",
    "polisenummeret er 12345678",
    "Jeg bruker Paracet 500 mg",
    "ferdig, jeg har logget inn",
    "siden i gar",
]

ENGLISH = [
    "hi",
    "hello",
    "yes",
    "no thanks",
    "fever",
    "sore throat",
    "my son has a fever",
    "I need a doctor",
    "it hurts when I swallow",
    "policy number is 12345678",
    "what does it cost",
    "I take Paracet 500 mg",
    "done, I have logged in",
    "cant sleep at night",
]


@pytest.mark.parametrize("text", SAYS_NOTHING)
def test_says_nothing_about_the_language(text: str) -> None:
    assert detect(text) is None


@pytest.mark.parametrize("text", NORWEGIAN)
def test_norwegian_in_all_its_forms(text: str) -> None:
    assert detect(text) == "nb"


@pytest.mark.parametrize("text", ENGLISH)
def test_english(text: str) -> None:
    assert detect(text) == "en"


@pytest.mark.parametrize("current", ["nb", "en"])
@pytest.mark.parametrize("text", SAYS_NOTHING)
def test_numbers_names_and_medicines_never_switch(current: str, text: str) -> None:
    assert next_language(current, text) == current
    assert next_language(current, text, first=True) == current


@pytest.mark.parametrize("text", ["hi", "yes", "fever", "no thanks", "sorry", "stop please", "sore throat"])
def test_a_word_or_two_does_not_switch_a_norwegian_conversation(text: str) -> None:
    assert next_language("nb", text) == "nb"


@pytest.mark.parametrize("text", ["hei", "ja", "feber", "nei takk", "takk", "vondt"])
def test_a_word_or_two_does_not_switch_an_english_conversation(text: str) -> None:
    assert next_language("en", text) == "en"


@pytest.mark.parametrize(
    ("current", "text", "expected"),
    [
        ("nb", "hello", "en"),
        ("nb", "hi", "en"),
        ("nb", "fever and sore throat", "en"),
        ("nb", "hei", "nb"),
        ("en", "hei", "nb"),
        ("en", "heisann", "nb"),
    ],
)
def test_the_first_message_needs_only_a_telling_word(current: str, text: str, expected: str) -> None:
    assert next_language(current, text, first=True) == expected


@pytest.mark.parametrize(
    ("current", "text", "expected"),
    [
        ("nb", "I have had a cough for two weeks", "en"),
        ("nb", "can you help me with a prescription", "en"),
        ("en", "jeg har hatt vondt i halsen i to uker", "nb"),
        ("en", "eg har hatt vondt i magen", "nb"),
        ("en", "æ har så vondt i ryggen", "nb"),
        ("nb", "jeg har vondt i halsen", "nb"),
        ("en", "I don't feel well", "en"),
    ],
)
def test_a_clear_sentence_switches(current: str, text: str, expected: str) -> None:
    assert next_language(current, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("English please", "en"),
        ("english", "en"),
        ("kan vi ta det på engelsk?", "en"),
        ("I don't speak Norwegian", "en"),
        ("jeg forstår ikke norsk", "en"),
        ("not Norwegian, English", "en"),
        ("norsk takk", "nb"),
        ("Norsk", "nb"),
        ("in Norwegian please", "nb"),
        ("jeg snakker ikke engelsk", "nb"),
        ("kan du skrive nynorsk", "nb"),
        ("why do you answer in English", "nb"),
    ],
)
def test_asking_switches_whatever_the_language_of_the_asking(text: str, expected: str) -> None:
    assert asked_for(text) == expected
    assert next_language("nb", text) == expected
    assert next_language("en", text) == expected


@pytest.mark.parametrize(
    "text", ["er legen norsk?", "I have Norwegian insurance", "jeg har norsk D-nummer", "my English teacher is ill"]
)
def test_naming_a_language_is_not_asking_for_it(text: str) -> None:
    assert asked_for(text) is None


def test_a_very_long_message_is_judged_by_its_beginning() -> None:
    assert detect("jeg har vondt i halsen. " * 5000) == "nb"


def test_a_sentence_without_everyday_words_goes_to_the_detector() -> None:
    assert detect("uregelmessige menstruasjonsplager, underlivsbetennelse") == "nb"
    assert detect("hyppig vannlating nattestid") == "nb"
