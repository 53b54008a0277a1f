"""Asks the insurer's API: signed, with time limits, a few tries, and a pause for an insurer that is down.

tenacity repeats, pybreaker breaks the circuit. All calls block, for ten seconds at the most.
"""

from __future__ import annotations

import requests
from pybreaker import CircuitBreaker, CircuitBreakerError
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from clinic.coverage.insurer.answer import AnswerInvalid, InsuredPolicy, read_answer
from clinic.coverage.insurer.signature import RequestSignature
from clinic.coverage.model import RegisterUnavailable

PATH = "/v1/coverage"
CONNECT_TIMEOUT_S = 2.0
READ_TIMEOUT_S = 3.0
TRIES = 3
LONGEST_WAIT_S = 1.0
"""Between two tries; an insurer that asks for more in `Retry-After` is taken for one that does not answer."""
FAILURES_UNTIL_PAUSE = 5
PAUSE_S = 30
_TEMPORARY = frozenset({429, 500, 502, 503, 504})


class _Temporary(Exception):
    """Worth another try. `wait_s`: what the insurer asked for."""

    def __init__(self, reason: str, wait_s: float = 0.0) -> None:
        super().__init__(reason)
        self.wait_s = wait_s


class InsurerClient:
    """One insurer. Threads may share it."""

    def __init__(self, base_url: str, key: str) -> None:
        """`key` is the secret shared with the insurer, at least 32 characters."""
        self._url = base_url.rstrip("/") + PATH
        self._signature = RequestSignature(key, base_url.rstrip("/"), PATH)
        self._breaker = CircuitBreaker(fail_max=FAILURES_UNTIL_PAUSE, reset_timeout=PAUSE_S)
        self._http = requests.Session()

    def policies(self, national_id: str, number: str | None) -> list[InsuredPolicy]:
        """The person's policies, or the one with this number if the person is insured on it.

        Raises RegisterUnavailable: the insurer does not answer, refuses us, or answers with something else.
        """
        try:
            return self._breaker.call(self._ask, national_id, number)
        except CircuitBreakerError:
            raise RegisterUnavailable("The insurer has failed repeatedly and is not asked for a while.") from None

    def _ask(self, national_id: str, number: str | None) -> list[InsuredPolicy]:
        tries = Retrying(
            stop=stop_after_attempt(TRIES),
            wait=_wait_s,
            retry=retry_if_exception_type(_Temporary),
            reraise=True,
        )
        try:
            return tries(self._ask_once, {"national_id": national_id, "policy_number": number})
        except _Temporary as error:
            raise RegisterUnavailable(f"The insurer does not answer: {error}.") from None

    def _ask_once(self, question: dict[str, str | None]) -> list[InsuredPolicy]:
        body, headers = self._signature.sign(question)
        try:
            # No redirects: the question holds a national number, and goes nowhere but where it was meant for.
            answer = self._http.post(
                self._url,
                data=body,
                headers=headers,
                timeout=(CONNECT_TIMEOUT_S, READ_TIMEOUT_S),
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise _Temporary(type(error).__name__) from None
        if answer.status_code in _TEMPORARY:
            wait_s = _retry_after_s(answer)
            if wait_s > LONGEST_WAIT_S:
                raise RegisterUnavailable(f"The insurer asks us to wait: {answer.status_code}.")
            raise _Temporary(f"status {answer.status_code}", wait_s)
        if answer.status_code != 200:
            raise RegisterUnavailable(f"The insurer refuses the question: {answer.status_code}.")
        try:
            return read_answer(answer.content)
        except AnswerInvalid as error:
            raise RegisterUnavailable(str(error)) from None


def _wait_s(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.wait_s if isinstance(error, _Temporary) else 0.0
    return max(asked, wait_random_exponential(multiplier=0.1, max=LONGEST_WAIT_S)(state))


def _retry_after_s(answer: requests.Response) -> float:
    """Seconds in `Retry-After`; 0 without it, and for its form as a date, which no insurer of ours uses."""
    try:
        return max(0.0, float(answer.headers.get("Retry-After", 0)))
    except ValueError:
        return 0.0
