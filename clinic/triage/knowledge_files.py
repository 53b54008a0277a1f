"""Reading `knowledge/`: one file a chapter, and the shared files `language.yml`, `context.yml` and `shared.yml`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from clinic.triage.phrases import KnowledgeError

FOLDER = Path(__file__).parent / "knowledge"
LANGUAGES = ("nb", "en")
TIERS = ("emergency", "mental_crisis", "poison", "urgent", "clarify")
STATUSES = (
    "negated",
    "figurative",
    "mentioned",
    "talk",
    "past",
    "hypothetical",
    "feared",
    "animal",
    "resolved",
    "recent",
)
"""Why a sign may not count, the strongest reason first."""

_SHARED = ("language", "context", "shared", "harmless_words", "concepts")
_NO_CHAPTER = (*_SHARED, "measures")
_RULE_FIELDS = frozenset(
    {"id", "when", "unless", "tier", "advice", "category", "within", "rank", "counts", "doubt", "together"}
)
_EXCLUSION_REACH = 15
_RANKS = {"emergency": 50, "mental_crisis": 45, "poison": 40, "urgent": 30, "clarify": 20}
_COUNTS: Mapping[str, tuple[str, ...]] = {
    # An attempt, a poisoning or an injury of yesterday is not over; fear for someone's life is a call for help.
    "mental_crisis": ("feared", "recent"),
    "poison": ("recent", "resolved"),
    "urgent": ("recent", "resolved"),
}
_DOUBT: Mapping[str, tuple[str, ...]] = {"emergency": ("recent",)}


@dataclass(frozen=True)
class Rule:
    """What combines to what.

    Attributes:
        name: unique over all chapters.
        when: every group must be met by one of its signs.
        unless: signs that stop the rule when they count, and how many words away they may stand.
        tier: the decision; the service's clinical owner has the last word on it.
        advice: name of the advice text.
        category: short name of the chapter.
        within: how many words the signs may be apart.
        rank: which rule decides when several are met, the highest first.
        counts: reasons not to count that do not matter for this rule.
        doubt: reasons for which the decision is to ask instead.
        together: all signs must stand in one message ("took paracetamol" and, later, "wrong" to the summary: nothing).
    """

    name: str
    when: tuple[frozenset[str], ...]
    unless: dict[str, int]
    tier: str
    advice: str
    category: str
    chapter: str
    within: int
    rank: int
    counts: frozenset[str]
    doubt: frozenset[str]
    together: bool = False


@dataclass(frozen=True)
class Chapter:
    """The head of a chapter's file: its number and titles in the Index, and where its criteria were read."""

    number: str
    titles: Mapping[str, str]
    category: str
    source: str


@dataclass(frozen=True)
class Files:
    """Everything the files say, still as words.

    Attributes:
        signs: sign → language → phrases as written.
        homes: sign → the file it stands in.
        chapters: the heads of all chapters, in the Index's order.
        rules: all rules of all chapters.
        cues: kind of cue → language → phrases as written.
        groups: named groups of words.
        fillers: words that may stand unsaid between the parts of a phrase.
        common: words too common to start a search from.
        barriers: words a gap never reaches over.
        unfinished: last words of a message that goes on in the next one.
        continuing: first words of a message that goes on where the last one stopped.
        binding: words that show inside a long one that spaces were forgotten.
        respellings: written form → words it stands for (contractions, emoji).
        clitics: ending after an apostrophe → the word it stands for.
        spellings: dialect or shorthand form → words.
        harmless: words that are never taken for a sign written without its æ, ø or å, nor for a misspelt one.
        everyday: frequent words, which are never taken for a misspelt sign.
        false_friends: language → words that mean something else in the other one.
        telling: language → words that give the language away.
        illness_names: words that name an illness or an accident.
        name_parts: words that are part of such a name.
        concepts: what words are about → words of both languages, for the statistical estimate.
    """

    signs: dict[str, dict[str, list[str]]]
    homes: dict[str, str]
    chapters: list[Chapter]
    rules: list[Rule]
    cues: dict[str, dict[str, list[str]]]
    groups: dict[str, frozenset[str]]
    fillers: frozenset[str]
    common: frozenset[str]
    barriers: frozenset[str]
    unfinished: frozenset[str]
    continuing: frozenset[str]
    binding: frozenset[str]
    respellings: dict[str, tuple[str, ...]]
    clitics: dict[str, str]
    spellings: dict[str, tuple[str, ...]]
    harmless: frozenset[str]
    everyday: frozenset[str]
    false_friends: dict[str, frozenset[str]]
    telling: dict[str, frozenset[str]]
    illness_names: frozenset[str]
    name_parts: frozenset[str]
    concepts: dict[str, frozenset[str]]


