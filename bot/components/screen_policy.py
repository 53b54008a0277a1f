"""The policy that lets the emergency screen win over every form, question and fallback."""

from __future__ import annotations

from typing import Any

from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

SCREEN_ACTION = "action_screen"
SCREENED_INTENTS = frozenset({"emergency", "mental_crisis", "poison", "urgent", "clarify"})
"""The screener's decisions, which it sets as intents; the names are those of `clinic.triage`."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=False)
class ScreenPolicy(Policy):
    """Predicts the screen's answer with certainty right after a screened message, and nothing else."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Above Rasa's rules (priority 6), so that no rule and no form comes first."""
        return {"priority": 100}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> ScreenPolicy:
        """Builds the policy; there is nothing to load."""
        return cls(config, model_storage, resource, execution_context)

    def train(
        self,
        training_trackers: list[TrackerWithCachedStates],
        domain: Domain,
        **kwargs: Any,
    ) -> Resource:
        """There is nothing to learn."""
        return self._resource

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """The screen's action directly after a screened message; then the turn is over."""
        probabilities = self._default_predictions(domain)
        message = tracker.latest_message
        if message is None or message.intent.get("name") not in SCREENED_INTENTS:
            return self._prediction(probabilities)
        action = {ACTION_LISTEN_NAME: SCREEN_ACTION, SCREEN_ACTION: ACTION_LISTEN_NAME}.get(
            tracker.latest_action_name or ""
        )
        if action is None:
            return self._prediction(probabilities)
        probabilities[domain.index_for_action(action)] = 1.0
        return self._prediction(probabilities, is_no_user_prediction=True)
