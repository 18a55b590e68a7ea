"""The least a photo needs around it: a city, a category, a report; and files to send."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.reports.photos import NewPhoto
from service.domain.reports.reports import submit
from service.models import Category, City, Event, Report, Staff
from service.storage import new_token
from tests.imaging.pictures import encoded, quarters
from tests.support.small_city import draft, make_small_city

NOW = datetime(2026, 5, 4, 1, 30, tzinfo=UTC)
PIN = (107.58, 16.42)

_numbers = itertools.count()


def add_report(session: Session, *, published: bool = True) -> Report:
    """A received report at PIN, in the small city."""
    if session.get(City, 1) is None:
        make_small_city(session)
    category_id = session.scalars(select(Category.id).where(Category.code == "litter")).one()
    sent = replace(draft(category_id, PIN, at=NOW), published=published)
    submit(session, sent)
    return session.get_one(Report, sent.id)


def add_staff(session: Session, role: str = "triage") -> Staff:
    """An account of that role, for the whole city."""
    staff = Staff(username=f"{role}-{next(_numbers)}", name="Cán bộ thử", role=role)
    session.add(staff)
    session.flush()
    return staff


def new_photo(content: bytes = b"a photo", **changes: Any) -> NewPhoto:
    """A photo with that content; ids differ unless given."""
    values: dict[str, Any] = {
        "id": uuid4(),
        "sha256": hashlib.sha256(content).digest(),
        "media_type": "image/jpeg",
        "size": len(content),
        "width": 96,
        "height": 64,
        "token": new_token(),
    }
    return NewPhoto(**{**values, **changes})


def jpeg(number: int | None = None) -> bytes:
    """A small JPEG; every call gives another file, unless the number is given."""
    mark = next(_numbers) if number is None else number
    return encoded(quarters(), "JPEG", comment=f"photo {mark}".encode())


def events(session: Session, report_id: UUID, prefix: str = "photo.") -> list[Event]:
    """The report's events of a family, in order."""
    wanted = select(Event).where(Event.report_id == report_id, Event.type.startswith(prefix))
    return list(session.scalars(wanted.order_by(Event.id)))
