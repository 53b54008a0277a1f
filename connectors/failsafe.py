"""What can be said when nothing can be kept: the screen needs no database, and an emergency cannot wait for one."""

from __future__ import annotations

from clinic.texts import Texts
from clinic.triage import screen
from connectors.messages import Outbound


def without_database(text: str, language: str, texts: Texts) -> Outbound:
    """The advice for what the screen finds in `text`; else that we cannot answer now, and whom to call meanwhile."""
    finding = screen(text, language=language)
    if finding.decision == "none":
        return Outbound(texts.get("chat.unavailable", language))
    advice = texts.get(f"triage.{finding.advice_key or finding.decision}", language)
    return Outbound(advice, custom={"type": "advice", "decision": finding.decision})
