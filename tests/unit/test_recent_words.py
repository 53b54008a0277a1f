"""The last words of a conversation, so that signs in several messages count together."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from clinic.clock import FixedClock
from clinic.container import Container
from clinic.conversations.recent import TOGETHER, RecentWords

TALK = "web-recent-words"


def _begun(container: Container) -> RecentWords:
    container.conversations.get_or_create(TALK, "web")
    return container.recent_words


def test_the_last_few_are_kept_in_order(container: Container) -> None:
    """Four, the oldest first."""
    words = _begun(container)
    for number in range(6):
        words.add(TALK, f"melding {number}")
    assert words.of(TALK) == ("melding 2", "melding 3", "melding 4", "melding 5")


def test_they_grow_old(container: Container, clock: FixedClock) -> None:
    """What was said ten minutes ago is another story."""
    words = _begun(container)
    words.add(TALK, "vondt i brystet")
    clock.set(clock.now() + TOGETHER + timedelta(seconds=1))
    assert words.of(TALK) == ()


def test_they_are_forgotten_on_request(container: Container) -> None:
    """After "this was a mistake", and for the next person on the phone."""
    words = _begun(container)
    words.add(TALK, "vondt i brystet")
    words.forget(TALK)
    assert words.of(TALK) == ()


def test_of_a_long_message_the_end_is_kept(container: Container) -> None:
    """That is where it goes on."""
    words = _begun(container)
    words.add(TALK, "a" * 5_000 + " slutt")
    (kept,) = words.of(TALK)
    assert kept.endswith(" slutt") and len(kept) == 1_000


def test_an_unknown_conversation_has_none(container: Container) -> None:
    """And nothing is noted for it."""
    container.recent_words.add("nobody", "hei")
    assert container.recent_words.of("nobody") == ()


def test_they_are_not_readable_in_the_database(container: Container) -> None:
    """Health data is encrypted at rest."""
    words = _begun(container)
    words.add(TALK, "vondt i brystet")
    with container.database.read() as session:
        stored = session.execute(text("SELECT recent_words FROM conversations")).scalar()
    assert stored and "brystet" not in stored
