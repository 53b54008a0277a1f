"""The knowledge files: without contradictions, complete in both languages, and mistakes in them are named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from clinic.texts import Texts
from clinic.triage import check_knowledge
from clinic.triage.knowledge_files import FOLDER, LANGUAGES, read_files
from clinic.triage.phrases import KnowledgeError, alternatives, compile_phrase

GROUPS = {"not": frozenset({"ikke"})}
NO_WORDS: frozenset[str] = frozenset()
HEAD = "chapter: '99'\ntitle: {nb: A, en: A}\ncategory: test\nsource: test\nadvice: emergency\n"


def test_nothing_is_wrong() -> None:
    """The same check that `clinic check` can run."""
    assert check_knowledge() == []


def test_every_chapter_has_rules() -> None:
    """The chapters of the Index that have red criteria; 01-03 share a file, 06 is ordered transport."""
    chapters = {rule.chapter for rule in read_files().rules}
    known = {f"{number:02}" for number in (4, 5, *range(7, 22), *range(23, 40))} | {"01-03"}
    assert chapters == known


@pytest.mark.parametrize("language", LANGUAGES)
def test_advice_names_the_numbers(language: str) -> None:
    """113 in every advice; the helpline, the poison line and the doctor on call where they belong."""
    texts = Texts()
    advice = {rule.advice: rule.tier for rule in read_files().rules}
    for key, tier in advice.items():
        text = texts.get(f"triage.{key}", language)
        assert "113" in text
        needed = {"mental_crisis": "116 123", "poison": "22 59 13 00", "urgent": "116 117"}.get(tier)
        assert needed is None or needed in text, key
    assert "116 111" in texts.get("triage.mental_crisis_child", language)
    assert "112" in texts.get("triage.emergency_violence", language)
    for number in ("113", "23 01 48 00", "21 49 24 01"):
        assert number in texts.get("triage.failsafe", language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", ["warning_signs_adult", "warning_signs_child", "clarify"])
def test_a_question_is_one_question(key: str, language: str) -> None:
    """It can be answered by yes or no."""
    text = Texts().get(f"triage.{key}", language)
    assert text.count("?") == 1


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("rules:\n- {id: a, when: [snake], tier: emergency}\n", "lacks 'chapter'"),
        ("signs: {thing: {nb: [ting]}}\nrules:\n- {id: a, when: [thing], tier: emergency}\n", "no phrases in en"),
        ("rules:\n- {id: a, when: [unicorn], tier: emergency}\n", "No file defines 'unicorn'"),
        ("rules:\n- {id: a, when: [snake], tier: emergency, colour: red}\n", "unknown field 'colour'"),
        ("rules:\n- {id: a, when: [snake], tier: emergency, advice: fly}\n", "'triage.fly' has no text in nb"),
        ("rules: [{id: a, when: [snake], tier: emergency}, {id: b, when: [snake], tier: urgent}]\n", "the same tier"),
        ("signs: {thing: {nb: [<nobody>], en: [it]}}\nrules:\n- {id: a, when: [thing], tier: urgent}\n", "unknown"),
        ("signs: {snake: {nb: [ål], en: [eel]}}\n", "stands both in"),
        ("signs: {thing: {nb: [ting, ting], en: [it]}}\n", "lists 'ting' twice"),
        ("signs:\n  thing:\n    nb:\n    - ting\n      - tang\n    en: [it]\n", "indented too far"),
    ],
)  # fmt: skip
def test_a_mistake_is_named(tmp_path: Path, broken: str, said: str) -> None:
    """Each kind of mistake gives a sentence that says what is wrong."""
    folder = tmp_path / "knowledge"
    shutil.copytree(FOLDER, folder)
    head = "" if "lacks" in said else HEAD
    (folder / "99-test.yml").write_text(head + broken, encoding="utf-8")
    assert any(said in problem for problem in check_knowledge(folder)), check_knowledge(folder)


def test_an_unreadable_file_is_named(tmp_path: Path) -> None:
    """The message says which file."""
    folder = tmp_path / "knowledge"
    shutil.copytree(FOLDER, folder)
    (folder / "11-chest.yml").write_text("chapter: [", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="11-chest"):
        read_files(folder)


def test_phrases_say_what_they_are() -> None:
    """Alternatives of several words are written out; a negator makes a phrase negative in form."""
    assert alternatives("blek/hvit_i_ansiktet nå?") == ["blek nå?", "hvit i ansiktet nå?"]
    assert compile_phrase("puster <not>", "a", "nb", GROUPS, NO_WORDS).negative
    assert not compile_phrase("vondt .. bryst*", "a", "nb", GROUPS, NO_WORDS).negative
    with pytest.raises(KnowledgeError, match="no word that must be there"):
        compile_phrase("..  helt?", "a", "nb", GROUPS, NO_WORDS)
    with pytest.raises(KnowledgeError, match="no gap"):
        compile_phrase("vondt ..x bryst", "a", "nb", GROUPS, NO_WORDS)


def test_both_yaml_readers_agree() -> None:
    """The fast reader forgives what the plain one does not; the files must not depend on which is there."""
    for path in FOLDER.glob("*.yml"):
        text = path.read_text(encoding="utf-8")
        assert yaml.load(text, Loader=yaml.SafeLoader) == yaml.load(text, Loader=yaml.CSafeLoader), path.name
