"""The command line, run as the program it is: what it prints, how it fails, and that it leaks nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from clinic.clock import FixedClock
from clinic.container import Container
from clinic.coverage.lines import COLUMNS
from clinic.identity.national_id import synthetic_number
from clinic.seed import describe, seed
from clinic.settings import Settings
from clinic.triage import screen
from tests.support.bookings import book_for_a_child
from tests.support.people import BORN_1980

Clinic = Callable[..., "subprocess.CompletedProcess[str]"]
NOW = "2026-03-02T12:00:00+01:00"
WORDS = ["vondt i halsen 🤒", "og litt <b>feber</b>"]


@pytest.fixture
def environ(tmp_path: Path, sqlite_url: str) -> dict[str, str]:
    """The environment of a developer with a migrated database."""
    return {
        "PATH": os.environ["PATH"],
        "CLINIC_VAR_DIR": str(tmp_path / "var"),
        "CLINIC_DATABASE_URL": sqlite_url,
        "CLINIC_NOW": NOW,
        "COLUMNS": "100",
    }


@pytest.fixture
def clinic(environ: dict[str, str], tmp_path: Path) -> Clinic:
    """Run `clinic` with arguments; keyword arguments are added to the environment."""

    def run(*arguments: str, stdin: str = "", **extra: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "web.cli", *arguments],
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            cwd=Path(__file__).parents[2],
            env={**environ, **extra},
        )

    return run


def test_help_explains_every_command(clinic: Clinic) -> None:
    shown = clinic("--help").stdout
    for command in ("serve", "train", "chat", "screen", "seed", "migrate", "policies", "bookings", "findings", "check"):
        assert command in shown
        assert clinic(command, "--help").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["bogus"], 2, "No such command 'bogus'"),
        (["seed", "--nothing"], 2, "No such option"),
        (["policies", "import"], 2, "Missing argument"),
        (["policies", "import", "nothing.csv"], 1, "nothing.csv cannot be read"),
        (["findings", "list", "--limit", "0"], 2, "--limit"),
    ],
)
def test_errors_are_one_line(clinic: Clinic, arguments: list[str], code: int, said: str) -> None:
    done = clinic(*arguments)
    assert done.returncode == code and done.stdout == ""
    assert said in done.stderr and done.stderr.startswith("clinic: ")
    assert len(done.stderr.splitlines()) == 1


def test_a_bad_setting_is_one_line(clinic: Clinic) -> None:
    done = clinic("migrate", CLINIC_PORT="http")
    assert (done.returncode, done.stderr) == (
        1, "clinic: CLINIC_PORT must be a whole number from 1 to 65535, not 'http'\n"
    )  # fmt: skip


def test_an_unmigrated_database_says_what_to_do(clinic: Clinic, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new.db"
    done = clinic("bookings", "list", CLINIC_DATABASE_URL=url)
    assert done.returncode == 1 and "run `clinic migrate`" in done.stderr
    assert clinic("migrate", CLINIC_DATABASE_URL=url).returncode == 0
    assert clinic("bookings", "list", CLINIC_DATABASE_URL=url).stdout == "No bookings yet.\n"


def test_seed_prints_the_demo_persons(clinic: Clinic) -> None:
    printed = json.loads(clinic("seed", "--json").stdout)
    assert printed == describe(date(2026, 3, 2)).as_json()
    assert {"name", "national_id", "age", "birth_date", "children", "policies", "note"} <= set(printed["persons"][0])
    table = clinic("seed").stdout
    assert all(person["national_id"] in table for person in printed["persons"])


def test_seed_refuses_production(clinic: Clinic) -> None:
    done = clinic(
        "seed",
        CLINIC_ENV="prod",
        CLINIC_NOW="",
        CLINIC_SECRET_KEY="k" * 40,
        CLINIC_PUBLIC_URL="https://lege.example",
        CLINIC_OIDC_ISSUER="https://login.example",
        CLINIC_OIDC_CLIENT_ID="a",
        CLINIC_OIDC_CLIENT_SECRET="b",
        CLINIC_OIDC_ACR="high",
    )
    assert done.returncode == 1 and "development only" in done.stderr


def test_policies_are_imported_and_problems_listed(clinic: Clinic, tmp_path: Path) -> None:
    file = tmp_path / "policies.csv"
    line = f"12345678,Helse,yes,2024-01-01,,holder,{synthetic_number(BORN_1980)},Kari,Testdatter"
    file.write_text(f"{','.join(COLUMNS)}\n{line}\n")
    assert "1 policies with 1 insured: 2 rows added" in clinic("policies", "import", str(file)).stdout
    file.write_text(f"{','.join(COLUMNS)}\n{line.replace('yes', 'perhaps')}\n")
    done = clinic("policies", "import", str(file))
    assert done.returncode == 1 and done.stderr.splitlines() == [
        "line 2: includes_digital_doctor must be yes or no",
        "clinic: Nothing was imported: 1 line of 1 cannot be used",
    ]


def test_bookings_show_the_patients_own_words(clinic: Clinic, environ: dict[str, str]) -> None:
    container = Container(Settings.from_env(environ), FixedClock(NOW))
    seed(container)
    book_for_a_child(container, WORDS)
    container.close()

    (booking,) = json.loads(clinic("bookings", "list", "--json").stdout)
    assert booking.pop("video_link").startswith("http://127.0.0.1:5005/video/")
    assert booking == {
        "reference": "HL-7K3M9P",
        "status": "booked",
        "booked_at": "2026-03-02T12:00:00+01:00",
        "contact_before": "2026-03-02T12:20:00+01:00",
        "channel": "sms",
        "language": "nb",
        "subject": "child",
        "patient_age": 4,
        "reason_kind": "symptoms",
        "words": WORDS,
        "duration": "to dager",
        "severity": "ganske vondt",
        "note": [
            {"kind": "reason", "value": None, "words": WORDS[0]},
            {"kind": "reason", "value": None, "words": WORDS[1]},
            {"kind": "duration", "value": None, "words": "to dager"},
            {"kind": "severity", "value": None, "words": "ganske vondt"},
        ],
        "policy_number": "*****890",
    }
    table = clinic("bookings", "list").stdout
    assert "HL-7K3M9P" in table and "12:20" in table and "halsen" not in table


def test_findings_are_listed(clinic: Clinic, environ: dict[str, str]) -> None:
    container = Container(Settings.from_env(environ), FixedClock(NOW))
    container.findings.record(screen("jeg får ikke puste"), "c1", "sms", step="reason")
    container.close()
    (finding,) = json.loads(clinic("findings", "list", "--json").stdout)
    assert (finding["decision"], finding["text"], finding["step"]) == ("emergency", "jeg får ikke puste", "reason")
    assert all(finding["text"][span["start"] : span["end"]] == span["text"] for span in finding["evidence"])
    assert finding["cancelled"] == [] and finding["explanation"].startswith("Rule breathing.no_air")
    table = clinic("findings", "list").stdout
    assert "emergency" in table and "puste" not in table


def test_findings_page_prints_a_link_that_opens(clinic: Clinic, environ: dict[str, str]) -> None:
    done = clinic("findings", "page", CLINIC_PUBLIC_URL="https://lege.example/")
    assert done.returncode == 0 and "15 minutes" in done.stderr
    address, _, token = done.stdout.strip().partition("#")
    assert address == "https://lege.example/review"
    container = Container(Settings.from_env(environ), FixedClock(NOW))
    assert container.review_access.open(token)
    container.close()


def test_check_names_what_is_wrong(clinic: Clinic, tmp_path: Path) -> None:
    models = tmp_path / "models"
    models.mkdir()
    (models / "model.tar.gz").touch()
    assert clinic("check", CLINIC_MODEL_DIR=str(models)).stdout == "All is well.\n"
    done = clinic(
        "check",
        CLINIC_MODEL_DIR=str(tmp_path),
        CLINIC_DATABASE_URL=f"sqlite:///{tmp_path}/empty.db",
        CLINIC_REDIS_URL="redis://127.0.0.1:1",
        CLINIC_SMS_FROM="+4790000000",
    )
    said = done.stdout.splitlines()
    assert done.returncode == 1 and len(said) == 4
    for expected in (
        "clinic migrate",
        "TWILIO_ACCOUNT_SID, CLINIC_TWILIO_AUTH_TOKEN",
        "CLINIC_REDIS_URL",
        "clinic train",
    ):
        assert any(expected in line for line in said)


def test_check_in_production(clinic: Clinic, tmp_path: Path) -> None:
    done = clinic(
        "check",
        CLINIC_ENV="prod",
        CLINIC_NOW="",
        CLINIC_SECRET_KEY="k" * 40,
        CLINIC_PUBLIC_URL="http://lege.example",
        CLINIC_OIDC_ISSUER="http://127.0.0.1:1",
        CLINIC_OIDC_CLIENT_ID="a",
        CLINIC_OIDC_CLIENT_SECRET="b",
        CLINIC_OIDC_ACR="urn:bankid:bid;LOA=4",
        CLINIC_OIDC_PRIVATE_KEY="no key",
        CLINIC_INSURER_URL="https://127.0.0.1:1",
        CLINIC_INSURER_KEY="k" * 40,
    )
    for expected in (
        "CLINIC_OIDC_PRIVATE_KEY must be",
        "CLINIC_INSURER_URL",
        "CLINIC_REDIS_URL is not set",
        "SQLite",
        "CLINIC_PUBLIC_URL",
        "CLINIC_OIDC_ISSUER must begin",
        "does not answer",
    ):
        assert expected in done.stdout
    assert done.returncode == 1


def test_screen_reads_and_writes_line_by_line(environ: dict[str, str]) -> None:
    """An answer comes before the next line is written, whatever the locale."""
    process = subprocess.Popen(
        [sys.executable, "-m", "web.cli", "screen"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        env={**environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii"},
    )
    assert process.stdin is not None and process.stdout is not None
    for message, decision in (("jeg får ikke puste", "emergency"), ("no chest pain, just a cold", "none")):
        process.stdin.write(f"{message}\n".encode())
        process.stdin.flush()
        answer = json.loads(process.stdout.readline().decode("utf-8"))
        assert (answer["text"], answer["decision"]) == (message, decision)
        assert {"text", "decision", "category", "evidence", "language"} <= set(answer)
    process.stdin.close()
    assert process.wait(10) == 0
    process.stdout.close()


def test_screen_takes_a_childs_age(clinic: Clinic) -> None:
    assert (
        json.loads(clinic("screen", "--child-age", "0.1", stdin="babyen har 39 i feber\n").stdout)["decision"] != "none"
    )
    assert clinic("screen", "--child-age", "40").returncode == 2


def test_screen_starts_without_the_bot(environ: dict[str, str]) -> None:
    """It must answer fast: neither Rasa, nor the web server, nor the database is loaded for it."""
    program = (
        "import sys, web.cli; from clinic.cli import screen; import clinic.triage.stream; "
        "print([name for name in ('rasa', 'rasa_sdk', 'sanic', 'tensorflow', 'sqlalchemy') if name in sys.modules])"
    )
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=Path(__file__).parents[2], env=environ
    )
    assert done.stdout.strip() == "[]", done.stderr
    assert time.monotonic() - began < 10
