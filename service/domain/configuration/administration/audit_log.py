"""Reading the audit: who changed what, when, from what to what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from service.i18n import pick
from service.models import (
    ApiKey,
    AreaUpload,
    AuditEntry,
    Category,
    Department,
    Initiative,
    Movement,
    OfficialDocument,
    ReplyTemplate,
    Staff,
    Webhook,
)

PAGE = 50
_DIGITS = 9
"""Longer numbers name nothing, and would not fit the column."""

_BY_NUMBER: Mapping[str, tuple[InstrumentedAttribute[int], InstrumentedAttribute[str]]] = {
    "areas": (AreaUpload.id, AreaUpload.name),
    "key": (ApiKey.id, ApiKey.name),
    "webhook": (Webhook.id, Webhook.name),
    "standing": (Movement.id, Movement.title),
    "document": (OfficialDocument.id, OfficialDocument.about),
}
"""Kinds whose subject is the number of a row, with what people call it."""


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
    """Entries, the newest first; go on with the last one's id as `before_id`."""
    wanted = select(AuditEntry, Staff.name, Staff.username).outerjoin(Staff, Staff.id == AuditEntry.staff_id)
    rows = session.execute(wanted.where(*_conditions(filters)).order_by(AuditEntry.id.desc()).limit(limit))
    return [
        AuditTrailEntry(
            entry.id,
            entry.at,
            name,
            username,
            entry.action,
            entry.subject,
            tuple(differences(entry.before, entry.after)),
        )
        for entry, name, username in rows
    ]


def authors(session: Session) -> list[tuple[str, str]]:
    """Accounts that changed something, with their names."""
    wanted = select(Staff.username, Staff.name).where(
        Staff.id.in_(select(AuditEntry.staff_id).where(AuditEntry.staff_id.is_not(None)))
    )
    return [(row[0], row[1]) for row in session.execute(wanted.order_by(Staff.name))]


def kinds(session: Session) -> list[str]:
    """The first words of the actions there are: `rule`, `staff`, …"""
    first = func.split_part(AuditEntry.action, ".", 1)
    return sorted(session.scalars(select(first).distinct()))


def subject_names(session: Session, entries: Sequence[AuditTrailEntry]) -> dict[int, str]:
    """Return the names of subjects by entry, where they have any but their number or code."""
    wanted: dict[str, set[str]] = {}
    for entry in entries:
        wanted.setdefault(entry.action.partition(".")[0], set()).add(entry.subject)
    named: dict[tuple[str, str], str] = {}
    for kind, table in (("department", Department), ("category", Category), ("template", ReplyTemplate)):
        rows = session.execute(select(table.code, table.name).where(table.code.in_(wanted.get(kind, ()))))
        named |= {(kind, code): pick(name) for code, name in rows}
    people = select(Staff.username, Staff.name).where(Staff.username.in_(wanted.get("staff", ())))
    named |= {("staff", username): f"{name} ({username})" for username, name in session.execute(people)}
    for kind, (number, name) in _BY_NUMBER.items():
        numbers = [int(each) for each in wanted.get(kind, ()) if each.isdecimal() and len(each) <= _DIGITS]
        if numbers:
            found_rows = session.execute(select(number, name).where(number.in_(numbers)))
            named |= {(kind, str(key)): text for key, text in found_rows}
    if keys := _uuids(wanted.get("initiative", ())):
        titles = select(Initiative.id, Initiative.title).where(Initiative.id.in_(keys))
        named |= {("initiative", str(key)): title for key, title in session.execute(titles)}
    found = {entry.id: named.get((entry.action.partition(".")[0], entry.subject)) for entry in entries}
    return {number: f"“{name}”" for number, name in found.items() if name}


def _uuids(subjects: Iterable[str]) -> list[UUID]:
    found = []
    for each in subjects:
        with suppress(ValueError):
            found.append(UUID(each))
    return found


def differences(
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
