"""How long a register of a million policies takes to import, and a check with them loaded; SQLite and PostgreSQL.

    python -m bench.coverage [--policies N]

Prints a table, and writes the figures to `bench/results/coverage.json`. Memory is that of the two processes together.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import text

from clinic.container import Container
from clinic.coverage.lines import COLUMNS
from clinic.coverage.register import PolicyRegister
from clinic.identity.national_id import NationalIdError, synthetic_number
from clinic.settings import Settings
from tests.support.postgres import PostgresForTests

RESULTS = Path(__file__).parent / "results" / "coverage.json"
FIRST_NUMBER = 10_000_000
CHECKS = 20_000
RIGHT = 0.95
"""Share of right numbers; the others are wrong by a digit or two."""
TODAY = date(2026, 3, 2)


def main() -> None:
    """Measures both databases one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--policies", type=int, default=1_000_000)
    parser.add_argument("--database", help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.database:
        print(json.dumps(measure(asked.database, asked.file, asked.policies)))
        return
    count = asked.policies
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="clinic-bench-") as folder:
        file = Path(folder) / "policies.csv"
        write_policies(file, count)
        figures["sqlite"] = _measured(f"sqlite:///{folder}/clinic.db", file, count)
        server = PostgresForTests()
        try:
            figures["postgresql"] = _measured(server.new_database(), file, count)
        finally:
            server.stop()
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({"policies": count, **figures}, indent=2) + "\n", encoding="utf-8")
    print(f"{'':<12}{'import s':>10}{'lines/s':>10}{'MB':>8}{'check p50 ms':>14}{'p99 ms':>8}")
    for name, row in figures.items():
        print(
            f"{name:<12}{row['import_s']:>10.1f}{count / row['import_s']:>10.0f}{row['memory_mb']:>8.0f}"
            f"{row['check_p50_ms']:>14.2f}{row['check_p99_ms']:>8.2f}"
        )


def _measured(url: str, file: Path, count: int) -> dict[str, float]:
    """`measure` in a process of its own, whose memory is not that of another database's turn."""
    command = [sys.executable, "-m", "bench.coverage", "--database", url, "--file", str(file), "--policies", str(count)]
    figures: dict[str, float] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return figures


def write_policies(file: Path, count: int) -> None:
    """A file of so many policies with a holder each; nobody in it exists."""
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(COLUMNS)
        people = _people()
        for number in range(count):
            names = (f"Fornavn{number % 977}", f"Etternavn{number % 4999}")
            writer.writerow(
                [FIRST_NUMBER + number, "Helseforsikring", "yes", "2024-01-01", "", "holder", next(people), *names]
            )


def _people() -> Iterator[str]:
    """Synthetic national numbers without end, no two alike, day after day of birth."""
    first, days = date(1930, 1, 1), (date(2009, 12, 31) - date(1930, 1, 1)).days
    next_serial: dict[int, int] = {}
    while True:
        for day in range(days):
            born = first + timedelta(days=day)
            try:
                number = synthetic_number(born, next_serial.get(day, 0))
            except NationalIdError:
                continue
            next_serial[day] = int(number[6:9]) - (0 if born.year < 2000 else 500) + 1
            yield number


def measure(url: str, file: Path, count: int) -> dict[str, float]:
    """Imports the file into an empty database, then checks numbers of it for persons all over it."""
    environ = {"CLINIC_DATABASE_URL": url, "CLINIC_VAR_DIR": str(file.parent)}
    container = Container(Settings.from_env(environ))
    container.database.upgrade()
    begun = time.perf_counter()
    PolicyRegister(container.database, container.clock, allow_synthetic=True).import_file(file)
    import_s = time.perf_counter() - begun
    kib = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    own = _some_insured(container)
    dice, times = random.Random(1), []
    for _ in range(CHECKS):
        number, person_id = dice.choice(own)
        asked = number if dice.random() < RIGHT else str(FIRST_NUMBER + dice.randrange(2 * count))
        started = time.perf_counter()
        container.coverage.check(asked, person_id, TODAY)
        times.append(time.perf_counter() - started)
    container.close()
    times.sort()
    return {
        "import_s": import_s,
        "memory_mb": kib / 1024,
        "check_p50_ms": median(times) * 1000,
        "check_p99_ms": times[int(CHECKS * 0.99)] * 1000,
    }


def _some_insured(container: Container) -> list[tuple[str, str]]:
    """Policy numbers with their holders' ids, from all over the register."""
    query = text(
        "SELECT p.number, m.person_id FROM policies p JOIN policy_members m ON m.policy_id = p.id "
        "WHERE p.number LIKE '%37'"
    )
    with container.database.read() as session:
        return [(row.number, row.person_id) for row in session.execute(query)]


if __name__ == "__main__":
    main()
