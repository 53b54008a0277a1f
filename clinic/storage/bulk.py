"""Many new rows at once, past what SQLAlchemy does for each single one: an import writes three million."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy import Column, Date, String, Table, any_, bindparam, exc, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Session
from sqlalchemy.sql import Select

from clinic.storage.types import UtcDateTime

_CACHE_KIB = 48 * 1024


@contextmanager
def room_for_indexes(session: Session) -> Iterator[None]:
    """Let SQLite hold the indexes of large tables in memory while many rows are added; PostgreSQL does by itself."""
    if session.get_bind().dialect.name != "sqlite":
        yield
        return
    connection = session.connection()
    before = connection.exec_driver_sql("PRAGMA cache_size").scalar()
    connection.exec_driver_sql(f"PRAGMA cache_size = -{_CACHE_KIB}")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size = {before}")


def count_again(session: Session, *tables: Table) -> None:
    """Tell PostgreSQL how large the tables have become: it plans look-ups as if they were still empty."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection().exec_driver_sql(f"ANALYZE {', '.join(table.name for table in tables)}")


def rows_with(session: Session, columns: Sequence[Any], keys: Sequence[str]) -> Select:
    """The query for rows whose first column is one of many keys, which are one parameter where that is possible."""
    if session.get_bind().dialect.name == "postgresql":
        return select(*columns).where(columns[0] == any_(literal(list(keys), ARRAY(String))))
    return select(*columns).where(columns[0].in_(bindparam("keys", list(keys), expanding=True)))


def insert_many(
    session: Session,
    table: Table,
    columns: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    as_they_are: frozenset[str] = frozenset(),
) -> None:
    """Add rows in the open transaction. Values are converted as the columns' types say, but for `as_they_are`."""
    if not rows:
        return
    dialect = session.get_bind().dialect
    by_column = zip(columns, zip(*rows, strict=True), strict=True)
    by_column_converted = (
        values if name in as_they_are else _converted(table.c[name], values, dialect) for name, values in by_column
    )
    converted = list(zip(*by_column_converted, strict=True))
    names = ", ".join(columns)
    cursor = session.connection().connection.cursor()
    try:
        if dialect.name == "postgresql":
            cursor.copy_expert(f"COPY {table.name} ({names}) FROM STDIN (FORMAT csv)", _as_csv(converted))
        else:
            marks = ", ".join("?" * len(columns))
            cursor.executemany(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", converted)
    except dialect.dbapi.Error as error:
        # Named like every other failure of the database; what was to be written is not repeated.
        raise exc.OperationalError(f"adding to {table.name}", None, error) from None
    finally:
        cursor.close()


def _as_csv(rows: Sequence[Sequence[Any]]) -> io.StringIO:
    """The rows as PostgreSQL reads them: an empty cell is NULL, an empty text would be a quoted one."""
    buffer = io.StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_MINIMAL, lineterminator="\n").writerows(rows)
    buffer.seek(0)
    return buffer


def _converted(column: Column, values: Sequence[Any], dialect: Dialect) -> Sequence[Any]:
    """One column's values as the driver takes them. Dates repeat very much, and are converted once each."""
    processor = column.type.dialect_impl(dialect).bind_processor(dialect)
    if isinstance(column.type, (Date, UtcDateTime)):
        known = {value: _iso(processor(value) if processor else value) for value in set(values)}
        return [known[value] for value in values]
    return values if processor is None else [processor(value) for value in values]


def _iso(value: Any) -> Any:
    """A day or time as a text that both databases take; what is none of them stays."""
    return value.isoformat() if isinstance(value, date) else value
