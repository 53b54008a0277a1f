"""`clinic simulate`: many simulated patients against the running program, and a report of how they fared."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median

from web.simulation.conversation import Conversation, Outcome
from web.simulation.patient import Patient
from web.simulation.site import WholeSite, running_whole_site

_PERSONS = (
    ("Kari", "12345678", None), ("Ola", "23456789", None), ("Ingrid", "34567890", "Emma"),
    ("Marius", "34567890", "Emma"), ("Aleksander", "56789012", None),
)  # fmt: skip
"""The demo persons whose policy gives the digital doctor: each is one telephone, which writes to us again and again."""
_SHOWN = 5


@dataclass(frozen=True)
class Report:
    """How a simulation went."""

    outcomes: Sequence[Outcome]

    @property
    def completion(self) -> float:
        """The share that reached the goal among those who could."""
        able = [one for one in self.outcomes if one.can_complete]
        return sum(one.complete for one in able) / len(able) if able else 1.0

    @property
    def turns_to_booking(self) -> float:
        """The median number of patient turns to a booking."""
        turns = [one.turns for one in self.outcomes if one.complete and one.goal != "questions"]
        return median(turns) if turns else 0.0

    def lines(self) -> Iterator[str]:
        """The report as text."""
        outcomes = self.outcomes
        emergencies = [one for one in outcomes if one.emergency]
        able = sum(one.can_complete for one in outcomes)
        yield f"{len(outcomes)} conversations, {sum(one.turns for one in outcomes)} patient turns"
        yield f"completed       {self.completion:.1%} of the {able} whose goal could be reached"
        yield f"turns to a booking, median  {self.turns_to_booking:g}"
        yield f"misunderstandings  {sum(one.misunderstandings for one in outcomes)}"
        yield f"loops           {sum(one.loop for one in outcomes)}"
        yield f"dead ends       {sum(one.dead_end for one in outcomes)}"
        yield f"exceptions      {sum(one.failure is not None for one in outcomes)}"
        yield f"emergencies     {sum(one.emergency_stopped for one in emergencies)} of {len(emergencies)} stopped"
        for name, total in sorted(Counter(one.goal for one in outcomes).items()):
            done = [one for one in outcomes if one.goal == name and one.can_complete]
            yield f"  {name:<13} {sum(one.complete for one in done)} of {len(done)} completed, {total} in all"

    def examples(self) -> Iterator[str]:
        """Some conversations that went wrong, whole."""
        for one in [one for one in self.outcomes if one.went_wrong][:_SHOWN]:
            what = one.failure or ("loop" if one.loop else "dead end" if one.dead_end else "not completed")
            yield f"--- {what}: {one.goal}, {one.language}, {', '.join(sorted(one.habits)) or 'no habits'}"
            yield from one.said


def simulate(conversations: int, seed: int) -> Report:
    """Serve the program in a temporary folder and let simulated patients write to it; the same seed, the same patients.

    Persons write at the same time, each of them one conversation after another.
    """
    with tempfile.TemporaryDirectory() as folder, running_whole_site(Path(folder)) as site:
        shares = [range(first, conversations, len(_PERSONS)) for first in range(len(_PERSONS))]
        with ThreadPoolExecutor(len(_PERSONS)) as threads:
            played = threads.map(lambda pair: _play_all(site, seed, *pair), zip(_PERSONS, shares, strict=True))
            return Report([outcome for outcomes in played for outcome in outcomes])


def _play_all(site: WholeSite, seed: int, person: tuple[str, str, str | None], numbers: Sequence[int]) -> list[Outcome]:
    first_name, policy, child = person
    outcomes = []
    for number in numbers:
        patient = Patient.made(Random(f"{seed} {number}"), policy, child)
        sender = f"simulated-{seed}-{number}"
        outcomes.append(Conversation(site, patient, sender, first_name).play())
        _cancel(site, f"rest-{sender}")
    return outcomes


def _cancel(site: WholeSite, conversation_id: str) -> None:
    """Everyone starts without a waiting appointment: else each conversation but the first would be about that one."""
    clinic = site.container
    person = clinic.login.person_of(conversation_id)
    waiting = person and clinic.appointments.waiting_for(person.id, conversation_id)
    if person is not None and waiting is not None:
        clinic.appointments.cancel(waiting.id, person.id)
