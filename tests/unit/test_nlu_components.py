"""Our components inside Rasa's machinery: what is stored, what is set on a message, and who has the last word."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.classifier import Classifier
from bot.components.language import LanguageTeller
from bot.components.screener import Screener

EXAMPLES = [
    ("hei", "greet"),
    ("hallo", "greet"),
    ("takk", "thanks"),
    ("tusen takk", "thanks"),
    ("jeg får ikke puste", "emergency"),
]
CONTEXT = ExecutionContext(GraphSchema({}))


def message(text: str, **metadata: Any) -> Message:
    return Message({"text": text, "metadata": metadata or None})


@pytest.fixture
def storage(tmp_path: Path) -> LocalModelStorage:
    return LocalModelStorage(tmp_path)


@pytest.fixture
def classifier(storage: LocalModelStorage) -> Classifier:
    config = {**Classifier.get_default_config(), "not_learnt": ["emergency"]}
    resource = Resource("classifier")
    untrained = Classifier.create(config, storage, resource, CONTEXT)
    untrained.train(TrainingData([Message({"text": text, "intent": intent}) for text, intent in EXAMPLES]))
    return Classifier.load(config, storage, resource, CONTEXT)


def test_what_was_trained_is_stored_and_answers_after_loading(classifier: Classifier) -> None:
    (answered,) = classifier.process([message("tusen hjertelig takk")])
    assert answered.get("intent")["name"] == "thanks"
    assert [entry["name"] for entry in answered.get("intent_ranking")] == ["thanks", "greet"]
    assert answered.as_dict(only_output_properties=True)["intent"]["confidence"] > 0.35


def test_intents_that_are_not_learnt_are_never_guessed(classifier: Classifier) -> None:
    (answered,) = classifier.process([message("jeg får ikke puste")])
    assert "emergency" not in [entry["name"] for entry in answered.get("intent_ranking")]


@pytest.mark.parametrize("text", ["", "   ", None])
def test_an_empty_message_gets_no_intent_and_no_confidence(classifier: Classifier, text: str | None) -> None:
    (answered,) = classifier.process([Message({"text": text})])
    assert answered.get("intent") == {"name": None, "confidence": 0.0}
    assert answered.get("intent_ranking") == []


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (message("vondt i halsen", language="en"), "en"),
        (message("sore throat", language="nb"), "nb"),
        (message("jeg har vondt i halsen"), "nb"),
        (message("I have a sore throat"), "en"),
        (message("I have a sore throat", language="xx"), "en"),
    ],
)
def test_the_language_comes_from_the_channel_or_else_from_the_text(given: Message, expected: str) -> None:
    (told,) = LanguageTeller().process([given])
    assert [(entity["entity"], entity["value"]) for entity in told.get("entities")] == [("language", expected)]


def test_an_uncertain_language_is_not_told() -> None:
    (untold,) = LanguageTeller().process([message("12345678")])
    assert untold.get("entities") is None


def test_the_screen_overrules_the_classifier(classifier: Classifier) -> None:
    (screened,) = Screener().process(classifier.process([message("takk, men jeg får ikke puste")]))
    assert screened.get("intent") == {"name": "emergency", "confidence": 1.0}
    assert [entry["name"] for entry in screened.get("intent_ranking")][:2] == ["emergency", "thanks"]
    assert screened.as_dict(only_output_properties=True)["triage"]["decision"] == "emergency"


def test_what_is_no_emergency_stays_as_it_was(classifier: Classifier) -> None:
    (untouched,) = Screener().process(classifier.process([message("takk")]))
    assert untouched.get("intent")["name"] == "thanks"
    assert untouched.get("triage") is None


@pytest.mark.parametrize("text", ["/greet jeg får ikke puste", "/ /greet{} jeg får ikke puste", "/jeg får ikke puste"])
def test_a_slash_does_not_hide_an_emergency(classifier: Classifier, text: str) -> None:
    domain = Domain.from_dict({"intents": ["greet", "thanks", "emergency"]})
    (screened,) = Screener().process(classifier.process([message(text)]))
    assert YAMLStoryReader.unpack_regex_message(screened, domain).get("intent")["name"] == "emergency"