def read_files(folder: Path = FOLDER) -> Files:
    """Read all files of `folder`.

    Raises:
        KnowledgeError: a file is missing, is no YAML, or says something that cannot be used.
    """
    shared = {name: _read(folder / f"{name}.yml") for name in _SHARED}
    language = shared["language"]
    files = Files(
        signs={},
        homes={},
        chapters=[],
        rules=[],
        cues={kind: _phrases(value, kind, "context.yml") for kind, value in shared["context"].items()},
        groups={name: frozenset(_both(value)) for name, value in language["groups"].items()},
        fillers=frozenset(_both(language["fillers"])),
        common=frozenset(_both(language["common"])),
        barriers=frozenset(_both(language["barriers"])),
        unfinished=frozenset(_both(language["unfinished"])),
        continuing=frozenset(_both(language["continuing"])),
        binding=frozenset(_both(language["binding"])),
        respellings={form: tuple(str(words).split()) for form, words in _flat(language["respellings"])},
        clitics={form: str(word) for form, word in _flat(language["clitics"])},
        spellings={form: tuple(str(words).split("/")) for form, words in _flat(language["spellings"])},
        harmless=frozenset(_both(shared["harmless_words"])),
        everyday=frozenset(_text(folder / "everyday_words.txt").split()),
        false_friends={name: frozenset(words) for name, words in language["false_friends"].items()},
        telling={name: frozenset(words) for name, words in language["telling"].items()},
        illness_names=frozenset(_both(language["illness_names"])),
        name_parts=frozenset(_both(language["name_parts"])),
        concepts={
            name: frozenset(f"{value['nb']} {value['en']}".split()) for name, value in shared["concepts"].items()
        },
    )
    _add_signs(files, shared["shared"].get("signs", {}), "shared.yml")
    for path in sorted(folder.glob("*.yml")):
        if path.stem not in _NO_CHAPTER:
            _add_chapter(files, _read(path), path.name)
    return files


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"{path.name} cannot be read: {error}") from error


def _read(path: Path) -> dict[str, Any]:
    try:
        content = yaml.load(_text(path), Loader=_LOADER)
    except yaml.YAMLError as error:
        raise KnowledgeError(f"{path.name} cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise KnowledgeError(f"{path.name} must hold names and values")
    return content


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _add_chapter(files: Files, content: dict[str, Any], name: str) -> None:
    for needed in ("chapter", "title", "category", "source", "advice"):
        if needed not in content:
            raise KnowledgeError(f"{name} lacks '{needed}'")
    files.chapters.append(Chapter(str(content["chapter"]), content["title"], content["category"], content["source"]))
    _add_signs(files, content.get("signs", {}), name)
    for entry in content.get("rules", []):
        files.rules.append(_rule(entry, content, name))


def _add_signs(files: Files, signs: Mapping[str, Any], name: str) -> None:
    for sign, value in signs.items():
        if sign in files.signs:
            raise KnowledgeError(f"The sign '{sign}' stands both in {files.homes[sign]} and in {name}")
        files.signs[sign] = _phrases(value, sign, name)
        files.homes[sign] = name


def _rule(entry: Mapping[str, Any], chapter: Mapping[str, Any], name: str) -> Rule:
    unknown = set(entry) - _RULE_FIELDS
    if unknown:
        raise KnowledgeError(f"A rule in {name} has the unknown field '{sorted(unknown)[0]}'")
    try:
        tier = entry["tier"]
        when = tuple(frozenset(group.replace(" ", "").split("|")) for group in entry["when"])
        rank = _RANKS[tier] + int(entry.get("rank", 0))
        rule_id = f"{chapter['category']}.{entry['id']}"
    except (KeyError, AttributeError, TypeError) as error:
        raise KnowledgeError(f"The rule '{entry.get('id', '?')}' in {name} is incomplete: {error}") from error
    return Rule(
        name=rule_id,
        when=when,
        unless=dict(_reach(sign, name) for sign in entry.get("unless", ())),
        tier=tier,
        advice=entry.get("advice", chapter["advice"] if tier == "emergency" else tier),
        category=entry.get("category", chapter["category"]),
        chapter=str(chapter["chapter"]),
        within=int(entry.get("within", 60)),
        rank=rank,
        counts=frozenset(entry.get("counts", _COUNTS.get(tier, ()))),
        doubt=frozenset(entry.get("doubt", _DOUBT.get(tier, ()))),
        together=bool(entry.get("together", False)),
    )


def _reach(sign: str, name: str) -> tuple[str, int]:
    """An exclusion as it is written: "mild@3" stops the rule only within three words of its signs."""
    sign, _, reach = str(sign).partition("@")
    if reach and not reach.isdigit():
        raise KnowledgeError(f"'{sign}@{reach}' in {name} is no exclusion")
    return sign, int(reach or _EXCLUSION_REACH)


def _phrases(value: Any, sign: str, name: str) -> dict[str, list[str]]:
    if not isinstance(value, dict) or not set(value) <= set(LANGUAGES):
        raise KnowledgeError(f"'{sign}' in {name} must list its phrases under nb and en")
    return {language: [str(phrase) for phrase in phrases or ()] for language, phrases in value.items()}


def _both(value: Mapping[str, Iterable[Any]]) -> list[str]:
    return [word for words in value.values() for entry in words for word in str(entry).split()]


def _flat(value: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, Any]]:
    return [(str(form), words) for entries in value.values() for form, words in entries.items()]
