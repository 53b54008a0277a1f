"""Reads a policy file group by group: the lines of one policy follow one another, so that any size fits in memory."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from clinic.coverage.lines import COLUMNS, LineError, PolicyLine, PolicyTerms, parse_line
from clinic.coverage.model import Role
from clinic.errors import ClinicError

SHOWN_PROBLEMS = 50


@dataclass(frozen=True)
class Problem:
    """What is wrong on one line of the file; the header is line 1."""

    line: int
    reason: str


class PolicyFileError(ClinicError):
    """The file was not imported, nothing was changed; `problems` says what is wrong and where."""

    def __init__(self, message: str, problems: tuple[Problem, ...] = ()) -> None:
        """Keep the first problems found; `message` says how many there are in all."""
        super().__init__(message)
        self.problems = problems


@dataclass
class PolicyGroup:
    """One policy and everyone the file puts on it."""

    policy: PolicyTerms
    members: list[PolicyLine] = field(default_factory=list)


def read_groups(path: Path, today: date, allow_synthetic: bool) -> Iterator[PolicyGroup]:
    """Yield the policies of a file that `check` has accepted."""
    group: PolicyGroup | None = None
    for _, cells in _rows(path):
        line = parse_line(cells, today, allow_synthetic)
        if group is None or group.policy.number != line.policy.number:
            if group is not None:
                yield group
            group = PolicyGroup(line.policy)
        group.members.append(line)
    if group is not None:
        yield group


def check(path: Path, today: date, allow_synthetic: bool) -> int:
    """Read the whole file and return its number of lines.

    Raises:
        PolicyFileError: the file cannot be read, or at least one line cannot be used.
    """
    problems: list[Problem] = []
    total = count = 0
    finished: set[str] = set()
    group: PolicyGroup | None = None
    for number, cells in _rows(path):
        count += 1
        try:
            line = parse_line(cells, today, allow_synthetic)
            if group is None or group.policy.number != line.policy.number:
                if group is not None:
                    finished.add(group.policy.number)
                group = PolicyGroup(line.policy)
            _check_in_group(line, group, finished)
            group.members.append(line)
        except LineError as error:
            total += 1
            if len(problems) < SHOWN_PROBLEMS:
                problems.append(Problem(number, str(error)))
    if total:
        noun = "line" if total == 1 else "lines"
        raise PolicyFileError(f"Nothing was imported: {total} {noun} of {count} cannot be used", tuple(problems))
    if not count:
        raise PolicyFileError("Nothing was imported: the file has no lines after the header")
    return count


def _check_in_group(line: PolicyLine, group: PolicyGroup, finished: set[str]) -> None:
    if line.policy.number in finished:
        raise LineError("the lines of a policy must follow one another; this one was begun further up")
    if line.policy != group.policy:
        raise LineError("product, includes_digital_doctor, valid_from or valid_to differ from the policy's first line")
    if any(member.person == line.person for member in group.members):
        raise LineError("this person stands on the policy already")
    if line.role is Role.HOLDER and any(member.role is Role.HOLDER for member in group.members):
        raise LineError("the policy has a holder already")


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield line number and cells; the separator is a comma or, as Norwegian Excel writes it, a semicolon."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header = file.readline()
            separator = ";" if ";" in header else ","
            names = [name.strip().strip('"').lower() for name in header.strip().split(separator)]
            _check_header(names)
            reader = csv.reader(file, delimiter=separator)
            for cells in reader:
                if not any(cell.strip() for cell in cells):
                    continue
                number = reader.line_num + 1
                if len(cells) != len(names):
                    cells = (cells + [""] * len(names))[: len(names)]
                yield number, dict(zip(names, (cell.strip() for cell in cells), strict=True))
    except OSError as error:
        raise PolicyFileError(f"{path} cannot be read: {error.strerror}") from None
    except (UnicodeDecodeError, csv.Error):
        raise PolicyFileError(f"{path} is not a CSV file in UTF-8") from None


def _check_header(names: list[str]) -> None:
    missing = [column for column in COLUMNS if column not in names]
    unknown = [name for name in names if name not in COLUMNS]
    if missing:
        raise PolicyFileError(f"The first line must name the columns; missing: {', '.join(missing)}")
    if unknown or len(names) != len(COLUMNS):
        raise PolicyFileError(f"The first line names columns that are not known: {', '.join(unknown) or 'one twice'}")
