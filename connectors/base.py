"""The one way in for every channel: de-duplicate, screen, hand to Rasa, remember the buttons, deliver.

The screen runs here as well as inside Rasa, so that a broken model, a locked database or a crash still answers 113.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict

import structlog

from clinic.container import Container
from clinic.storage import DatabaseUnavailable
from clinic.triage import Finding, screen
from connectors import failsafe, payloads
from connectors.agent import RasaTurns, TurnFailed
from connectors.delivery import Delivery
from connectors.held import HeldMessages
from connectors.messages import Choice, Inbound, Outbound
from connectors.preparing import LOGGED_IN, Prepared, Preparing

__all__ = ["Choice", "Dispatcher", "Inbound", "Outbound"]

EVENTS = frozenset({"greet", LOGGED_IN})
"""What the system itself may say to a conversation (`Dispatcher.announce`)."""

_MOST_LOCKS = 10_000
_log = structlog.get_logger(__name__)


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
        self._preparing = Preparing(container)
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
            prepared = Prepared(
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
        language = self._preparing.language_of(inbound.conversation_id)
        early = screen(inbound.text, language=language)
        try:
            prepared = await asyncio.to_thread(self._preparing.prepare, inbound, repeated)
        except DatabaseUnavailable:
            raise self._away(early, language) from None
        if prepared is None:
            return []
        return await self._answer(inbound, prepared)

    async def _answer(self, inbound: Inbound, prepared: Prepared) -> list[Outbound]:
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
