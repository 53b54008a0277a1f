"""Rasa component that lets the emergency screen decide the intent, whatever the classifier thought."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import (
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    METADATA,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message

from clinic.triage import screen

FINDING_KEY = "triage"
"""Where the finding stands in the parse data of a screened message."""
_SLASHES = re.compile(r"^[\s/]+")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class Screener(IntentClassifier, GraphComponent):
    """Runs `clinic.triage.screen` on every message; stands last in the pipeline, so that nothing overrules it.

    The child's age in years and the language come from the message's metadata, where the channels put them.
    """

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Screener:
        """Builds the component; there is nothing to load."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets the screen's decision as the intent, with certainty, and keeps the finding beside it."""
        for message in messages:
            text = message.get(TEXT) or ""
            metadata = message.get(METADATA) or {}
            finding = screen(text, child_age=metadata.get("child_age"), language=metadata.get("language"))
            if finding.decision == "none":
                continue
            intent = {INTENT_NAME_KEY: finding.decision, PREDICTED_CONFIDENCE_KEY: 1.0}
            message.set(INTENT, intent, add_to_output=True)
            message.set(INTENT_RANKING_KEY, [intent, *message.get(INTENT_RANKING_KEY, [])], add_to_output=True)
            message.set(FINDING_KEY, asdict(finding), add_to_output=True)
            # After the pipeline Rasa reads a text with a leading slash as a command and would drop the decision.
            message.set(TEXT, _SLASHES.sub("", text), add_to_output=True)
        return messages
