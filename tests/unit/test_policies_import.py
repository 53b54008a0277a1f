"""The policy file: all or nothing, a reason for each bad line, and nothing changed by a second import."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from bench.coverage import write_policies
from clinic.container import Container
from clinic.coverage import CoverageStatus
from clinic.coverage.lines import COLUMNS
from clinic.coverage.policy_file import SHOWN_PROBLEMS, PolicyFileError
from clinic.coverage.reading import LARGE_FILE_BYTES
from clinic.coverage.register import ImportSummary, PolicyRegister
from clinic.identity.national_id import synthetic_number
from tests.support.people import BORN_1980, BORN_2015

TODAY = date(2026, 3, 2)
HOLDER, CHILD = synthetic_number(BORN_1980), synthetic_number(BORN_2015)
HEADER = ",".join(COLUMNS)
LINES = (
    f"34567890,Helseforsikring Familie,yes,2024-01-01,,holder,{HOLDER},Ingrid,Eksempelsen",
    f"34567890,Helseforsikring Familie,yes,2024-01-01,,child,{CHILD},Jonas,Eksempelsen",
    f"45678901,Ulykkesforsikring,no,2024-01-01,2026-12-31,employee,{HOLDER},Ingrid,Eksempelsen",
)


@pytest.fixture
def register(container: Container) -> PolicyRegister:
    return PolicyRegister(container.database, container.clock, allow_synthetic=True)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "policies.csv"


def write(file: Path, *lines: str, header: str = HEADER) -> Path:
    file.write_text("\n".join((header, *lines)) + "\n", encoding="utf-8")
    return file


def rows(container: Container) -> dict[str, list[tuple[object, ...]]]:
    tables = ("persons", "policies", "policy_members")
    with container.database.read() as session:
        return {t: sorted(map(tuple, session.execute(text(f"SELECT * FROM {t}"))), key=str) for t in tables}


def test_a_file_fills_the_register(container: Container, register: PolicyRegister, file: Path) -> None:
    summary = register.import_file(write(file, *LINES))
    assert summary == ImportSummary(policies=2, members=3, added=5)
    ingrid = container.persons.by_national_id(HOLDER)
    result = container.coverage.check("34567890", ingrid.id, TODAY)
    assert result.status is CoverageStatus.OK
    assert [child.first_name for child in container.coverage.children_on(result.policy_id, TODAY)] == ["Jonas"]
    assert container.coverage.check("45678901", ingrid.id, TODAY).status is CoverageStatus.NO_DIGITAL_DOCTOR


def test_a_second_import_changes_nothing(container: Container, register: PolicyRegister, file: Path) -> None:
    register.import_file(write(file, *LINES))
    before = rows(container)
    assert register.import_file(file) == ImportSummary(policies=2, members=3)
    assert rows(container) == before


def test_the_file_replaces_what_was_known_of_its_policies(
    container: Container, register: PolicyRegister, file: Path
) -> None:
    register.import_file(write(file, *LINES))
    summary = register.import_file(
        write(file, LINES[0].replace(",,holder", ",2026-03-01,spouse").replace("Ingrid", "Inga"))
    )
    assert summary == ImportSummary(policies=1, members=1, changed=2, removed=1)
    inga = container.persons.by_national_id(HOLDER)
    assert inga.first_name == "Inga"
    assert container.coverage.check("34567890", inga.id, TODAY).status is CoverageStatus.NOT_ACTIVE
    assert [policy.number for policy in container.coverage.policies_of(inga.id)] == ["34567890", "45678901"]


def test_excel_files_are_read(container: Container, register: PolicyRegister, file: Path) -> None:
    lines = [line.replace(",", ";") for line in LINES]
    file.write_text("\r\n".join([HEADER.replace(",", ";"), "", *lines, ""]), encoding="utf-8-sig")
    assert register.import_file(file).members == 3


def test_columns_may_stand_in_any_order_and_be_quoted(
    container: Container, register: PolicyRegister, file: Path
) -> None:
    names = list(reversed(COLUMNS))
    cells = list(reversed(LINES[0].split(",")))
    cells[names.index("product")] = '"Helse, bolig og ""annet"""'
    register.import_file(write(file, ",".join(cells), header=",".join(f'"{name.title()}"' for name in names)))
    (policy,) = container.coverage.policies_of(container.persons.by_national_id(HOLDER).id)
    assert policy.product == 'Helse, bolig og "annet"'


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("policy_number", "12345", "policy_number must be 6 to 12 digits"),
        ("policy_number", "9" * 200, "policy_number must be 6 to 12 digits"),
        ("product", "", "product is empty"),
        ("product", "x" * 81, "product is longer than 80 characters"),
        ("product", "Helse\x1b[31m", "product holds control characters"),
        ("includes_digital_doctor", "maybe", "includes_digital_doctor must be yes or no"),
        ("valid_from", "01.01.2024", "valid_from must be a date such as 2026-01-31"),
        ("valid_from", "2024-02-31", "valid_from must be a date such as 2026-01-31"),
        ("valid_to", "2023-12-31", "valid_to is before valid_from"),
        ("role", "owner", "role must be one of holder, spouse, employee, child"),
        ("national_id", f"{HOLDER[:-1]}{(int(HOLDER[-1]) + 1) % 10}", "national_id: The control digits"),
        ("national_id", "", "national_id: A national number has eleven digits"),
        ("first_name", "", "first_name is empty"),
    ],
)
def test_a_bad_cell_is_named_and_nothing_is_imported(
    container: Container, register: PolicyRegister, file: Path, column: str, value: str, reason: str
) -> None:
    cells = LINES[2].split(",")
    cells[COLUMNS.index(column)] = value
    with pytest.raises(PolicyFileError, match="Nothing was imported: 1 line of 3") as caught:
        register.import_file(write(file, LINES[0], LINES[1], ",".join(cells)))
    (problem,) = caught.value.problems
    assert problem.line == 4 and problem.reason.startswith(reason)
    assert not any(rows(container).values())


