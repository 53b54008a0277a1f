"""From a message to what Rasa gets: handled once, cleaned, in its language, screened, seen as a code or a button."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from clinic import language as languages
from clinic.clock import oslo_date
from clinic.container import Container
from clinic.identity.login_model import CodeAnswer
from clinic.identity.national_id import age_on
from clinic.other_languages import other_language
from clinic.texts import DEFAULT_LANGUAGE
from clinic.triage import Context, Finding, screen
from connectors import payloads
from connectors.messages import Inbound
from connectors.sanitise import LONGEST_TEXT, clean

LOGGED_IN = "logged_in"
"""What the system says to a conversation whose login is complete."""


@dataclass
class Prepared:
    """A message that is ready for Rasa."""

    text: str
    language: str
    finding: Finding
    metadata: dict[str, Any]
    parse_data: dict[str, Any] | None = None
    put_away: bool = False
    """An intake of another day was put away because of this message, which the patient is told."""
    says: str | None = None
    """The text that answers it without Rasa."""


class Preparing:
    """Everything that needs the database before Rasa."""

    def __init__(self, container: Container) -> None:
        self._container = container
        self._languages: dict[str, str] = {}

    def language_of(self, conversation_id: str) -> str:
        """The language that a conversation was last held in, as far as it is known without the database."""
        return self._languages.get(conversation_id, DEFAULT_LANGUAGE)

    def prepare(self, inbound: Inbound, repeated: bool) -> Prepared | None:
        """Everything that needs the database before Rasa; None for a message that was handled before."""
        container, conversation_id = self._container, inbound.conversation_id
        with container.database.session():
            conversation = container.conversations.get_or_create(
                conversation_id, inbound.channel, DEFAULT_LANGUAGE, inbound.address
            )
            new_id = inbound.message_id if not repeated else None
            if new_id and container.conversations.seen(inbound.channel, new_id, conversation_id):
                return None
            language = conversation.language
            put_away = container.intakes.put_away_old(conversation_id)
            chosen = self._chosen(conversation_id, inbound.text)
            if chosen is not None:
                title, payload = chosen
                pressed = {"language": language, "words": title}
                meant = payloads.parse(payload, title, language)
                return Prepared(title, language, screen(""), pressed, meant, put_away)
            whole = clean(payloads.as_text(inbound.text), oslo_date(container.clock.now()))
            # The greeting is one turn: until the person has been answered once, one word tells the language.
            language = languages.next_language(language, whole, first=conversation.turns <= 1)
            if language != conversation.language:
                container.conversations.set_language(conversation_id, language)
            self._languages[conversation_id] = language
            state = container.intakes.state(conversation_id)
            born = state.intake.child_birth_date if state else None
            age = age_on(born, oslo_date(container.clock.now())) if born else None
            context = Context(container.recent_words.of(conversation_id))
            finding = screen(whole, child_age=age, language=language, context=context)
            if finding.decision == "none":
                answered = self._login_code(conversation_id, whole, language)
                if answered is not None:
                    return answered
            container.recent_words.add(conversation_id, whole)
            if finding.decision != "none":
                step = state.next.value if state and state.next else None
                container.findings.record(
                    finding, conversation_id, inbound.channel, step, state.intake.id if state else None
                )
        words = whole[:LONGEST_TEXT]
        metadata = {"language": language, "words": words, "child_age": age, "advice": finding.advice_key}
        origin = inbound.origin or inbound.address
        if origin is not None:
            metadata["origin"] = container.database.keyring.fingerprint("origin", origin)[:32]
        settled = None
        if finding.decision != "none":
            # What was found may stand beyond what is kept, and no model may overrule it.
            settled = finding.decision
        elif not any(character.isalnum() for character in words):
            settled = "nlu_fallback"
        elif other_language(words) is not None:
            settled = "other_language"
        parse_data = payloads.trusted(settled, words, language) if settled else None
        return Prepared(words, language, finding, metadata, parse_data, put_away)

    def _login_code(self, conversation_id: str, text: str, language: str) -> Prepared | None:
        """What follows when the message is the code of a login; neither Rasa nor the screen's memory sees a code."""
        answer = self._container.login.take_code(conversation_id, text)
        if answer is CodeAnswer.NO_CODE:
            return None
        if answer is CodeAnswer.RIGHT:
            known = {"language": language, "words": ""}
            return Prepared(LOGGED_IN, language, screen(""), known, payloads.trusted(LOGGED_IN, LOGGED_IN, language))
        says = "chat.code_wrong" if answer is CodeAnswer.WRONG else "chat.code_spent"
        return Prepared("", language, screen(""), {}, says=says)

    def _chosen(self, conversation_id: str, text: str) -> tuple[str, str] | None:
        conversations = self._container.conversations
        if text.startswith("/"):
            title = conversations.title_of(conversation_id, text)
            return None if title is None else (title, text)
        named = conversations.choice_named(conversation_id, text)
        return None if named is None else (named.title, named.payload)
