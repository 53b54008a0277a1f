"""Conversations: language, misunderstandings, the buttons that were sent, and messages handled once."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import pytest

from clinic.container import Container
from clinic.conversations import ConversationUnknown, OfferedChoice, match
from clinic.conversations.store import REMEMBERED_TURNS


@dataclass(frozen=True)
class Button:
    title: str
    payload: str


YES_NO = (Button("Ja", "/affirm"), Button("Nei, takk", "/deny"))


def test_a_conversation_is_made_once(container: Container) -> None:
    conversations = container.conversations
    first = conversations.get_or_create("c1", "sms", address="+4790000001")
    assert (first.language, first.misses, first.address) == ("nb", 0, "+4790000001")
    assert conversations.get_or_create("c1", "sms", "en") == first == conversations.get("c1")
    assert conversations.get_or_create("c1", "sms", address="+4790000002").address == "+4790000002"
    assert conversations.get("c2") is None


def test_languages(container: Container) -> None:
    container.conversations.get_or_create("c1", "web", language="fr")
    assert container.conversations.get("c1").language == "nb"
    container.conversations.set_language("c1", "en")
    assert container.conversations.get("c1").language == "en"
    with pytest.raises(ValueError, match="fr"):
        container.conversations.set_language("c1", "fr")


def test_misunderstandings_are_counted_in_a_row(container: Container) -> None:
    container.conversations.get_or_create("c1", "web")
    assert [container.conversations.bump_misses("c1") for _ in range(3)] == [1, 2, 3]
    container.conversations.reset_misses("c1")
    assert container.conversations.bump_misses("c1") == 1


def test_only_buttons_that_were_sent_count(container: Container) -> None:
    conversations = container.conversations
    conversations.get_or_create("c1", "web")
    conversations.get_or_create("c2", "web")
    conversations.remember("c1", YES_NO)
    assert conversations.title_of("c1", "/affirm") == "Ja"
    assert conversations.title_of("c1", "/restart") is None
    assert conversations.title_of("c2", "/affirm") is None
    conversations.remember("c1", [Button("Yes", "/affirm")])
    assert conversations.title_of("c1", "/affirm") == "Yes"


def test_answers_name_a_choice_of_the_last_turn(container: Container) -> None:
    conversations = container.conversations
    conversations.get_or_create("c1", "sms")
    conversations.remember("c1", YES_NO)
    conversations.remember("c1", (Button("Meg selv", "/for_me"), Button("Barnet mitt", "/for_child")))
    assert conversations.choice_named("c1", "2").payload == "/for_child"
    assert conversations.choice_named("c1", "barnet  MITT.").payload == "/for_child"
    assert conversations.choice_named("c1", "ja") is None
    assert conversations.title_of("c1", "/affirm") == "Ja"
    conversations.remember("c1", ())
    assert conversations.latest_choices("c1") == []
    assert conversations.choice_named("c1", "2") is None


def test_buttons_of_long_ago_are_forgotten(container: Container) -> None:
    container.conversations.get_or_create("c1", "web")
    container.conversations.remember("c1", [Button("Gammel", "/old")])
    for _ in range(REMEMBERED_TURNS - 1):
        container.conversations.remember("c1", ())
    assert container.conversations.title_of("c1", "/old") == "Gammel"
    container.conversations.remember("c1", ())
    assert container.conversations.title_of("c1", "/old") is None


@pytest.mark.parametrize(
    ("text", "position"),
    [
        *(("1", 1), (" 2. ", 2), ("2)", 2), ("(1)", 1), ("ja", 1), ("JA!", 1), ("nei, takk", 2)),
        *((text, None) for text in ("3", "0", "12345678", "", "...", "1 og 2", "²", "nei takk", "2 dager")),
    ],
)
def test_what_names_a_choice(text: str, position: int | None) -> None:
    choices = [OfferedChoice(n, button.title, button.payload) for n, button in enumerate(YES_NO, start=1)]
    found = match(text, choices)
    assert (found.position if found else None) == position


def test_two_choices_of_one_title_are_not_guessed_between() -> None:
    twins = [OfferedChoice(1, "Emma", "/a"), OfferedChoice(2, "Emma", "/b")]
    assert match("Emma", twins) is None
    assert match("2", twins) == twins[1]


def test_a_message_is_handled_once(container: Container) -> None:
    assert container.conversations.seen("sms", "SM1", "c1") is False
    assert container.conversations.seen("sms", "SM1", "c1") is True
    assert container.conversations.seen("whatsapp", "SM1") is False


def test_a_message_that_comes_twice_at_once_is_handled_once(container: Container) -> None:
    answers: list[bool] = []
    threads = [
        threading.Thread(target=lambda: answers.append(container.conversations.seen("sms", "SM1"))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [False] + [True] * 7


def test_a_rolled_back_message_may_come_again(container: Container) -> None:
    with pytest.raises(RuntimeError), container.database.session():
        container.conversations.seen("sms", "SM1")
        raise RuntimeError("the handler failed")
    assert container.conversations.seen("sms", "SM1") is False


def test_events_come_back_in_order_and_once(container: Container) -> None:
    conversations = container.conversations
    for conversation in ("c1", "c2"):
        conversations.get_or_create(conversation, "web")
    ids = [conversations.append_event("c1", "user", {"text": f"melding {n} 🙂"}) for n in range(3)]
    conversations.append_event("c2", "bot", {"text": "en annen"})
    assert ids == sorted(ids)
    events = conversations.events_since("c1")
    assert [event.id for event in events] == ids
    assert events[0].body == {"text": "melding 0 🙂"} and events[0].kind == "user"
    assert events[0].created_at == container.clock.now()
    assert [event.id for event in conversations.events_since("c1", last_id=ids[0])] == ids[1:]
    assert len(conversations.events_since("c1", limit=1)) == 1


def test_unknown_conversations_are_named(container: Container) -> None:
    for call in (
        lambda: container.conversations.set_language("nobody", "en"),
        lambda: container.conversations.bump_misses("nobody"),
        lambda: container.conversations.remember("nobody", YES_NO),
        lambda: container.conversations.append_event("nobody", "user", {}),
    ):
        with pytest.raises(ConversationUnknown):
            call()
