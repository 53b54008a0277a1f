"""How a kept finding is shown to the reviewer, on the page and as a line of the file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clinic.clock import to_oslo
from clinic.findings import FindingRecord, FindingSummary
from clinic.texts import Texts

COLUMNS = (
    "at", "decision", "category", "explanation", "cancelled", "channel", "step", "language", "marked_mistake_at", "id",
)  # fmt: skip
EVIDENCE, CANCELLED, PLAIN = "evidence", "cancelled", "plain"


@dataclass(frozen=True)
class ShownFinding:
    """A finding in words; times are Oslo's. `cancelled` and `explanation` are None where they were not kept yet."""

    at: str
    at_iso: str
    decision: str
    category: str
    channel: str
    explanation: str | None
    evidence: list[str]
    cancelled: list[str] | None
    pieces: list[tuple[str, str]]
    mistake_at: str | None
    language: str | None


def shown(finding: FindingRecord, texts: Texts, language: str) -> ShownFinding:
    """Put a finding into words of `language`; what the patient wrote stays as it is stored."""
    at = to_oslo(finding.at)
    mistake = finding.marked_mistake_at
    return ShownFinding(
        at=f"{at:%Y-%m-%d %H:%M}",
        at_iso=at.isoformat(timespec="seconds"),
        decision=label(texts, "decision", finding.decision, language),
        category=label(texts, "category", finding.category, language) if finding.category else "",
        channel=label(texts, "channel", finding.channel, language),
        explanation=finding.explanation,
        evidence=_words(finding.text, finding.evidence),
        cancelled=None if finding.cancelled is None else _words(finding.text, finding.cancelled),
        pieces=pieces(finding.text, finding.evidence, finding.cancelled or ()),
        mistake_at=f"{to_oslo(mistake):%Y-%m-%d %H:%M}" if mistake else None,
        language=finding.language,
    )


def label(texts: Texts, group: str, name: str, language: str) -> str:
    """What a decision, category or channel is called; its own name while it has no text."""
    key = f"review.{group}.{name}"
    return texts.get(key, language) if texts.has(key) else name


def pieces(text: str, evidence: Iterable[dict[str, int]], cancelled: Iterable[dict[str, int]]) -> list[tuple[str, str]]:
    """Part a text into ("evidence" | "cancelled" | "plain", words), in order; together they are the whole text."""
    kinds = [PLAIN] * len(text)
    for kind, spans in ((CANCELLED, cancelled), (EVIDENCE, evidence)):  # where they overlap, what decided is shown
        for span in spans:
            places = range(*slice(span["start"], span["end"]).indices(len(text)))
            kinds[places.start : places.stop] = [kind] * len(places)
    parted: list[tuple[str, str]] = []
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or kinds[end] != kinds[start]:
            parted.append((kinds[start], _printable(text[start:end])))
            start = end
    return parted


def as_csv(findings: Sequence[FindingSummary]) -> str:
    """The findings as comma-separated values with a line of names; nothing the patient wrote is in them."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for finding in findings:
        mistake = finding.marked_mistake_at
        writer.writerow(
            (
                to_oslo(finding.at).isoformat(timespec="seconds"), finding.decision, finding.category,
                finding.explanation, finding.cancelled, finding.channel, finding.step, finding.language,
                to_oslo(mistake).isoformat(timespec="seconds") if mistake else None, finding.id,
            )
        )  # fmt: skip
    return file.getvalue()


def _words(text: str, spans: Iterable[dict[str, int]]) -> list[str]:
    return [_printable(text[span["start"] : span["end"]]) for span in spans]


def _printable(text: str) -> str:
    """Half characters cannot be sent to a browser."""
    return text.encode("utf-8", "replace").decode("utf-8")
