"""The bot's data as Rasa itself checks it, and every text said by code: there in both languages, and used."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DATA = ROOT / "bot" / "data"
CODE = sorted([*(ROOT / "bot" / "actions").glob("*.py"), *(ROOT / "clinic" / "intake").glob("*.py")])
LIMITS = ROOT / "clinic" / "intake" / "medicines.yml"
ANSWERS_QUESTIONS = "action_answer_question"
VALIDATION_S = 180
LANGUAGES = {"nb", "en"}

Variation = dict[str, Any]


def _yaml(folder: str) -> Iterator[dict[str, Any]]:
    for path in sorted((DATA / folder).glob("*.yml")):
        yield yaml.safe_load(path.read_text(encoding="utf-8"))


def _responses() -> dict[str, list[Variation]]:
    return {key: variations for part in _yaml("responses") for key, variations in part["responses"].items()}


def _rules() -> list[dict[str, Any]]:
    return [rule for part in _yaml("rules") for rule in part["rules"]]


def _steps(rule: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for step in rule["steps"]:
        yield from step.get("or", [step])


def _questions() -> set[str]:
    """The intents that are answered with the text of their name."""
    answered = [rule for rule in _rules() if any(step.get("action") == ANSWERS_QUESTIONS for step in _steps(rule))]
    return {step["intent"] for rule in answered for step in _steps(rule) if "intent" in step}


def _kinds_offered() -> set[str]:
    """The kinds of help that can be chosen by button."""
    variations = _responses()["utter_ask_reason"]
    return {payload.removeprefix("/choose:") for variation in variations for payload in _payloads(variation)}


def _in_code() -> tuple[set[str], set[str]]:
    """The keys that stand in the code, and the beginnings of those that are put together there."""
    whole: set[str] = set()
    beginnings: set[str] = set()
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                beginnings.add(str(node.values[0].value))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
    return (
        {key for key in whole if re.fullmatch(r"utter_\w+[^_]", key)},
        {key for key in beginnings if key.startswith("utter_")},
    )


def _said() -> set[str]:
    """Every key that the code and the rules can say."""
    whole, beginnings = _in_code()
    parts: dict[str, set[str]] = {
        "utter_": _questions(),
        "utter_ask_reason_": _kinds_offered(),
        "utter_ask_follow_up_1_": {"symptom", "prescription", "referral", "sick_note"},
        "utter_ask_follow_up_2_": {"symptom", "prescription", "referral", "sick_note"},
        "utter_limit_": set(yaml.safe_load(LIMITS.read_text(encoding="utf-8"))),
    }
    assert beginnings == set(parts), "a key is put together in a way this test does not know"
    put_together = {f"{beginning}{end}" for beginning, ends in parts.items() for end in ends}
    in_rules = {step["action"] for rule in _rules() for step in _steps(rule) if "action" in step}
    said = whole | put_together | {action for action in in_rules if action.startswith("utter_")}
    # The words for the second time (bot/actions/turn.py) belong to a text that is said the first time.
    return said | {f"{key}_2" for key in said if f"{key}_2" in RESPONSES}


RESPONSES = _responses()


def test_rasa_finds_nothing_wrong_with_the_data() -> None:
    checked = subprocess.run(
        [str(Path(sys.executable).with_name("rasa")), "data", "validate", "--data", "bot/data"],
        cwd=ROOT,
        env={**os.environ, "RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=VALIDATION_S,
    )
    shown = re.sub(r"\x1b\[\d*m", "", checked.stdout + checked.stderr)
    assert checked.returncode == 0, shown[-2000:]
    assert "No story structure conflicts found" in shown
    warned = re.findall(r"rasa/shared/utils/io\.py:\d+: UserWarning: (.*)", shown)
    unused = {found[1] for line in warned if (found := re.match(r"The utterance '(\w+)' is not used in any", line))}
    assert [line for line in warned if "is not used in any story or rule" not in line] == []
    assert unused <= _said(), "neither a rule nor the code says these"
    assert not re.findall(r"^.*(?:WARNING|ERROR) +rasa.*$", shown, re.MULTILINE)


def test_every_text_that_can_be_said_is_there() -> None:
    assert _said() - set(RESPONSES) == set()


def test_every_text_is_said_somewhere() -> None:
    assert set(RESPONSES) - _said() == set()


@pytest.mark.parametrize("key", sorted(RESPONSES))
def test_both_languages_say_the_same(key: str) -> None:
    said = {variation["condition"][0]["value"]: variation for variation in RESPONSES[key]}
    assert set(said) == LANGUAGES
    assert len(RESPONSES[key]) == len(LANGUAGES), "a text is chosen by language, never by chance"
    nb, en = said["nb"], said["en"]
    assert nb["text"].strip() and nb["text"] != en["text"]
    assert _placeholders(nb["text"]) == _placeholders(en["text"])
    assert _payloads(nb) == _payloads(en)


@pytest.mark.parametrize("key", sorted(RESPONSES))
def test_payloads_are_of_the_form_that_is_read_back(key: str) -> None:
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    intents = {intent if isinstance(intent, str) else next(iter(intent)) for intent in domain["intents"]}
    for variation in RESPONSES[key]:
        for payload in _payloads(variation):
            form = re.fullmatch(r"/(\w+)(?::[\w-]+)?", payload)
            assert form and form[1] in intents, payload


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", text))


def _payloads(variation: Variation) -> list[str]:
    return [button["payload"] for button in variation.get("buttons", [])]
