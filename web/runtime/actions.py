"""Custom actions in our own process: Rasa's action endpoint without HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from typing import Any

from rasa.utils.endpoints import ClientResponseError, EndpointConfig
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection

from connectors.agent import failures


class InProcessActions(EndpointConfig):
    """Given to the agent as its action endpoint; runs the actions of `bot.actions` in a worker thread.

    The thread keeps the database off the event loop. The domain is not sent along: no action of ours reads it.
    """

    def __init__(self) -> None:
        super().__init__(url="in-process", enable_selective_domain=True)
        self._executor = ActionExecutor()
        self._executor.register_package("bot.actions")

    async def request(self, *_args: Any, json: dict[str, Any] | None = None, **_kwargs: Any) -> Any:
        """Runs one action. Raises what the HTTP server would make the client raise."""
        try:
            return await asyncio.to_thread(_finish, self._executor.run(json))
        except ActionExecutionRejection as rejection:
            raise ClientResponseError(400, "rejected", _rejection_body(rejection)) from rejection
        except Exception as error:
            failed = failures.get()
            if failed is not None:
                failed.append(error)
            raise


def _rejection_body(rejection: ActionExecutionRejection) -> str:
    return json.dumps({"error": str(rejection), "action_name": rejection.action_name})


def _finish(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Runs a coroutine that never waits: our actions are plain code behind `async def`."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value
    coroutine.close()
    raise RuntimeError("A custom action waited for something; actions must be plain, quick code.")
