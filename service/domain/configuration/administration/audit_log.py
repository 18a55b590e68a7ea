"""Reading the audit: who changed what, when, from what to what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from service.models import AuditEntry, Staff

PAGE = 50


@dataclass(frozen=True, slots=True)
class AuditFilters:
    """Filters of the audit log; empty fields filter nothing. `who` is an account's name, `what` the
    begin of an action.
    """

    who: str = ""
    what: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before_id: int | None = None


class AuditDifference(NamedTuple):
    """Thing that changed; None where it was not there."""

    key: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class AuditTrailEntry:
    """Entry with its differences. Without a name it was the command line or the service itself."""

    id: int
    at: datetime
    who: str | None
    username: str | None
    action: str
    subject: str
    differences: tuple[AuditDifference, ...]


def read_audit(session: Session, filters: AuditFilters, limit: int = PAGE) -> list[AuditTrailEntry]:
    """Return entries, the newest first; go on with the last one's id as `before_id`."""
    query = select(AuditEntry, Staff.name, Staff.username).outerjoin(Staff, Staff.id == AuditEntry.staff_id)
    rows = session.execute(query.where(*_conditions(filters)).order_by(AuditEntry.id.desc()).limit(limit))
    return [
        AuditTrailEntry(
            entry.id,
            entry.at,
            name,
            username,
            entry.action,
            entry.subject,
            tuple(audit_differences(entry.before, entry.after)),
        )
        for entry, name, username in rows
    ]


def audit_authors(session: Session) -> list[tuple[str, str]]:
    """Return accounts that changed something, with their names."""
    query = select(Staff.username, Staff.name).where(
        Staff.id.in_(select(AuditEntry.staff_id).where(AuditEntry.staff_id.is_not(None)))
    )
    return [(row[0], row[1]) for row in session.execute(query.order_by(Staff.name))]


def audit_kinds(session: Session) -> list[str]:
    """Return the first words of the actions there are: `rule`, `staff`, …"""
    first = func.split_part(AuditEntry.action, ".", 1)
    return sorted(session.scalars(select(first).distinct()))


def audit_differences(
    before: Mapping[str, object] | None, after: Mapping[str, object] | None
) -> Iterator[AuditDifference]:
    """Yield what is otherwise, key by key; lists and objects as a whole."""
    old, new = before or {}, after or {}
    for key in dict.fromkeys([*old, *new]):
        if old.get(key) != new.get(key):
            yield AuditDifference(key, old.get(key), new.get(key))


def _conditions(filters: AuditFilters) -> Iterator[ColumnElement[bool]]:
    if filters.who:
        yield Staff.username == filters.who
    if filters.what:
        begin = AuditEntry.action.startswith(f"{filters.what}.", autoescape=True)
        yield (AuditEntry.action == filters.what) | begin
    if filters.subject:
        yield AuditEntry.subject.icontains(filters.subject, autoescape=True)
    if filters.since:
        yield AuditEntry.at >= filters.since
    if filters.until:
        yield AuditEntry.at < filters.until
    if filters.before_id is not None:
        yield AuditEntry.id < filters.before_id
