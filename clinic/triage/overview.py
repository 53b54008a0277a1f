"""Which chapter of the Index leads to which decisions, and where its criteria were read: for the clinical owner."""

from __future__ import annotations

from collections import Counter

from clinic.triage.knowledge_files import Files
from clinic.triage.model import DECISIONS


def chapters_table(files: Files) -> list[str]:
    """Lines of a Markdown table, a chapter each: titles, rules of each decision, advice keys, source."""
    lines = ["| chapter | title | rules by decision | advice | source |", "| --- | --- | --- | --- | --- |"]
    for chapter in files.chapters:
        rules = [rule for rule in files.rules if rule.chapter == chapter.number]
        tiers = Counter(rule.tier for rule in rules)
        counted = ", ".join(f"{tier} {tiers[tier]}" for tier in DECISIONS if tiers[tier])
        advice = ", ".join(sorted({f"`{rule.advice}`" for rule in rules}))
        title = f"{chapter.titles['nb']} / {chapter.titles['en']}"
        lines.append(f"| {chapter.number} | {title} | {counted} | {advice} | {chapter.source} |")
    return lines