@pytest.mark.parametrize(
    ("lines", "line", "reason"),
    [
        ((LINES[0], LINES[2], LINES[1]), 4, "must follow one another"),
        ((LINES[0], LINES[1].replace("Familie", "Privat")), 3, "differ from the first line"),
        ((LINES[0], LINES[0]), 3, "stands on the policy already"),
        ((LINES[0], LINES[1].replace("child", "holder")), 3, "has a holder already"),
    ],
)
def test_lines_must_fit_together(
    container: Container, register: PolicyRegister, file: Path, lines: tuple[str, ...], line: int, reason: str
) -> None:
    with pytest.raises(PolicyFileError) as caught:
        register.import_file(write(file, *lines))
    (problem,) = caught.value.problems
    assert problem.line == line and reason in problem.reason


def test_synthetic_numbers_are_refused_in_production(container: Container, file: Path) -> None:
    production = PolicyRegister(container.database, container.clock, allow_synthetic=False)
    with pytest.raises(PolicyFileError) as caught:
        production.import_file(write(file, *LINES))
    assert len(caught.value.problems) == 3
    assert all(HOLDER not in problem.reason for problem in caught.value.problems)


def test_many_problems_are_counted_and_the_first_shown(register: PolicyRegister, file: Path) -> None:
    with pytest.raises(PolicyFileError, match="1000 lines of 1000") as caught:
        register.import_file(write(file, *["rubbish"] * 1000))
    assert len(caught.value.problems) == SHOWN_PROBLEMS


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "missing: policy_number"),
        (HEADER.encode(), "no lines after the header"),
        (HEADER.replace("role,", "").encode(), "missing: role"),
        (f"{HEADER},extra".encode(), "not known: extra"),
        (f"{HEADER},role".encode(), "one twice"),
        (f"{HEADER}\n".encode() + b"\xff\xfe\xe6", "not a CSV file in UTF-8"),
    ],
)
def test_files_of_another_kind(register: PolicyRegister, file: Path, content: bytes, said: str) -> None:
    file.write_bytes(content)
    with pytest.raises(PolicyFileError, match=said):
        register.import_file(file)


