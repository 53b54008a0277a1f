"""The findings table as a reviewer reads it: filtered, page by page, newest first."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select

from clinic.clock import OSLO
from clinic.findings.model import FindingFilter, FindingPage, FindingSummary
from clinic.findings.store import as_record
from clinic.storage import Database
from clinic.storage.tables import FindingRow

PAGE_SIZE = 50
_NEWEST_FIRST = (FindingRow.at.desc(), FindingRow.id)
_WITHOUT_TEXT = (
    FindingRow.id, FindingRow.at, FindingRow.channel, FindingRow.step, FindingRow.decision, FindingRow.category,
    FindingRow.explanation, FindingRow.cancelled, FindingRow.language, FindingRow.marked_mistake_at,
)  # fmt: skip


class FindingPages:
    """Reads findings for review; changes nothing."""

    def __init__(self, database: Database) -> None:
        """Read them from `database`."""
        self._database = database

    def page(self, chosen: FindingFilter, number: int = 1) -> FindingPage:
        """Return at most PAGE_SIZE findings with their texts; a page number beyond the ends gives the nearest page."""
        conditions = _conditions(chosen)
        with self._database.read() as session:
            total = session.execute(select(func.count()).select_from(FindingRow).where(*conditions)).scalar_one()
            pages = max(1, -(-total // PAGE_SIZE))
            number = min(max(number, 1), pages)
            rows = session.execute(
                select(FindingRow)
                .where(*conditions)
                .order_by(*_NEWEST_FIRST)
                .offset((number - 1) * PAGE_SIZE)
                .limit(PAGE_SIZE)
            ).scalars()
            return FindingPage([as_record(row) for row in rows], number, pages, total)

    def summaries(self, chosen: FindingFilter) -> list[FindingSummary]:
        """Return all findings that the filter lets through, without their texts, which are not even decrypted."""
        with self._database.read() as session:
            rows = session.execute(select(*_WITHOUT_TEXT).where(*_conditions(chosen)).order_by(*_NEWEST_FIRST))
            return [_summary(row) for row in rows]

    def categories(self) -> list[str]:
        """Return the categories that findings have, in alphabetical order."""
        statement = select(FindingRow.category).where(FindingRow.category.is_not(None)).distinct()
        with self._database.read() as session:
            return sorted(session.execute(statement).scalars())


def _conditions(chosen: FindingFilter) -> list[Any]:
    conditions: list[Any] = []
    if chosen.decision:
        conditions.append(FindingRow.decision == chosen.decision)
    if chosen.category:
        conditions.append(FindingRow.category == chosen.category)
    if chosen.first_day:
        conditions.append(FindingRow.at >= _midnight(chosen.first_day))
    if chosen.last_day:
        conditions.append(FindingRow.at < _midnight(chosen.last_day + timedelta(days=1)))
    if chosen.only_mistakes:
        conditions.append(FindingRow.marked_mistake_at.is_not(None))
    return conditions


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=OSLO)


def _summary(row: Any) -> FindingSummary:
    return FindingSummary(
        row.id, row.at, row.channel, row.step, row.decision, row.category, row.explanation,
        None if row.cancelled is None else len(row.cancelled), row.language, row.marked_mistake_at,
    )  # fmt: skip
