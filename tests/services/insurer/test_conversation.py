"""An intake while the insurer is asked, goes away, and comes back: nothing is lost, and nothing is booked unchecked."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
import requests

from clinic.coverage.insurer.register import FAILURE_REMEMBERED_S
from clinic.identity.national_id import synthetic_number
from tests.support.insurer import KEY, Insurer, policy, running_insurer
from tests.support.login_site import PERSONS
from tests.support.program import running_program
from web.simulation.browser import log_in

NUMBERS = {person["first_name"]: person["national_id"] for person in PERSONS}
EMMA = {
    "national_id": synthetic_number(date(2021, 9, 14)),
    "first_name": "Emma",
    "last_name": "Eksempelsen",
    "covered_from": None,
}


@dataclass
class Clinic:
    """A running program with an insurer behind it."""

    url: str
    insurer: Insurer

    def say(self, sender: str, message: str) -> str:
        """Everything the bot answers, buttons too."""
        answer = requests.post(
            f"{self.url}/webhooks/rest/webhook", json={"sender": sender, "message": message}, timeout=60
        )
        answer.raise_for_status()
        bubbles: list[dict[str, Any]] = answer.json()
        titles = [button["title"] for bubble in bubbles for button in bubble.get("buttons", ())]
        return " ".join([*(bubble["text"] for bubble in bubbles), *titles])

    def arrive(self, sender: str, name: str) -> str:
        """Ask for a doctor and log in; gives what is asked next."""
        said = self.say(sender, "jeg vil snakke med lege")
        log_in(next(word for word in said.split() if "/login/" in word), NUMBERS[name])
        return self.say(sender, "ferdig")


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    with running_insurer() as insurer:
        settings = {"CLINIC_INSURER_URL": insurer.url, "CLINIC_INSURER_KEY": KEY, "CLINIC_INSURER_CACHE_S": "1"}
        with running_program(tmp_path_factory.mktemp("insured"), **settings) as url:
            yield Clinic(url, insurer)


def test_what_the_insurer_knows_counts_and_not_what_was_imported(clinic: Clinic) -> None:
    clinic.insurer.policies = {NUMBERS["Kari"]: [policy("55554444")]}
    clinic.arrive("known", "Kari")
    assert "finner ikke det nummeret" in clinic.say("known", "12345678"), "the demo policy is not the insurer's"
    assert "i orden" in clinic.say("known", "55554444")


def test_employers_policy_and_children_come_from_the_insurer(clinic: Clinic) -> None:
    through_work = policy("66667777", "employee", is_group=True, product="Bedrift Pluss", children=[EMMA])
    clinic.insurer.policies = {NUMBERS["Ingrid"]: [through_work]}
    assert "Bruk Bedrift Pluss" in clinic.arrive("work", "Ingrid")
    assert "i orden" in clinic.say("work", "ja")
    assert "Emma" in clinic.say("work", "barnet mitt")


def test_waiting_period_is_told_with_its_end(clinic: Clinic) -> None:
    clinic.insurer.policies = {NUMBERS["Nora"]: [policy("77776666", covered_from="2026-05-01")]}
    clinic.arrive("waiting", "Nora")
    assert "01.05.2026" in clinic.say("waiting", "77776666")


def test_insurer_that_is_away_stops_the_booking_and_nothing_else(clinic: Clinic) -> None:
    clinic.insurer.policies = {NUMBERS["Marius"]: [policy("88889999")]}
    clinic.insurer.always = 503
    try:
        clinic.arrive("away", "Marius")
        said = clinic.say("away", "88889999")
        assert "svar fra selskapet" in said and "Hvem gjelder" in said, "told, and the intake goes on"
        for answer in ("meg", "vondt i halsen", "det var alt", "tre dager", "litt vondt, paracet", "nei"):
            clinic.say("away", answer)
        said = clinic.say("away", "ja")
        assert "23 01 48 00" in said and "ikke bestilt" in said and "HL-" not in said
    finally:
        clinic.insurer.always = None
    _until_asked_again()
    summary = clinic.say("away", "Prøv igjen")
    assert "vondt i halsen" in summary, "nothing that was said is lost"
    assert "HL-" in clinic.say("away", "ja")


def test_number_that_turns_out_wrong_before_the_booking_is_asked_again(clinic: Clinic) -> None:
    clinic.insurer.policies = {NUMBERS["Per"]: [policy("11112222")]}
    clinic.insurer.always = 503
    try:
        clinic.arrive("wrong", "Per")
        for answer in ("99990000", "meg", "hoste", "det var alt", "tre dager", "litt, hostesaft", "nei"):
            clinic.say("wrong", answer)
    finally:
        clinic.insurer.always = None
    _until_asked_again()
    said = clinic.say("wrong", "ja")
    assert "finner ikke det nummeret" in said and "HL-" not in said
    assert "hoste" in clinic.say("wrong", "11112222")
    assert "HL-" in clinic.say("wrong", "ja")


def _until_asked_again() -> None:
    """Waits until a question that was not answered is asked again."""
    time.sleep(FAILURE_REMEMBERED_S + 1)