def test_a_file_that_is_not_there(register: PolicyRegister, tmp_path: Path) -> None:
    with pytest.raises(PolicyFileError, match="cannot be read"):
        register.import_file(tmp_path / "nothing.csv")


def test_more_policies_than_one_batch(container: Container, register: PolicyRegister, file: Path) -> None:
    births = [date(1950 + n // 300, 1 + n % 12, 1 + n % 28) for n in range(1200)]
    lines = [
        f"{10_000_000 + n},Helse,yes,2024-01-01,,holder,{synthetic_number(born)},A,B" for n, born in enumerate(births)
    ]
    summary = register.import_file(write(file, *lines))
    assert (summary.policies, summary.added) == (1200, 2400)
    before = rows(container)
    register.import_file(file)
    assert rows(container) == before


def test_a_large_file_is_read_in_a_second_process_and_still_all_or_nothing(
    container: Container, tmp_path: Path
) -> None:
    file = tmp_path / "large.csv"
    write_policies(file, 25_000)
    assert file.stat().st_size > LARGE_FILE_BYTES
    lines = file.read_text(encoding="utf-8").splitlines()
    register = PolicyRegister(container.database, container.clock, allow_synthetic=True)
    broken = tmp_path / "broken.csv"
    broken.write_text("\n".join([*lines, "12,x"]), encoding="utf-8")
    with pytest.raises(PolicyFileError) as refused:
        register.import_file(broken)
    assert [problem.line for problem in refused.value.problems] == [25_002]
    with container.database.read() as session:
        assert session.execute(text("SELECT count(*) FROM policies")).scalar() == 0

    seen: list[int] = []
    summary = register.import_file(file, seen.append)
    assert (summary.policies, summary.members, summary.added) == (25_000, 25_000, 50_000)
    assert seen[-1] == 25_000 and len(seen) > 10, "progress is told"
    again = register.import_file(file)
    assert (again.added, again.changed, again.removed) == (0, 0, 0)
    with container.database.read() as session:
        stored = session.execute(text("SELECT national_id FROM persons LIMIT 1")).scalar()
    assert container.database.keyring.decrypt(stored).isdigit()


def test_group_policies_and_waiting_periods_are_optional_columns(container: Container, tmp_path: Path) -> None:
    file = tmp_path / "group.csv"
    file.write_text(
        "policy_number,product,includes_digital_doctor,valid_from,valid_to,role,national_id,first_name,last_name,"
        "is_group,covered_from\n"
        f"23456789,Bedrift,yes,2024-01-01,,employee,{HOLDER},Ola,Prøvesen,ja,2026-05-01\n",
        encoding="utf-8",
    )
    PolicyRegister(container.database, container.clock, allow_synthetic=True).import_file(file)
    person = container.persons.by_national_id(HOLDER)
    assert person is not None
    (policy,) = container.coverage.policies_of(person.id)
    assert policy.is_group
    waiting, over = date(2026, 4, 30), date(2026, 5, 1)
    assert container.coverage.check("23456789", person.id, waiting).status is CoverageStatus.WAITING
    assert container.coverage.check("23456789", person.id, over).status is CoverageStatus.OK
    assert container.coverage.group_policies(person.id, waiting) == []
    assert container.coverage.group_policies(person.id, over) == [policy]
    file.write_text(file.read_text(encoding="utf-8").replace(",ja,", ",kanskje,"), encoding="utf-8")
    with pytest.raises(PolicyFileError) as refused:
        PolicyRegister(container.database, container.clock, allow_synthetic=True).import_file(file)
    assert refused.value.problems[0].reason == "is_group must be yes or no"
