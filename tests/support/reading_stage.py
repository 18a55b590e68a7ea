"""Reports in any state for tests of what is read: written straight into the tables, their events too."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.domain.relay import give_positions
from service.domain.reports.events import SYSTEM, record
from service.models import OPEN, Area, Category, Department, Event, EventType, Photo, Report
from tests.support.small_city import IN_W1, NOON, make_small_city

_numbers = itertools.count()
ALPHABET = "2346789CDFGHJKMNPQRTVWXY"


def make_city(session: Session) -> None:
    """The small city, with two categories below litter."""
    make_small_city(session)
    parent = session.scalars(select(Category.id).where(Category.code == "litter")).one()
    for place, code in enumerate(("litter.dump", "litter.water")):
        session.add(
            Category(
                code=code,
                parent_id=parent,
                name={"vi": f"Loại {code}", "en": code},
                icon="trash",
                duplicates={"radius_m": 50.0, "window_hours": 72.0, "action": "suggest"},
                position=10 + place,
            )
        )
    session.flush()


def ids(session: Session, model: type[Category | Department | Area]) -> dict[str, int]:
    """Ids by code."""
    return {code: identity for identity, code in session.execute(select(model.id, model.code))}


def is_overdue(report: Report, now: datetime) -> bool:
    """Whether the report is open and its deadline is over; while it waits, its time stands still."""
    due_at = report.due_at
    return report.status in OPEN and due_at is not None and due_at < (report.paused_at or now)


def number_code(number: int) -> str:
    """A tracking code for a number."""
    letters = "".join(ALPHABET[number // 24**place % 24] for place in range(6))
    return f"SML-{letters[:4]}-{letters[4:]}"


def add_report(
    session: Session,
    *,
    category: str = "litter",
    place: tuple[float, float] = IN_W1,
    at: datetime = NOON,
    ward: str | None = None,
    lead: str | None = None,
    executor: str | None = None,
    supports: tuple[str, ...] = (),
    **columns: Any,
) -> Report:
    """A report with these columns; `status` other than received counts as routed (its words can be found)."""
    departments = ids(session, Department)
    report = Report(
        id=columns.pop("id", None) or uuid4(),
        code=columns.pop("code", None) or number_code(next(_numbers)),
        category_id=ids(session, Category)[category],
        location=f"SRID=4326;POINT({place[0]} {place[1]})",
        created_at=at,
        updated_at=columns.pop("updated_at", at),
        ward_id=ids(session, Area)[ward] if ward else None,
        lead_id=departments[lead] if lead else None,
        executor_id=departments[executor] if executor else None,
        support_ids=sorted(departments[code] for code in supports),
        body_hash=b"",
        **columns,
    )
    session.add(report)
    session.flush()
    if report.status != "received":
        session.execute(update(Report).where(Report.id == report.id).values(routed_at=at))
    session.refresh(report)
    return report


def add_photo(session: Session, report: Report, kind: str = "report", **columns: Any) -> Photo:
    """A photo that is ready, unless told otherwise."""
    identity = uuid4()
    values: dict[str, Any] = {
        "state": "ready",
        "media_type": "image/jpeg",
        "size": 1,
        "width": 1,
        "height": 1,
        "original_key": f"original/{identity}/x.jpg",
        "public_key": f"public/{identity}/full.webp",
        "thumbnail_key": f"public/{identity}/small.webp",
        "created_at": NOON,
        "sha256": identity.bytes,
    }
    photo = Photo(id=identity, report_id=report.id, kind=kind, **{**values, **columns})
    session.add(photo)
    session.flush()
    return photo


def tell(
    session: Session,
    report: Report,
    type: EventType = EventType.RECEIVED,  # noqa: A002
    **options: Any,
) -> Event:
    """One event about the report as it is."""
    options.setdefault("actor", SYSTEM)
    options.setdefault("at", report.created_at + timedelta(seconds=next(_numbers)))
    event = record(session, report, type, **options)
    session.flush()
    return event


def number(session: Session) -> None:
    """Give every event its position, as the relay does."""
    session.flush()
    while give_positions(session):
        pass
    session.expire_all()


def fresh_id() -> UUID:
    """An id that no report has."""
    return uuid4()
