"""What the address of the review page says: filter, page and language. Nothing personal ever stands in it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from sanic import Request

from clinic.findings import FindingFilter
from clinic.texts import DEFAULT_LANGUAGE, LANGUAGES
from clinic.triage.model import DECISIONS

PATH = "/review"
FOUND = tuple(decision for decision in DECISIONS if decision != "none")
"""Decisions that are kept; "none" is not."""
_YEARS = range(2000, 2100)
_MOST_DIGITS = 6


@dataclass(frozen=True)
class ReviewQuery:
    """One list of findings, and how to get to others."""

    chosen: FindingFilter
    number: int
    language: str

    def address(self, number: int = 1, language: str | None = None) -> str:
        """The address of another page of the same findings, or of this one in another language."""
        return _address(PATH, {**self._filter(), "page": str(number) if number > 1 else ""}, language or self.language)

    def csv_address(self) -> str:
        """The address of the same findings as a file."""
        return _address(f"{PATH}/findings.csv", self._filter(), self.language)

    @property
    def is_filtered(self) -> bool:
        """Whether anything is left out."""
        return self.chosen != FindingFilter()

    def _filter(self) -> dict[str, str]:
        chosen = self.chosen
        return {
            "decision": chosen.decision or "",
            "category": chosen.category or "",
            "from": chosen.first_day.isoformat() if chosen.first_day else "",
            "to": chosen.last_day.isoformat() if chosen.last_day else "",
            "mistake": "1" if chosen.only_mistakes else "",
        }


def language_in(request: Request) -> str:
    """The language the address asks for; bokmål when it asks for none we have."""
    wish = request.args.get("lang")
    return wish if wish in LANGUAGES else DEFAULT_LANGUAGE


def home(language: str, **said: str) -> str:
    """The address of the page without a filter."""
    return _address(PATH, said, language)


def read_query(request: Request, categories: Collection[str]) -> ReviewQuery:
    """Read the address; what it asks for and we do not have counts as not asked for."""
    asked = request.args.get
    decision, category, number = asked("decision"), asked("category"), asked("page", "")
    return ReviewQuery(
        FindingFilter(
            decision=decision if decision in FOUND else None,
            category=category if category in categories else None,
            first_day=_day(asked("from", "")),
            last_day=_day(asked("to", "")),
            only_mistakes=asked("mistake") == "1",
        ),
        number=int(number) if number.isdecimal() and len(number) <= _MOST_DIGITS else 1,
        language=language_in(request),
    )


def _day(written: str) -> date | None:
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return None
    return day if day.year in _YEARS else None


def _address(path: str, values: dict[str, str], language: str) -> str:
    said = {**values, "lang": "" if language == DEFAULT_LANGUAGE else language}
    query = urlencode({name: value for name, value in said.items() if value})
    return f"{path}?{query}" if query else path
