"""Rasa component that tells the conversation's language to a slot, as an entity of its own."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_TYPE,
    ENTITY_ATTRIBUTE_VALUE,
    EXTRACTOR,
    METADATA,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message

from clinic.language import detect

LANGUAGE_ENTITY = "language"
_LANGUAGES = frozenset({"nb", "en"})


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class LanguageTeller(GraphComponent):
    """Adds the entity `language` with the value "nb" or "en".

    Our channels have decided the language already and put it into the message's metadata; that is taken as it is.
    Without it (`rasa shell`, `rasa test`) the text is looked at, and only a certain answer is passed on.
    """

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LanguageTeller:
        """Builds the component; there is nothing to load."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the entity to each message whose language is known."""
        for message in messages:
            language = _language_of(message)
            if language is None:
                continue
            entity = {
                ENTITY_ATTRIBUTE_TYPE: LANGUAGE_ENTITY,
                ENTITY_ATTRIBUTE_VALUE: language,
                EXTRACTOR: type(self).__name__,
            }
            message.set(ENTITIES, [*message.get(ENTITIES, []), entity], add_to_output=True)
        return messages


def _language_of(message: Message) -> str | None:
    told = (message.get(METADATA) or {}).get("language")
    return told if told in _LANGUAGES else detect(message.get(TEXT) or "")
