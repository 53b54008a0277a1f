"""What can be said without Rasa and without a database: the screen needs neither, and an emergency waits for none."""

from __future__ import annotations

from collections.abc import Sequence

from clinic.texts import Texts
from clinic.triage import Finding, screen
from connectors.messages import Outbound


def advice(finding: Finding, language: str, texts: Texts) -> list[Outbound]:
    """The advice for what the screen found, as one bubble; nothing when it found nothing."""
    if finding.decision == "none":
        return []
    text = texts.get(f"triage.{finding.advice_key or finding.decision}", language)
    return [Outbound(text, custom={"type": "advice", "decision": finding.decision})]


def with_advice(said: list[Outbound], finding: Finding, language: str, texts: Texts) -> list[Outbound]:
    """What the bot said, with the advice in front where Rasa, against expectation, did not give it."""
    wanted = advice(finding, language, texts)
    if not wanted or _stands_in(wanted[0].text, said):
        return said
    return wanted + said


def without_database(text: str, language: str, texts: Texts) -> Outbound:
    """The advice for what the screen finds in `text`; else that we cannot answer now, and whom to call meanwhile."""
    found = advice(screen(text, language=language), language, texts)
    return found[0] if found else Outbound(texts.get("chat.unavailable", language))


def _stands_in(text: str, said: Sequence[Outbound]) -> bool:
    return any(text in outbound.text for outbound in said)
