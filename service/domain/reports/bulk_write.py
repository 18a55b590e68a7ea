"""Writing what became of many reports in a statement a table, instead of one for every row."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache, lru_cache
from uuid import UUID

from sqlalchemy import TextClause, inspect, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from service.models import Event, Report
from service.models.shared.base import Base

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]

# The rows' order is that of their ids, and so of the feed.
_INSERT = """
INSERT INTO {table} ({names})
SELECT {names} FROM ROWS FROM (jsonb_to_recordset(CAST(:rows AS jsonb)) AS ({types})) WITH ORDINALITY
ORDER BY ordinality
"""
_UPDATE = """
UPDATE {table} SET {sets} FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS new(id uuid, {types})
WHERE {table}.id = new.id
"""


def insert_many(session: Session, table: type[Base], rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows of the same columns, in their order."""
    if rows:
        session.execute(_statement(_INSERT, table, tuple(rows[0])), {"rows": _json(rows)})


def write_reports(session: Session, reports: Sequence[Report]) -> None:
    """Write what changed of these reports, and the new events of the session.

    Does what a flush would in a round trip a table. Measured, together with judging alike reports once
    (`Rulebook.judged`): 1.06 → 0.67 ms of Python a report routed. The reports are expired: whoever reads one
    afterwards queries it again.
    """
    dirty = session.dirty
    changed = [report for report in reports if report in dirty]
    with session.no_autoflush:
        if changed:
            names = tuple(sorted({name for report in changed for name in inspect(report).committed_state}))
            rows = [
                {"id": report.id, **{name: getattr(report, name) for name in names}} for report in changed
            ]
            session.execute(_statement(_UPDATE, Report, names), {"rows": _json(rows)})
        for report in changed:
            session.expire(report)
        new = [each for each in session.new if isinstance(each, Event)]
        names_of = _attributes(Event)
        insert_many(
            session,
            Event,
            [{column: getattr(each, name) for column, name in names_of.items()} for each in new],
        )
        for event in new:
            session.expunge(event)


@cache
def _attributes(table: type[Base]) -> Mapping[str, str]:
    """Attribute of each column that a row brings itself, by the column's name: the two may differ."""
    columns = {each.columns[0]: each.key for each in inspect(table).column_attrs}
    return {column.name: key for column, key in columns.items() if column.identity is None}


@lru_cache(maxsize=256)
def _statement(pattern: str, table: type[Base], names: tuple[str, ...]) -> TextClause:
    columns = table.__table__.columns
    return text(
        pattern.format(
            table=table.__tablename__,
            names=", ".join(names),
            types=", ".join(f"{name} {columns[name].type.compile(_DIALECT)}" for name in names),
            sets=", ".join(f"{name} = new.{name}" for name in names),
        )
    )


def _json(rows: Sequence[Mapping[str, object]]) -> str:
    return json.dumps(rows, default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be written together")
