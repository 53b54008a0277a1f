"""Guessing policy numbers through the program as it is served, with the limits it is served with."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from tests.support.login_site import PERSONS
from tests.support.program import running_program
from web.simulation.browser import log_in

CONVERSATIONS, GUESSES_EACH = 25, 40
FIRST = 23456789 - 400
"""The right number of somebody else is among the thousand that follow."""


@pytest.mark.timeout(400)
def test_thousand_guesses_find_no_policy_and_leave_others_alone(tmp_path: Path) -> None:
    with running_program(tmp_path) as url, requests.Session() as http:

        def say(sender: str, message: str) -> str:
            answer = http.post(f"{url}/webhooks/rest/webhook", json={"sender": sender, "message": message}, timeout=60)
            return " ".join(bubble["text"] for bubble in answer.json())

        def arrive(sender: str, person: int) -> None:
            link = next(word for word in say(sender, "jeg vil snakke med lege").split() if "/login/" in word)
            log_in(link, PERSONS[person]["national_id"])
            say(sender, "ferdig")

        said = []
        for conversation in range(CONVERSATIONS):
            arrive(f"guesser-{conversation}", 0)
            first = FIRST + conversation * GUESSES_EACH
            said += [say(f"guesser-{conversation}", f"{first + number:08d}") for number in range(GUESSES_EACH)]
        assert len(said) == 1000
        assert not any("er i orden" in text for text in said)
        assert sum("finner ikke det nummeret" in text for text in said) <= 5
        assert sum("pause til klokken" in text for text in said) > 20
        assert "113" in say("guesser-0", "nå får jeg ikke puste"), "an emergency is answered all the same"

        arrive("somebody else", 1)
        assert "er i orden" in say("somebody else", "23456789")
