"""Framework of a change by an administrator: one at a time, told to caches, audit and the next load."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.configuration.cityload.ledger import column_digest
from service.domain.configuration.cityload.load import LOCK
from service.domain.kernel.audit import write_entry
from service.domain.kernel.sql import one_at_a_time
from service.errors import Conflict, invalid
from service.i18n import N_
from service.models import Category, City, Department, ManualChange
from service.models.shared.base import Base

Columns = dict[str, object]
Entry = TypeVar("Entry", bound=Base)


@dataclass(frozen=True, slots=True)
class EditStamp:
    """Author and time of a change; the author is nobody where a command makes it."""

    staff_id: int | None
    name: str
    at: datetime


def lock_configuration(session: Session) -> None:
    """Wait for the advisory lock of configuration changes and loads; it is held to the end of the
    transaction.
    """
    one_at_a_time(session, LOCK)


def same_version(seen: int | str | None, current: int | str | None) -> None:
    """Raises Conflict when somebody changed the entry since it was read."""
    if seen != current:
        raise Conflict(
            N_("Người khác đã sửa mục này sau khi bạn mở. Hãy xem bản mới rồi sửa lại."),
            extra={"version": current},
        )


def holds_already(row: object | None, columns: Mapping[str, object]) -> bool:
    """Return whether the entry has these values already: a retry, or somebody else saved the same first.
    Nothing is written then.
    """
    return row is not None and all(getattr(row, name) == value for name, value in columns.items())


def write_columns(session: Session, row: Entry, columns: Mapping[str, object]) -> Entry:
    """Store a new or known row with these columns."""
    for name, value in columns.items():
        setattr(row, name, value)
    session.add(row)
    session.flush()
    return row


def check_code(wanted: str, current: str | None, *, taken: bool) -> None:
    """Check the code of an entry. `current` is its own code, None for a new one; `taken` says that another
    entry has the code wanted.

    Raises Conflict for a new entry whose code is taken, Invalid where a code would change.
    """
    if current is None and taken:
        raise Conflict(N_("Mã “{code}” đã dùng cho một mục khác."), code=wanted)
    if current is not None and wanted != current:
        raise invalid(["code"], N_("Mã của một mục không đổi được."))


def record_if_changed(
    session: Session, stamp: EditStamp, entry: tuple[str, str], before: Columns | None, after: Columns
) -> None:
    """Note what differs between `before` (None for a new entry) and `after`; nothing where nothing does."""
    if before == after:
        return
    kind, _ = entry
    old, new = differing_columns(before or {}, after)
    action = f"{kind}.changed" if before else f"{kind}.added"
    record_change(session, stamp, action, entry, before=old if before else None, after=new)


def record_change(
    session: Session,
    stamp: EditStamp,
    action: str,
    entry: tuple[str, str],
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    """Note a change of `entry` (kind and code as the loading ledger has them) that was just made.

    The city's revision grows, so every process reads the city again within a second.
    """
    kind, code = entry
    session.flush()
    city = session.scalars(select(City)).one()
    city.revision += 1
    mark_by_hand(session, stamp, kind, code)
    write_entry(session, action, code, at=stamp.at, staff_id=stamp.staff_id, before=before, after=after)
    session.flush()


def mark_by_hand(session: Session, stamp: EditStamp, kind: str, code: str) -> None:
    """Let the next load of the city's folder know that this entry was changed here."""
    mark = insert(ManualChange).values(kind=kind, code=code, at=stamp.at, staff_id=stamp.staff_id)
    changed = {"at": mark.excluded.at, "staff_id": mark.excluded.staff_id}
    session.execute(mark.on_conflict_do_update(index_elements=["kind", "code"], set_=changed))


def version_of(columns: Mapping[str, object]) -> str:
    """Return the version of an entry that is changed in place: a digest of what it says."""
    return column_digest(columns)


def differing_columns(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[Columns, Columns]:
    """Return only what differs, as it was and as it is."""
    keys = [key for key in after if before.get(key) != after[key]]
    return {key: before.get(key) for key in keys}, {key: after[key] for key in keys}


def parents_by_code(rows: Collection[Category] | Collection[Department]) -> dict[str, str | None]:
    """Return the code of each entry's parent by its own code; None for one that has none."""
    codes = {row.id: row.code for row in rows}
    return {row.code: codes.get(row.parent_id) if row.parent_id else None for row in rows}


def check_parent(code: str, parent: str | None, above: Mapping[str, str | None]) -> None:
    """Check an entry's parent; `above` is each entry's parent by code. Raises Invalid for a parent that is
    unknown or below it.
    """
    if parent is None:
        return
    if parent not in above:
        raise invalid(["parent"], N_("Không có mục cha “{code}”."), code=parent)
    step: str | None = parent
    while step is not None:
        if step == code:
            raise invalid(["parent"], N_("Một mục không thể nằm dưới chính nó."))
        step = above.get(step)
