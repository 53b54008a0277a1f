"""An intake by SMS from hello to the booking, through the whole program, with choices as numbers."""

from __future__ import annotations

import itertools
import re

import pytest
import requests

from clinic.reports import Reports
from clinic.storage import Keyring
from clinic.texts import LANGUAGES, Texts
from clinic.video import Video
from tests.support.sms_phone import Telephone, segments
from web.simulation.site import WholeSite

WORDS = "Vondt i halsen siden fredag, og litt hoste om natta"
_numbers = itertools.count(1)


@pytest.fixture
def phone(site: WholeSite) -> Telephone:
    """A telephone that has not written before."""
    return Telephone(site, f"+47912000{next(_numbers):02}")


def _number_of(choice: str, said: str) -> str:
    found = re.search(rf"^(\d+) {re.escape(choice)}$", said, re.MULTILINE)
    assert found, f"no choice {choice} in:\n{said}"
    return found[1]


def test_an_adult_books_by_sms_in_norwegian(phone: Telephone) -> None:
    assert "chatbot" in phone.text("Hei")
    assert "113" in phone.said
    assert _number_of("Snakke med lege", phone.said) == "1"
    assert "/login/" in phone.text("1")
    phone.log_in("Kari")
    assert "Hei Kari" in phone.said
    assert "Hvem gjelder" in phone.text("polisenr er 123 45 678")
    phone.text(_number_of("Meg selv", phone.said))
    phone.text(WORDS)
    assert "Hvor ille" in phone.text("det var alt"), "how long was said, and is not asked"
    assert "puste" in phone.text("ganske vondt, har tatt paracet")
    assert _number_of("Nei", phone.said) == "2"
    assert WORDS in phone.text("2"), "the second choice is no"
    phone.text("1")
    assert "Timen er bestilt" in phone.said

    reference = re.search(r"HL-\w{6}", phone.said)
    assert reference
    report = next(one for one in Reports(phone.site.container.database).bookings() if one.reference == reference[0])
    assert report.words == (WORDS,)
    assert (report.subject, report.duration, report.language) == ("self", "siden fredag", "nb")

    (confirmation,) = phone.received("booked")
    assert reference[0] in confirmation["text"] and "12:20" in confirmation["text"]
    assert segments(confirmation["text"]) <= 2
    for secret in ("Kari", "Testdatter", "hals", "hoste", "paracet", "12345678", phone.number):
        assert secret not in confirmation["text"]
    video = re.search(r"https?://\S+/video/\S+", confirmation["text"])
    assert video
    page = requests.get(video[0], timeout=10)
    assert page.status_code == 200 and "Kari" in page.text

    assert "?" in phone.text("avbestill timen")
    phone.text("ja")
    (cancelled,) = phone.received("cancelled")
    assert reference[0] in cancelled["text"]
    assert segments(cancelled["text"]) == 1
    assert requests.get(video[0], timeout=10).status_code == 410


def test_login_in_the_browser_counts_when_the_code_comes_back(phone: Telephone) -> None:
    phone.text("jeg vil snakke med lege, vondt i øret")
    code = phone.open_link("Kari")
    assert "seks sifrene" in phone.said
    assert "seks sifrene" in phone.text("ferdig"), "done is not enough"
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    assert "ikke riktig kode" in phone.text(wrong)
    assert "113" in phone.text(f"{code} og nå får jeg ikke puste"), "an emergency comes before a code"
    phone.text("det var feil, jeg puster fint")
    assert "Hei Kari" in phone.text(f"{code[:3]} {code[3:]}")


def test_code_is_spent_after_wrong_ones_and_a_new_link_helps(phone: Telephone) -> None:
    phone.text("I want to see a doctor please")
    code = phone.open_link("Ola")
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    said = [phone.text(wrong) for _ in range(5)]
    assert "not the right code" in said[0] and "no longer works" in said[4]
    assert "Hi Ola" not in phone.text(code)
    phone.text("new link")
    assert "Hi Ola" in phone.log_in("Ola")


def test_who_begins_with_the_errand_is_told_that_a_chatbot_answers(phone: Telephone) -> None:
    assert "chatbot" in phone.text("hello, I need to see a doctor please")
    assert "dial 113" in phone.said
    assert "/login/" in phone.links[-1]
    assert "chatbot" not in phone.text("what does it cost?")


def test_after_hours_the_nurses_number_comes_by_sms(phone: Telephone) -> None:
    phone.site.clock.set("2026-03-02T23:10:00+01:00")
    assert "21 49 24 01" in phone.text("jeg vil snakke med en lege")
    assert "113" in phone.text("barnet mitt får ikke puste")


def test_a_message_stored_by_a_process_that_died_is_answered_by_the_next(phone: Telephone) -> None:
    phone.text("jeg vil snakke med lege")
    phone.log_in("Ola")
    before = len(phone.received())
    # What is left when the process ends between storing and answering.
    phone.site.container.conversations.accept(
        "sms", f"SM-left-{phone.number}", phone.conversation_id, "2345 6789", phone.number
    )
    assert "Hvem gjelder" in phone.hear(before)
    phone.post("2345 6789", f"SM-left-{phone.number}")
    assert "Hva vil du ha hjelp til" in phone.text("meg")
    assert len(phone.received()) == before + 2, "nothing is answered twice"


def test_an_emergency_by_sms_gets_113_at_once(phone: Telephone) -> None:
    assert "113" in phone.text("mannen min ligger på gulvet og svarer ikke")
    assert "113" in phone.text("hun puster ikke")


def test_the_same_sms_twice_is_answered_once(phone: Telephone) -> None:
    for _ in range(3):
        phone.post("Hei", f"SM-twice-{phone.number}")
    phone.hear(0)
    phone.text("hva koster det")
    assert len(phone.received()) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_confirmations_fit_into_two_sms_at_a_real_address(site: WholeSite, language: str) -> None:
    link = Video(Keyring(b"x" * 32), "https://legetime.hjemmelegene.example").link(
        "7b1f6c1e-2d3a-4b5c-8d9e-0f1a2b3c4d5e"
    )
    values = {"reference": "HL-7K3M9P", "before": "12:20", "link": link}
    texts = Texts()
    for kind in ("booked", "cancelled", "only_text", "chatbot"):
        wanted = {name: values[name] for name in texts.placeholders(f"sms.{kind}", language)}
        assert segments(texts.get(f"sms.{kind}", language, **wanted)) <= 2


def test_segments_are_counted_as_operators_do() -> None:
    assert segments("a" * 160) == 1
    assert segments("å" * 161) == 2
    assert segments("«" * 70) == 1
    assert segments("😷" * 36) == 2
    assert segments("[" * 81) == 2
