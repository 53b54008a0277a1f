"""How the insurer is asked: signed, with patience, and not for ever."""

from __future__ import annotations

import json
import time

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import OctKey

from clinic.coverage.insurer import client as client_module
from clinic.coverage.insurer.client import FAILURES_UNTIL_PAUSE, PATH, InsurerClient
from clinic.coverage.insurer.signature import RequestSignature
from clinic.coverage.model import RegisterUnavailable, Role
from tests.support.insurer import KEY, Insurer, policy

KARI = "17858012345"


@pytest.fixture
def client(insurer: Insurer) -> InsurerClient:
    insurer.policies[KARI] = [policy("12345678"), policy("23456789", "employee", is_group=True)]
    return InsurerClient(insurer.url, KEY)


def test_policy_with_a_number_and_all_policies(client: InsurerClient, insurer: Insurer) -> None:
    (found,) = client.policies(KARI, "12345678")
    assert (found.number, found.role, found.is_group) == ("12345678", Role.HOLDER, False)
    assert [one.number for one in client.policies(KARI, None)] == ["12345678", "23456789"]
    assert client.policies(KARI, "99999999") == client.policies("01010112345", "12345678") == []
    assert insurer.questions[0] == {"national_id": KARI, "policy_number": "12345678"}


def test_short_failure_is_bridged(client: InsurerClient, insurer: Insurer) -> None:
    insurer.failing = [(503, {}), (429, {"Retry-After": "0"})]
    assert client.policies(KARI, "12345678")
    assert insurer.requests == 3


@pytest.mark.parametrize("status", [500, 502, 503, 504, 429])
def test_insurer_that_stays_away_is_asked_three_times(client: InsurerClient, insurer: Insurer, status: int) -> None:
    insurer.always = status
    with pytest.raises(RegisterUnavailable):
        client.policies(KARI, "12345678")
    assert insurer.requests == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422, 301, 204])
def test_refusal_is_not_repeated(client: InsurerClient, insurer: Insurer, status: int) -> None:
    insurer.always = status
    with pytest.raises(RegisterUnavailable):
        client.policies(KARI, "12345678")
    assert insurer.requests == 1


def test_insurer_that_asks_for_a_long_pause_gets_it(client: InsurerClient, insurer: Insurer) -> None:
    insurer.failing = [(429, {"Retry-After": "120"})]
    with pytest.raises(RegisterUnavailable):
        client.policies(KARI, "12345678")
    assert insurer.requests == 1


def test_circuit_opens_after_failures_in_a_row_and_closes_again(
    insurer: Insurer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "PAUSE_S", 0.5)
    client = InsurerClient(insurer.url, KEY)
    insurer.policies[KARI] = [policy("12345678")]
    insurer.always = 403
    for _ in range(FAILURES_UNTIL_PAUSE + 3):
        with pytest.raises(RegisterUnavailable):
            client.policies(KARI, None)
    assert insurer.requests == FAILURES_UNTIL_PAUSE, "an insurer that is down is left alone"
    insurer.always = None
    time.sleep(0.6)
    assert client.policies(KARI, None)


def test_slow_insurer_is_not_waited_for(insurer: Insurer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "READ_TIMEOUT_S", 0.1)
    client = InsurerClient(insurer.url, KEY)
    insurer.slow_s = 0.5
    with pytest.raises(RegisterUnavailable):
        client.policies(KARI, None)


def test_nobody_there() -> None:
    with pytest.raises(RegisterUnavailable):
        InsurerClient("http://127.0.0.1:9", KEY).policies(KARI, None)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"not json",
        b"[]",
        b'{"policies": 1}',
        b'{"policies": [1]}',
        json.dumps({"policies": [policy("12")]}).encode(),
        json.dumps({"policies": [policy("12345678", "owner")]}).encode(),
        json.dumps({"policies": [policy("12345678", valid_from="01.02.2024")]}).encode(),
        json.dumps({"policies": [policy("12345678", valid_from=None)]}).encode(),
        json.dumps({"policies": [policy("12345678", includes_digital_doctor="yes")]}).encode(),
        json.dumps({"policies": [policy("12345678", product="")]}).encode(),
        json.dumps({"policies": [policy("12345678", children=[{"first_name": "Emma"}])]}).encode(),
        json.dumps({"policies": [policy("12345678")] * 51}).encode(),
        b"[" * 100_000,
    ],
    ids=lambda answer: answer[:40].decode(),
)
def test_answer_that_does_not_fit_is_not_believed(client: InsurerClient, insurer: Insurer, answer: bytes) -> None:
    insurer.raw_answer = answer
    with pytest.raises(RegisterUnavailable) as refused:
        client.policies(KARI, "12345678")
    assert KARI not in str(refused.value)


def test_reference_insurer_refuses_what_is_not_signed_as_described(insurer: Insurer) -> None:
    question = {"national_id": KARI, "policy_number": None}
    signature = RequestSignature(KEY, insurer.url, PATH)

    def post(body: bytes, headers: dict[str, str]) -> int:
        return requests.post(insurer.url + PATH, data=body, headers=headers, timeout=5).status_code

    body, headers = signature.sign(question)
    assert post(body, headers) == 200
    assert post(body, headers) == 401, "a question that is sent again is refused"
    other = json.dumps({**question, "national_id": "01010112345"}).encode()
    assert post(other, signature.sign(question)[1]) == 401, "the signature covers the body"
    assert post(body, RequestSignature("x" * 40, insurer.url, PATH).sign(question)[1]) == 401
    assert post(body, RequestSignature(KEY, "https://other.example", PATH).sign(question)[1]) == 401
    assert post(body, {}) == 401
    unsigned = jwt.encode({"alg": "none"}, {"iss": "hjemmelegene"}, OctKey.import_key(KEY), algorithms=["none"])
    assert post(body, {"Authorization": f"Bearer {unsigned}"}) == 401
