"""The one way in for every channel: de-duplicate, screen, hand to Rasa, remember the buttons, deliver.

The screen runs here as well as inside Rasa, so that a broken model, a locked database or a crash still answers 113.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import structlog

from clinic import language as languages
from clinic.clock import oslo_date
from clinic.container import Container
from clinic.identity.login_model import CodeAnswer
from clinic.identity.national_id import age_on
from clinic.other_languages import other_language
from clinic.storage import DatabaseUnavailable
from clinic.texts import DEFAULT_LANGUAGE
from clinic.triage import Context, Finding, screen
from connectors import failsafe, payloads
from connectors.agent import RasaTurns, TurnFailed
from connectors.delivery import Delivery
from connectors.held import HeldMessages
from connectors.messages import Choice, Inbound, Outbound
from connectors.sanitise import LONGEST_TEXT, clean

__all__ = ["Choice", "Dispatcher", "Inbound", "Outbound"]

_LOGGED_IN = "logged_in"
EVENTS = frozenset({"greet", _LOGGED_IN})
"""What the system itself may say to a conversation (`Dispatcher.announce`)."""

_MOST_LOCKS = 10_000
_log = structlog.get_logger(__name__)


@dataclass
class _Prepared:
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


class _DatabaseAway(Exception):
    """The database went away in a turn. `said` is what can be said without it."""

    def __init__(self, said: list[Outbound]) -> None:
        super().__init__("the database is away")
        self.said = said


class Dispatcher:
    """Takes each message through the same steps, one at a time in a conversation."""

    def __init__(self, container: Container, turns: RasaTurns, deliveries: dict[str, Delivery] | None = None) -> None:
        self._container = container
        self._turns = turns
        self._deliveries = dict(deliveries or {})
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._languages: dict[str, str] = {}
        self._held = HeldMessages()

    def register(self, channel: str, delivery: Delivery) -> None:
        """Lets this channel be written to."""
        self._deliveries[channel] = delivery

    async def receive(self, inbound: Inbound, deliver: bool = True) -> list[Outbound]:
        """Handles one message and returns what the bot said, which a pushing channel has then already got.

        A repeated `message_id` does nothing. Never raises for what the message says or what fails behind it.
        Without `deliver` the channel itself hands the answer over, in its reply to the provider for instance.
        """
        async with self._turn_of(inbound.conversation_id):
            outbounds = await self._handle_held(inbound.conversation_id)
            outbounds += await self._handle(inbound, repeated=False)
            if deliver:
                await self._deliver(inbound, outbounds)
        return outbounds

    async def receive_stored(self, inbound: Inbound, again: bool = False) -> bool:
        """Handles a message that `connectors.stored` keeps; False when it has to be done again.

        `again` is for a later try: that we cannot answer now has been said.
        """
        async with self._turn_of(inbound.conversation_id):
            outbounds = await self._handle_held(inbound.conversation_id)
            try:
                outbounds += await self._try(inbound, repeated=True)
            except _DatabaseAway as away:
                await self._deliver(inbound, outbounds + ([] if again else away.said))
                return False
            return await self._deliver(inbound, outbounds)

    async def announce(self, conversation_id: str, event: str) -> list[Outbound]:
        """Lets the bot speak because something happened (`EVENTS`); only on channels that can be written to."""
        if event not in EVENTS:
            raise ValueError(f"unknown event {event}")
        conversation = await asyncio.to_thread(self._container.conversations.get, conversation_id)
        if conversation is None or conversation.channel not in self._deliveries:
            return []
        inbound = Inbound(conversation.channel, conversation_id, "")
        async with self._turn_of(conversation_id):
            prepared = _Prepared(
                event, conversation.language, screen(""), {"language": conversation.language, "words": ""},
                payloads.trusted(event, event, conversation.language),
            )  # fmt: skip
            try:
                outbounds = await self._answer(inbound, prepared)
            except _DatabaseAway as away:
                outbounds = away.said
            await self._deliver(inbound, outbounds)
        return outbounds

    async def tell(self, conversation_id: str, text_key: str) -> None:
        """Says one text of the clinic's own in a conversation; only on channels that can be written to."""
        conversation = await asyncio.to_thread(self._container.conversations.get, conversation_id)
        if conversation is None or conversation.channel not in self._deliveries:
            return
        async with self._turn_of(conversation_id):
            inbound = Inbound(conversation.channel, conversation_id, "")
            await self._deliver(inbound, [self._say(text_key, conversation.language)])

    async def retry_held(self) -> None:
        """Handles held messages of channels that can be written to, once the database is back."""
        for conversation_id in self._held.conversations():
            first = self._held.first(conversation_id)
            if first is not None and first.channel in self._deliveries:
                async with self._turn_of(conversation_id):
                    await self._deliver(first, await self._handle_held(conversation_id))

    def _turn_of(self, conversation_id: str) -> asyncio.Lock:
        if len(self._locks) > _MOST_LOCKS:
            for key in [key for key, lock in self._locks.items() if not lock.locked()]:
                del self._locks[key]
        return self._locks[conversation_id]

    async def _handle(self, inbound: Inbound, repeated: bool) -> list[Outbound]:
        try:
            return await self._try(inbound, repeated)
        except _DatabaseAway as away:
            self._held.hold(inbound)
            return away.said

    async def _try(self, inbound: Inbound, repeated: bool) -> list[Outbound]:
        """One turn. Raises _DatabaseAway."""
        language = self._languages.get(inbound.conversation_id, DEFAULT_LANGUAGE)
        early = screen(inbound.text, language=language)
        try:
            prepared = await asyncio.to_thread(self._prepare, inbound, repeated)
        except DatabaseUnavailable:
            raise self._away(early, language) from None
        if prepared is None:
            return []
        return await self._answer(inbound, prepared)

    async def _answer(self, inbound: Inbound, prepared: _Prepared) -> list[Outbound]:
        """What the bot says to it. Raises _DatabaseAway."""
        if prepared.says is not None:
            return [self._say(prepared.says, prepared.language)]
        try:
            outbounds = await self._turns.run(
                inbound.channel, inbound.conversation_id, prepared.text, prepared.metadata, prepared.parse_data
            )
            if prepared.put_away:
                outbounds = [self._say("chat.put_away", prepared.language), *outbounds]
            outbounds = failsafe.with_advice(outbounds, prepared.finding, prepared.language, self._container.texts)
            await asyncio.to_thread(self._remember, inbound.conversation_id, outbounds)
        except DatabaseUnavailable:
            raise self._away(prepared.finding, prepared.language) from None
        except TurnFailed as failed:
            # Only the kind of error is logged: its text and frames may hold what the patient wrote.
            _log.error("turn.failed", error=str(failed), channel=inbound.channel)
            if isinstance(failed.__cause__, DatabaseUnavailable):
                raise self._away(prepared.finding, prepared.language) from None
            return self._advice(prepared.finding, prepared.language) or [
                self._say("triage.failsafe", prepared.language)
            ]
        return outbounds or [self._say("triage.failsafe", prepared.language)]

    def _prepare(self, inbound: Inbound, repeated: bool) -> _Prepared | None:
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
                return _Prepared(title, language, screen(""), pressed, meant, put_away)
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
        return _Prepared(words, language, finding, metadata, parse_data, put_away)

    def _login_code(self, conversation_id: str, text: str, language: str) -> _Prepared | None:
        """What follows when the message is the code of a login; neither Rasa nor the screen's memory sees a code."""
        answer = self._container.login.take_code(conversation_id, text)
        if answer is CodeAnswer.NO_CODE:
            return None
        if answer is CodeAnswer.RIGHT:
            known = {"language": language, "words": ""}
            return _Prepared(
                _LOGGED_IN, language, screen(""), known, payloads.trusted(_LOGGED_IN, _LOGGED_IN, language)
            )
        says = "chat.code_wrong" if answer is CodeAnswer.WRONG else "chat.code_spent"
        return _Prepared("", language, screen(""), {}, says=says)

    def _chosen(self, conversation_id: str, text: str) -> tuple[str, str] | None:
        conversations = self._container.conversations
        if text.startswith("/"):
            title = conversations.title_of(conversation_id, text)
            return None if title is None else (title, text)
        named = conversations.choice_named(conversation_id, text)
        return None if named is None else (named.title, named.payload)

    def _remember(self, conversation_id: str, outbounds: list[Outbound]) -> None:
        self._container.conversations.remember(
            conversation_id, [choice for outbound in outbounds for choice in outbound.choices]
        )

    async def _deliver(self, inbound: Inbound, outbounds: list[Outbound]) -> bool:
        """Hands over to the channel; False when that failed. True where nothing has to be handed over."""
        delivery = self._deliveries.get(inbound.channel)
        if delivery is None or not outbounds:
            return True
        try:
            await delivery.deliver(inbound.conversation_id, outbounds)
        except DatabaseUnavailable:
            _log.error("delivery.failed", channel=inbound.channel)
            return False
        return True

    def _away(self, finding: Finding, language: str) -> _DatabaseAway:
        return _DatabaseAway(self._advice(finding, language) or [self._say("triage.unavailable", language)])

    async def _handle_held(self, conversation_id: str) -> list[Outbound]:
        outbounds: list[Outbound] = []
        held = self._held.first(conversation_id)
        try:
            while held is not None:
                await asyncio.to_thread(self._container.database.ping)
                outbounds += await self._try(held, repeated=True)
                self._held.done(held)
                held = self._held.first(conversation_id)
        except (DatabaseUnavailable, _DatabaseAway):
            return outbounds  # still away, which has been said
        return outbounds

    def _advice(self, finding: Finding, language: str) -> list[Outbound]:
        return failsafe.advice(finding, language, self._container.texts)

    def _say(self, key: str, language: str) -> Outbound:
        return Outbound(self._container.texts.get(key, language))
