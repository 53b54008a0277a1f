"""Conversations on any channel: language, misunderstandings, offered choices, and messages already handled."""
