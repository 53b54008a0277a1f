"""What happens in a web conversation, kept in `chat_events` and told to the open pages."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from clinic.clock import oslo_date
from clinic.container import Container
from clinic.identity.login_view import View
from clinic.texts import DEFAULT_LANGUAGE
from connectors.hub import EventHub
from connectors.messages import Outbound
from connectors.sanitise import clean

CHANNEL = "web"
# Names under which a thing that must happen once is claimed, beside the dispatcher's own claim of the message.
_SHOWN = "web-shown"
_GREETED = "web-greeted"
_LOCKED = "web-locked"


class WebDelivery:
    """Adds to the web chat's record. The database is only touched in worker threads, never on the event loop."""

    def __init__(self, container: Container, hub: EventHub) -> None:
        self._container = container
        self._hub = hub

    async def deliver(self, conversation_id: str, outbounds: Iterable[Outbound]) -> None:
        """Shows what the bot says on every page of this conversation, open now or later."""
        bodies = [_bot_body(outbound) for outbound in outbounds]
        if bodies:
            await asyncio.to_thread(self._append_bot, conversation_id, bodies)
            self._hub.publish(conversation_id)

    async def show_patient(self, conversation_id: str, message_id: str, text: str) -> None:
        """Shows what the patient wrote or pressed, as it may be kept; once, however often the browser sends it."""
        shown = clean(text, oslo_date(self._container.clock.now()))
        if shown:
            await asyncio.to_thread(self._append_user, conversation_id, message_id, shown)
            self._hub.publish(conversation_id)

    async def begin(self, conversation_id: str, language: str) -> str:
        """Makes the conversation if it is new, and returns the language it is held in."""
        conversations = self._container.conversations
        conversation = await asyncio.to_thread(conversations.get_or_create, conversation_id, CHANNEL, language)
        return conversation.language

    async def view(self, conversation_id: str) -> View:
        """What may be shown; where something is hidden, that is said, with a way to log in, once."""
        return await asyncio.to_thread(self._view, conversation_id)

    async def claim_greeting(self, conversation_id: str) -> bool:
        """True for exactly one caller in the life of a conversation, over all tabs and processes."""
        return not await asyncio.to_thread(
            self._container.conversations.seen, _GREETED, conversation_id, conversation_id
        )

    async def title_of(self, conversation_id: str, payload: str) -> str | None:
        """What the pressed button said, or None if this conversation was never offered it."""
        return await asyncio.to_thread(self._container.conversations.title_of, conversation_id, payload)

    def _view(self, conversation_id: str) -> View:
        clinic = self._container
        view = clinic.login.view(conversation_id)
        if not view.is_locked or view.since is None:
            return view
        with clinic.database.session():
            if not clinic.conversations.seen(_LOCKED, f"{conversation_id}:{view.since.isoformat()}", conversation_id):
                conversation = clinic.conversations.get(conversation_id)
                language = conversation.language if conversation else DEFAULT_LANGUAGE
                link = {
                    "type": "link",
                    "kind": "login",
                    "url": clinic.login.create_link(conversation_id),
                    "label": clinic.texts.get("choices.login", language),
                }
                said = Outbound(clinic.texts.get("chat.locked", language), (), link)
                clinic.conversations.append_event(conversation_id, "bot", {**_bot_body(said), "language": language})
        return view

    def _append_bot(self, conversation_id: str, bodies: list[dict[str, Any]]) -> None:
        conversations = self._container.conversations
        with self._container.database.session():
            conversation = conversations.get(conversation_id)
            for body in bodies:
                if conversation is not None:
                    body["language"] = conversation.language
                conversations.append_event(conversation_id, "bot", body)

    def _append_user(self, conversation_id: str, message_id: str, text: str) -> None:
        conversations = self._container.conversations
        with self._container.database.session():
            if not conversations.seen(_SHOWN, f"{conversation_id}:{message_id}", conversation_id):
                conversations.append_event(conversation_id, "user", {"text": text, "message_id": message_id})


def _bot_body(outbound: Outbound) -> dict[str, Any]:
    return {
        "text": outbound.text,
        "choices": [{"title": choice.title, "payload": choice.payload} for choice in outbound.choices],
        "custom": outbound.custom,
    }
