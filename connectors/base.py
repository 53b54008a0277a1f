"""The one way in for every channel: de-duplicate, screen, hand to Rasa, remember the buttons, deliver.

The screen runs here as well as inside Rasa, so that a broken model, a locked database or a crash still answers 113.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, defaultdict
from dataclasses import dataclass, field
from typing import Any

import structlog

from clinic import language as languages
from clinic.clock import oslo_date
from clinic.container import Container
from clinic.identity.national_id import age_on
from clinic.storage import DatabaseUnavailable
from clinic.texts import DEFAULT_LANGUAGE
from clinic.triage import Finding, screen
from connectors import payloads
from connectors.agent import RasaTurns, TurnFailed
from connectors.delivery import Delivery
from connectors.messages import Choice, Inbound, Outbound
from connectors.sanitise import LONGEST_TEXT, clean

__all__ = ["Choice", "Dispatcher", "Inbound", "Outbound"]

EVENTS = frozenset({"greet", "logged_in"})
"""What the system itself may say to a conversation (`Dispatcher.announce`)."""

_HELD_CONVERSATIONS = 1000
_log = structlog.get_logger(__name__)


@dataclass
class _Prepared:
    """A message that is ready for Rasa."""

    text: str
    language: str
    finding: Finding
    metadata: dict[str, Any]
    parse_data: dict[str, Any] | None = None


@dataclass
class _Held:
    """Messages that could not be handled because the database was away, oldest first."""

    messages: list[Inbound] = field(default_factory=list)


class Dispatcher:
    """Takes each message through the same steps, one at a time in a conversation."""

    def __init__(self, container: Container, turns: RasaTurns, deliveries: dict[str, Delivery] | None = None) -> None:
        self._container = container
        self._turns = turns
        self._deliveries = dict(deliveries or {})
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._languages: dict[str, str] = {}
        self._held: OrderedDict[str, _Held] = OrderedDict()

    def register(self, channel: str, delivery: Delivery) -> None:
        """Lets this channel be written to."""
        self._deliveries[channel] = delivery

    async def receive(self, inbound: Inbound) -> list[Outbound]:
        """Handles one message and returns what the bot said, which a pushing channel has then already got.

        A repeated `message_id` does nothing. Never raises for what the message says or what fails behind it.
        """
        async with self._turn_of(inbound.conversation_id):
            outbounds = await self._handle_held(inbound.conversation_id)
            outbounds += await self._handle(inbound, repeated=False)
            await self._deliver(inbound, outbounds)
        return outbounds

    def accept(self, inbound: Inbound) -> bool:
        """Stores a message before it is answered; False when it came before. Raises DatabaseUnavailable."""
        assert inbound.message_id, "a provider's message has an id"
        return self._container.conversations.accept(
            inbound.channel, inbound.message_id, inbound.conversation_id, inbound.text, inbound.address
        )

    async def handle_accepted(self, inbound: Inbound) -> list[Outbound]:
        """Handles a message that `accept` has stored, and lets go of its stored text."""
        async with self._turn_of(inbound.conversation_id):
            outbounds = await self._handle_held(inbound.conversation_id)
            outbounds += await self._handle(inbound, repeated=True)
            await self._deliver(inbound, outbounds)
        if inbound.message_id:
            await asyncio.to_thread(self._container.conversations.handled, inbound.channel, inbound.message_id)
        return outbounds

    async def handle_waiting(self) -> None:
        """Handles what was accepted before the process ended the last time."""
        for waiting in await asyncio.to_thread(self._container.conversations.waiting):
            await self.handle_accepted(
                Inbound(waiting.channel, waiting.conversation_id, waiting.text, waiting.message_id, waiting.address)
            )

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
            outbounds = await self._answer(inbound, prepared)
            await self._deliver(inbound, outbounds)
        return outbounds

    async def retry_held(self) -> None:
        """Handles held messages of channels that can be written to, once the database is back."""
        for conversation_id, held in list(self._held.items()):
            if held.messages and held.messages[0].channel in self._deliveries:
                async with self._turn_of(conversation_id):
                    first = held.messages[0] if held.messages else None
                    outbounds = await self._handle_held(conversation_id)
                    if first is not None:
                        await self._deliver(first, outbounds)

    def _turn_of(self, conversation_id: str) -> asyncio.Lock:
        if len(self._locks) > 10 * _HELD_CONVERSATIONS:
            for key in [key for key, lock in self._locks.items() if not lock.locked()]:
                del self._locks[key]
        return self._locks[conversation_id]

    async def _handle(self, inbound: Inbound, repeated: bool) -> list[Outbound]:
        language = self._languages.get(inbound.conversation_id, DEFAULT_LANGUAGE)
        early = screen(inbound.text, language=language)
        try:
            prepared = await asyncio.to_thread(self._prepare, inbound, repeated)
        except DatabaseUnavailable:
            return self._hold(inbound, early, language)
        if prepared is None:
            return []
        return await self._answer(inbound, prepared)

    async def _answer(self, inbound: Inbound, prepared: _Prepared) -> list[Outbound]:
        try:
            outbounds = await self._turns.run(
                inbound.channel, inbound.conversation_id, prepared.text, prepared.metadata, prepared.parse_data
            )
            outbounds = self._with_advice(outbounds, prepared.finding, prepared.language)
            await asyncio.to_thread(self._remember, inbound.conversation_id, outbounds)
        except DatabaseUnavailable:
            return self._hold(inbound, prepared.finding, prepared.language)
        except TurnFailed as failed:
            # Only the kind of error is logged: its text and frames may hold what the patient wrote.
            _log.error("turn.failed", error=str(failed), channel=inbound.channel)
            if isinstance(failed.__cause__, DatabaseUnavailable):
                return self._hold(inbound, prepared.finding, prepared.language)
            return self._advice(prepared.finding, prepared.language) or [self._say("triage.failsafe", prepared.language)]
        return outbounds or [self._say("triage.failsafe", prepared.language)]

    def _prepare(self, inbound: Inbound, repeated: bool) -> _Prepared | None:
        """Everything that needs the database before Rasa; None for a message that was handled before."""
        container, conversation_id = self._container, inbound.conversation_id
        with container.database.session():
            conversation = container.conversations.get_or_create(
                conversation_id, inbound.channel, DEFAULT_LANGUAGE, inbound.address
            )
            if inbound.message_id and not repeated:
                if container.conversations.seen(inbound.channel, inbound.message_id, conversation_id):
                    return None
            language = conversation.language
            chosen = self._chosen(conversation_id, inbound.text)
            if chosen is not None:
                title, payload = chosen
                metadata = {"language": language, "words": title}
                parse_data = payloads.parse(payload, title, language)
                return _Prepared(title, language, screen(""), metadata, parse_data)
            whole = clean(payloads.as_text(inbound.text), oslo_date(container.clock.now()))
            # The greeting is one turn: until the person has been answered once, one word tells the language.
            language = languages.next_language(language, whole, first=conversation.turns <= 1)
            if language != conversation.language:
                container.conversations.set_language(conversation_id, language)
            self._languages[conversation_id] = language
            state = container.intakes.state(conversation_id)
            born = state.intake.child_birth_date if state else None
            age = age_on(born, oslo_date(container.clock.now())) if born else None
            finding = screen(whole, child_age=age, language=language)
            if finding.decision != "none":
                step = state.next.value if state and state.next else None
                container.findings.record(
                    finding, conversation_id, inbound.channel, step, state.intake.id if state else None
                )
        words = whole[:LONGEST_TEXT]
        metadata = {"language": language, "words": words, "child_age": age}
        nothing = None if any(character.isalnum() for character in words) else "nlu_fallback"
        if finding.decision != "none":
            # What was found may stand beyond what is kept, and no model may overrule it.
            parse_data = payloads.trusted(finding.decision, words, language)
        else:
            parse_data = payloads.trusted(nothing, words, language) if nothing else None
        return _Prepared(words, language, finding, metadata, parse_data)

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

    async def _deliver(self, inbound: Inbound, outbounds: list[Outbound]) -> None:
        delivery = self._deliveries.get(inbound.channel)
        if delivery is None or not outbounds:
            return
        try:
            await delivery.deliver(inbound.conversation_id, outbounds)
        except DatabaseUnavailable:
            _log.error("delivery.failed", channel=inbound.channel)

    def _hold(self, inbound: Inbound, finding: Finding, language: str) -> list[Outbound]:
        if inbound.text:
            self._held.setdefault(inbound.conversation_id, _Held()).messages.append(inbound)
            while len(self._held) > _HELD_CONVERSATIONS:
                self._held.popitem(last=False)
        return self._advice(finding, language) or [self._say("triage.unavailable", language)]

    async def _handle_held(self, conversation_id: str) -> list[Outbound]:
        held = self._held.get(conversation_id)
        if held is None:
            return []
        try:
            await asyncio.to_thread(self._container.database.ping)
        except DatabaseUnavailable:
            return []
        del self._held[conversation_id]
        outbounds: list[Outbound] = []
        for message in held.messages:
            outbounds += await self._handle(message, repeated=True)
        return outbounds

    def _with_advice(self, outbounds: list[Outbound], finding: Finding, language: str) -> list[Outbound]:
        """What the bot said, with the advice in front where Rasa, against expectation, did not give it."""
        advice = self._advice(finding, language)
        if not advice or any(advice[0].text in outbound.text for outbound in outbounds):
            return outbounds
        return advice + outbounds

    def _advice(self, finding: Finding, language: str) -> list[Outbound]:
        if finding.decision == "none":
            return []
        text = self._container.texts.get(f"triage.{finding.advice_key or finding.decision}", language)
        return [Outbound(text, custom={"type": "advice", "decision": finding.decision})]

    def _say(self, key: str, language: str) -> Outbound:
        return Outbound(self._container.texts.get(key, language))
