"""Conversations on any channel: language, misunderstandings, offered choices, and messages already handled."""

from clinic.conversations.choices import match
from clinic.conversations.model import ChatEvent, Conversation, ConversationUnknown, OfferedChoice
from clinic.conversations.recent import RecentWords
from clinic.conversations.store import Conversations

__all__ = ["ChatEvent", "Conversation", "ConversationUnknown", "Conversations", "OfferedChoice", "RecentWords", "match"]
