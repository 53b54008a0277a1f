"""What the bot says as SMS: numbered choices, links in the text, plain signs, and never too long for the gateway."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from clinic.conversations import OfferedChoice, match
from connectors.messages import Choice, Outbound
from connectors.sms_text import LONGEST_SMS, as_sms

LINK = "https://time.hjemmelegene.no/video/" + "x" * 48

BUTTONS = (Choice("Ja", "/affirm"), Choice("Nei", "/deny"))


def test_bubbles_become_one_text_and_choices_are_numbered_through() -> None:
    said = [Outbound("Hei.", BUTTONS), Outbound("Eller dette?", (Choice("Noe annet", "/menu"),))]
    assert as_sms(said) == ["Hei.\n1 Ja\n2 Nei\nEller dette?\n3 Noe annet"]


def test_a_link_stands_in_the_text() -> None:
    link = {"type": "link", "url": LINK, "label": "Åpne videorommet"}
    assert as_sms([Outbound("Timen er bestilt.", custom=link)]) == [f"Timen er bestilt.\n{LINK}"]


def test_typographic_signs_become_plain_ones() -> None:
    assert as_sms([Outbound("«Ja» – “no” … ’n’\u00a0og 😷", (Choice("«To» uker", "/x"),))] ) == [
        "\"Ja\" - \"no\" ... 'n' og 😷\n1 \"To\" uker"
    ]  # fmt: skip


def test_nothing_said_is_no_sms() -> None:
    assert as_sms([]) == []
    assert as_sms([Outbound("", custom={"type": "logged_in"})]) == []


@given(
    st.lists(st.tuples(st.text(max_size=4000), st.lists(st.text(min_size=1, max_size=60), max_size=4)), max_size=5),
)
def test_nothing_is_lost_and_nothing_is_too_long(said: list[tuple[str, list[str]]]) -> None:
    bubbles = [Outbound(text, tuple(Choice(title, "/x") for title in titles)) for text, titles in said]
    texts = as_sms(bubbles)
    assert all(0 < len(text) <= LONGEST_SMS for text in texts)
    sent = "".join("".join(texts).split())
    for bubble in bubbles:
        (whole,) = ["".join("".join(as_sms([Outbound(bubble.text)])).split())]
        assert whole in sent


def test_a_long_text_is_cut_between_words() -> None:
    words = [f"ord{number}" for number in range(900)]
    texts = as_sms([Outbound(" ".join(words), BUTTONS)])
    assert len(texts) > 1
    assert " ".join(texts).split() == [*words, "1", "Ja", "2", "Nei"]
    assert texts[-1].endswith("\n1 Ja\n2 Nei")


def test_the_numbers_are_read_back_as_they_were_written() -> None:
    offered = [OfferedChoice(1, "Ja", "/affirm"), OfferedChoice(2, "Nei", "/deny")]
    for line in as_sms([Outbound("Stemmer det?", BUTTONS)])[0].splitlines()[1:]:
        number, title = line.split(" ", 1)
        found = match(number, offered)
        assert found is not None and found.title == title
