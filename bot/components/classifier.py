"""Rasa component around `IntentModel`: learns the intents in training, ranks them for each message."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.cli import print_info

from bot.components.clauses import clauses
from bot.components.intent_model import IntentModel, ModelOptions

CLAUSES_KEY = "clauses"
"""Where the clauses of a message stand in its parse data; no text is repeated there, only places."""
_RANKING_LENGTH = 10


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class Classifier(IntentClassifier, GraphComponent):
    """A light classifier for both languages at once: no featurizer before it and no TensorFlow.

    `not_learnt` names the intents that others decide (the screen, our own buttons) and the classifier must never guess.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The values that stood best in cross-validation on the training data."""
        defaults = ModelOptions()
        return {
            "not_learnt": [],
            "word_ngrams": list(defaults.word_ngrams),
            "char_ngrams": list(defaults.char_ngrams),
            "strength": defaults.strength,
        }

    def __init__(
        self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, model: IntentModel | None = None
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Classifier:
        """Builds an untrained classifier."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Classifier:
        """Builds the classifier with the model that training stored."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, IntentModel.load(folder))

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from every example but those of the intents that are not to be learnt."""
        left_out = set(self._config["not_learnt"])
        examples = [
            (example.get(TEXT), example.get(INTENT))
            for example in training_data.intent_examples
            if example.get(TEXT) and example.get(INTENT) not in left_out
        ]
        intents = [intent for _, intent in examples]
        print_info(f"Learning {len(set(intents))} intents from {len(examples)} examples.")
        self._model = IntentModel.train([text for text, _ in examples], intents, ModelOptions.from_config(self._config))
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets the intent, the ranking and what each clause means; without any known letters there is no intent."""
        for message in messages:
            ranked = self._model.rank(message.get(TEXT) or "") if self._model else []
            ranking = [
                {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: confidence}
                for name, confidence in ranked[:_RANKING_LENGTH]
            ]
            best = ranking[0] if ranking else {INTENT_NAME_KEY: None, PREDICTED_CONFIDENCE_KEY: 0.0}
            message.set(INTENT, best, add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
            message.set(CLAUSES_KEY, self._clauses(message.get(TEXT) or ""), add_to_output=True)
        return messages

    def _clauses(self, text: str) -> list[dict[str, Any]]:
        """Each clause of a message that has several, with the likeliest intent of its own."""
        found = []
        for start, end in clauses(text):
            ranked = self._model.rank(text[start:end]) if self._model else []
            if ranked:
                name, confidence = ranked[0]
                found.append({"start": start, "end": end, "intent": name, "confidence": round(confidence, 3)})
        return found
