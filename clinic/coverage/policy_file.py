"""Reads a policy file group by group: the lines of one policy follow one another, so that any size fits in memory."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from clinic.coverage.lines import COLUMNS, OPTIONAL_COLUMNS, LineError, PolicyLine, PolicyTerms, parse_line
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
    """Yield the policies of a file, each with everyone on it; after the first problem only look for more of them.

    Raises:
        PolicyFileError: at the end, when a line could not be used: what was yielded before must not be kept. Also
            when the file cannot be read or holds no lines.
    """
    problems: list[Problem] = []
    wrong = count = 0
    finished: set[int] = set()
    group: PolicyGroup | None = None
    for number, cells in _rows(path):
        count += 1
        try:
            line = parse_line(cells, today, allow_synthetic)
            if group is None or group.policy.number != line.policy.number:
                if group is not None:
                    finished.add(_key(group))
                    if not wrong:
                        yield group
                group = PolicyGroup(line.policy)
            _check_in_group(line, group, finished)
            group.members.append(line)
        except LineError as error:
            wrong += 1
            if len(problems) < SHOWN_PROBLEMS:
                problems.append(Problem(number, str(error)))
    if wrong:
        noun = "line" if wrong == 1 else "lines"
        raise PolicyFileError(f"Nothing was imported: {wrong} {noun} of {count} cannot be used", tuple(problems))
    if group is None:
        raise PolicyFileError("Nothing was imported: the file has no lines after the header")
    yield group


def _key(group: PolicyGroup) -> int:
    """The policy's number as a whole number, with a one in front for leading zeros: a million take little room."""
    return int(f"1{group.policy.number}")


def _check_in_group(line: PolicyLine, group: PolicyGroup, finished: set[int]) -> None:
    if group.members:
        _check_beside(line, group)
    elif _key(group) in finished:
        raise LineError("the lines of a policy must follow one another; this one was begun further up")


def _check_beside(line: PolicyLine, group: PolicyGroup) -> None:
    if line.policy != group.policy:
        raise LineError("product, includes_digital_doctor, valid_from, valid_to or is_group differ from the first line")
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
                if not any(map(str.strip, cells)):
                    continue
                number = reader.line_num + 1
                if len(cells) != len(names):
                    cells = (cells + [""] * len(names))[: len(names)]
                yield number, dict(zip(names, map(str.strip, cells), strict=True))
    except OSError as error:
        raise PolicyFileError(f"{path} cannot be read: {error.strerror}") from None
    except (UnicodeDecodeError, csv.Error):
        raise PolicyFileError(f"{path} is not a CSV file in UTF-8") from None


def _check_header(names: list[str]) -> None:
    missing = [column for column in COLUMNS if column not in names]
    unknown = [name for name in names if name not in (*COLUMNS, *OPTIONAL_COLUMNS)]
    if missing:
        raise PolicyFileError(f"The first line must name the columns; missing: {', '.join(missing)}")
    if unknown or len(names) != len(set(names)):
        raise PolicyFileError(f"The first line names columns that are not known: {', '.join(unknown) or 'one twice'}")
