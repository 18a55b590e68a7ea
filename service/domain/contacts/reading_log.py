"""Log of readings of contacts: whose, by whom, when and what for, for who answers for the office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models import ContactReading, Report, Staff

PAGE = 50


@dataclass(frozen=True, slots=True)
class ReadingFilters:
    """Filters of the readings; empty fields filter nothing. `who` is an account's name, `code` a report's."""

    who: str = ""
    code: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before_id: int | None = None


@dataclass(frozen=True, slots=True)
class ReadingEntry:
    """Reading of a contact, with names."""

    id: int
    at: datetime
    who: str
    username: str
    code: str
    purpose: str


def read_readings(session: Session, filters: ReadingFilters, limit: int = PAGE) -> list[ReadingEntry]:
    """Return readings, the newest first; go on with the last one's id as `before_id`."""
    query = (
        select(
            ContactReading.id,
            ContactReading.at,
            Staff.name,
            Staff.username,
            Report.code,
            ContactReading.purpose,
        )
        .join(Staff, Staff.id == ContactReading.staff_id)
        .join(Report, Report.id == ContactReading.report_id)
    )
    if filters.who:
        query = query.where(Staff.username == filters.who)
    if filters.code:
        query = query.where(Report.code == filters.code)
    if filters.since:
        query = query.where(ContactReading.at >= filters.since)
    if filters.until:
        query = query.where(ContactReading.at < filters.until)
    if filters.before_id is not None:
        query = query.where(ContactReading.id < filters.before_id)
    rows = session.execute(query.order_by(ContactReading.id.desc()).limit(limit))
    return [ReadingEntry(*row) for row in rows]


def readers(session: Session) -> list[tuple[str, str]]:
    """Return the accounts that read a contact, with their names."""
    some = select(ContactReading.id).where(ContactReading.staff_id == Staff.id).exists()
    rows = session.execute(select(Staff.username, Staff.name).where(some).order_by(Staff.name))
    return [(username, name) for username, name in rows]
