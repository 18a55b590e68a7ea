"""The two ways entries meet their rows: rows changed in place, and rows that get a new version."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from service.domain.configuration.cityload.ledger import Columns, Ledger
from service.models import DeadlinePolicy, RoutingRule

Row = Any
VersionKey = InstrumentedAttribute[int] | InstrumentedAttribute[str]


def in_place(
    ledger: Ledger,
    kind: str,
    wanted: Mapping[str, Columns],
    rows: Mapping[str, Row],
    add: Callable[[str, Columns], None],
    retire: Callable[[Row], bool],
    settle: Callable[[Columns], Columns] = dict,
) -> None:
    """Bring rows in line with what the folder newly says.

    `settle` turns what the folder says into columns; `retire` ends a row and says whether it was open.
    """
    for code, said in wanted.items():
        new = ledger.says_something_new(kind, code, said)
        row, columns = rows.get(code), settle(said)
        if row is not None and _same(row, columns):
            ledger.tell(kind, code, "unchanged")
        elif not new:
            ledger.tell(kind, code, "kept")
        elif ledger.disputes(kind, code):
            continue
        elif row is None:
            add(code, columns)
            ledger.tell(kind, code, "added")
        else:
            ledger.tell(kind, code, "changed", *_write(row, columns))
    for code in ledger.gone(kind):
        if code in rows and not ledger.disputes(kind, code) and retire(rows[code]):
            ledger.tell(kind, code, "retired")


def versioned(
    session: Session,
    ledger: Ledger,
    kind: str,
    table: type[RoutingRule] | type[DeadlinePolicy],
    key: VersionKey,
    wanted: Mapping[str, Columns],
    now: datetime,
) -> None:
    """Close the version in force, and open the next, where the folder newly says otherwise."""
    rows = _in_force(session, table, key)
    counted = session.execute(select(key, func.max(table.version)).group_by(key))
    newest: dict[object, int] = dict(counted.all())
    fresh: list[Row] = []

    def add(code: str, columns: Columns) -> None:
        own = _own(key, code)
        version = newest.get(own, 0) + 1
        fresh.append(table(**{key.key: own}, version=version, valid_from=now, valid_to=None, **columns))

    for code, columns in wanted.items():
        new = ledger.says_something_new(kind, code, columns)
        row = rows.get(code)
        if row is not None and _same(row, columns):
            ledger.tell(kind, code, "unchanged")
        elif not new:
            ledger.tell(kind, code, "kept")
        elif not ledger.disputes(kind, code):
            ledger.tell(kind, code, "changed" if _closed(row, now) else "added")
            add(code, columns)
    for code in ledger.gone(kind):
        if code in rows and not ledger.disputes(kind, code) and _closed(rows[code], now):
            ledger.tell(kind, code, "retired")
    # Only one version may be open at a time, so the old ones are closed first.
    session.flush()
    session.add_all(fresh)
    session.flush()


def _in_force(
    session: Session, table: type[RoutingRule] | type[DeadlinePolicy], key: VersionKey
) -> dict[str, Row]:
    rows: Iterable[Row] = session.scalars(select(table).where(table.valid_to.is_(None)))
    return {str(getattr(row, key.key)): row for row in rows}


def _own(key: VersionKey, code: str) -> str | int:
    """Return the code as the key column has it: rules are numbered."""
    return int(code) if key.type.python_type is int else code


def _closed(row: Row | None, now: datetime) -> bool:
    """Close a version; whether there was one."""
    if row is not None:
        row.valid_to = now
    return row is not None


def _same(row: Row, columns: Columns) -> bool:
    return all(getattr(row, name) == value for name, value in columns.items())


def _write(row: Row, columns: Columns) -> tuple[Columns, Columns]:
    """Write what differs; how it was and how it is."""
    after = {name: value for name, value in columns.items() if getattr(row, name) != value}
    before = {name: getattr(row, name) for name in after}
    for name, value in after.items():
        setattr(row, name, value)
    return before, after
