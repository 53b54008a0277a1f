"""Finding what is wrong in the knowledge files before a patient does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from clinic.texts import Texts
from clinic.triage.knowledge import MEASURED_SIGNS, compile_files
from clinic.triage.knowledge_files import FOLDER, LANGUAGES, STATUSES, TIERS, Files, Rule, read_files
from clinic.triage.phrases import KnowledgeError

ALWAYS_NEEDED = ("emergency", "mental_crisis", "poison", "urgent", "clarify", "failsafe", "unavailable")
"""Texts that are given whatever the rules say."""
MUST_NAME_113 = ("emergency", "mental_crisis", "poison", "clarify", "urgent")


def check_knowledge(folder: Path = FOLDER, texts: Texts | None = None) -> list[str]:
    """Everything that is wrong, one sentence each; an empty list means that all is well.

    Looks for phrases that cannot be read, signs without one of the languages, signs and rules that nothing uses or
    that are not there, unknown tiers, rules of one name or one condition with different decisions, and advice
    without a text or without 113.
    """
    try:
        files = read_files(folder)
        compile_files(files)
    except KnowledgeError as error:
        return [str(error)]
    return [*_signs(files), *_rules(files), *_advice(files, texts or Texts())]


def _signs(files: Files) -> list[str]:
    problems = []
    used = {sign for rule in files.rules for group in (*rule.when, frozenset(rule.unless)) for sign in group}
    for sign, phrases in files.signs.items():
        home = files.homes[sign]
        problems += [f"{home}: '{sign}' has no phrases in {name}" for name in LANGUAGES if not phrases.get(name)]
        if sign not in used:
            problems.append(f"{home}: no rule uses '{sign}'")
        problems += _twice(home, sign, phrases)
    problems += [f"No file defines '{sign}'" for sign in sorted(used - set(files.signs) - MEASURED_SIGNS)]
    for kind, phrases in files.cues.items():
        problems += [f"context.yml: '{kind}' has no phrases in {name}" for name in LANGUAGES if not phrases.get(name)]
        problems += _twice("context.yml", kind, phrases)
    return problems


def _twice(home: str, owner: str, phrases: Mapping[str, list[str]]) -> list[str]:
    return [
        f"{home}: '{owner}' lists '{phrase}' twice in {name}"
        for name, listed in phrases.items()
        for phrase, times in Counter(listed).items()
        if times > 1
    ]


def _rules(files: Files) -> list[str]:
    problems = []
    names: set[str] = set()
    conditions: dict[tuple[object, ...], Rule] = {}
    for rule in files.rules:
        if rule.name in names:
            problems.append(f"Two rules are called '{rule.name}'")
        names.add(rule.name)
        if rule.tier not in TIERS:
            problems.append(f"'{rule.name}' has the unknown tier '{rule.tier}'")
        problems += [
            f"'{rule.name}' names '{one}', which is no status" for one in (rule.counts | rule.doubt) - set(STATUSES)
        ]
        condition = (frozenset(rule.when), frozenset(rule.unless))
        other = conditions.setdefault(condition, rule)
        if other is not rule and other.tier != rule.tier:
            problems.append(f"'{rule.name}' and '{other.name}' have the same condition but not the same tier")
        overlap = frozenset(rule.unless) & frozenset().union(*rule.when)
        if overlap:
            problems.append(f"'{rule.name}' both needs and excludes '{sorted(overlap)[0]}'")
    return problems


def _advice(files: Files, texts: Texts) -> list[str]:
    tiers = {rule.advice: rule.tier for rule in files.rules} | {key: key for key in ALWAYS_NEEDED}
    known = {name: texts.keys(name) for name in LANGUAGES}
    problems = []
    for key, tier in sorted(tiers.items()):
        for name in LANGUAGES:
            if f"triage.{key}" not in known[name]:
                problems.append(f"The advice 'triage.{key}' has no text in {name}")
            elif tier in MUST_NAME_113 and "113" not in texts.get(f"triage.{key}", name):
                problems.append(f"The advice 'triage.{key}' does not name 113 in {name}")
    return problems
