"""SMS while the database is locked or gone: the patient is told, 113 is said, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from clinic.triage import screen
from tests.support.sms_site import SmsSite, texts_in


class TestDatabaseAway:
    """The database is locked or gone: the patient is told, 113 is said, and nothing is lost."""

    @pytest.fixture
    def away(self, site: SmsSite) -> Iterator[SmsSite]:
        """The site, while the tables of messages are away."""
        with site.container.database.session() as session:
            session.execute(text("ALTER TABLE inbound_messages RENAME TO inbound_away"))
            session.execute(text("ALTER TABLE conversations RENAME TO conversations_away"))
        yield site

    def _back(self, site: SmsSite) -> None:
        with site.container.database.session() as session:
            session.execute(text("ALTER TABLE inbound_away RENAME TO inbound_messages"))
            session.execute(text("ALTER TABLE conversations_away RENAME TO conversations"))

    def test_twilio_is_handed_the_answer(self, away: SmsSite) -> None:
        answer = away.post("jeg har vondt i halsen")
        assert answer.status_code == 200
        (said,) = texts_in(answer)
        assert said is not None and "113" in said
        assert away.turns.heard == []

    def test_an_emergency_gets_113(self, away: SmsSite) -> None:
        (said,) = texts_in(away.post("mannen min puster ikke"))
        advice = screen("mannen min puster ikke", language="nb").advice_key
        assert said == away.container.texts.get(f"triage.{advice}", "nb")
        assert "113" in said

    def test_a_picture_is_answered(self, away: SmsSite) -> None:
        (said,) = texts_in(away.post("", NumMedia="1"))
        assert said == away.container.texts.get("sms.only_text", "nb")

    def test_what_was_said_is_answered_when_it_is_back(self, away: SmsSite) -> None:
        away.post("jeg har vondt i halsen")
        self._back(away)
        away.post("hallo?", "SM2")
        away.wait_for(1)
        assert away.turns.heard == ["jeg har vondt i halsen", "hallo?"]
