"""Numbers that were read on a photo, or that the citizen typed, wait for somebody's word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.city.questions import questions_of
from service.domain.city.reference import Reference
from service.domain.kernel.sql import changed_rows
from service.domain.numbers.extraction import NumberReading
from service.domain.numbers.registry import enter_number, enter_numbers, recount_number
from service.domain.numbers.written import ANSWER, number_in_answer
from service.models import (
    AdNumber,
    AdNumberCase,
    CarrierRequestNumber,
    Event,
    Listing,
    Objection,
    OldSighting,
    Photo,
    Report,
    Sighting,
    SightingSource,
    SightingState,
    Subscriber,
    SubscriberReading,
)
from service.models.reports.photo import PhotoState

FORGOTTEN = timedelta(days=90)
MOST_A_REPORT = 20
MOST_AT_ONCE = 1000
PLACES = 4
STANDS_IN = (
    Sighting,
    OldSighting,
    AdNumberCase,
    CarrierRequestNumber,
    Listing,
    Objection,
    Subscriber,
    SubscriberReading,
)
"""Tables that name a number: what stands in none of them is forgotten."""


@dataclass(frozen=True, slots=True)
class PhotoToRead:
    """Photo whose numbers are wanted; the key is that of its large public version at this moment."""

    id: UUID
    report_id: UUID
    key: str


def reads_numbers(reference: Reference, category_id: int) -> bool:
    """Return whether numbers are read from photos of this kind of report."""
    view = reference.categories[category_id]
    return any(question["code"] == ANSWER for question in questions_of(reference, view))


def photos_to_read(session: Session, reference: Reference, event_ids: Sequence[int]) -> list[PhotoToRead]:
    """Return the photos that these events told are ready, where their numbers are wanted and they are still
    there.
    """
    query = select(Event.report_id, Event.data["photo"].astext.label("photo")).where(Event.id.in_(event_ids))
    ids = {UUID(row.photo) for row in session.execute(query) if row.photo}
    rows = session.execute(
        select(Photo.id, Photo.report_id, Photo.public_key, Report.category_id)
        .join(Report, Report.id == Photo.report_id)
        .where(Photo.id.in_(ids), Photo.state == PhotoState.READY)
        .order_by(Photo.created_at, Photo.id)
    )
    return [
        PhotoToRead(row.id, row.report_id, row.public_key)
        for row in rows
        if reads_numbers(reference, row.category_id)
    ]


def propose_readings(
    session: Session,
    photo_id: UUID,
    readings: Sequence[NumberReading],
    size: tuple[int, int],
    *,
    now: datetime,
) -> int:
    """Return how many numbers are new. A photo that was erased meanwhile leaves nothing; a number that the
    report has already stays as people left it.
    """
    photo = session.scalars(select(Photo).where(Photo.id == photo_id).with_for_update(key_share=True)).first()
    if photo is None or photo.state != PhotoState.READY or photo.report_id is None:
        return 0
    room = _room(session, photo.report_id)
    new, ids = 0, enter_numbers(session, [reading.number for reading in readings[:room]], now)
    for reading in readings[:room]:
        row = {
            "number_id": ids[reading.number.e164],
            "report_id": photo.report_id,
            "photo_id": photo.id,
            "by": SightingSource.READER,
            "quad": [[round(x / size[0], PLACES), round(y / size[1], PLACES)] for x, y in reading.quad],
            "text_read": reading.text[:200],
            "confidence": reading.score,
            "created_at": now,
        }
        new += _put(session, row)
    return new


def propose_typed_number(session: Session, report_id: UUID, now: datetime) -> int:
    """Return 1 if the citizen typed a number that the report does not have yet."""
    answer = session.scalar(select(Report.attributes[ANSWER]).where(Report.id == report_id))
    number = number_in_answer(answer)
    if number is None or not _room(session, report_id):
        return 0
    row = {
        "number_id": enter_number(session, number, now),
        "report_id": report_id,
        "by": SightingSource.REPORTER,
        "created_at": now,
    }
    return _put(session, row)


def forget_proposed(session: Session, now: datetime) -> int:
    """Forget what nobody confirmed in time, and numbers that stand on nothing any more; how many."""
    old = select(Sighting.id).where(
        Sighting.state == SightingState.PROPOSED, Sighting.created_at < now - FORGOTTEN
    )
    gone = changed_rows(session.execute(delete(Sighting).where(Sighting.id.in_(old.limit(MOST_AT_ONCE)))))
    standing = or_(*(exists().where(table.number_id == AdNumber.id) for table in STANDS_IN))
    idle = select(AdNumber.id).where(~standing, AdNumber.created_at < now - FORGOTTEN).limit(MOST_AT_ONCE)
    session.execute(delete(AdNumber).where(AdNumber.id.in_(idle)))
    return gone


def _room(session: Session, report_id: UUID) -> int:
    there = session.scalars(select(Sighting.id).where(Sighting.report_id == report_id)).all()
    return max(0, MOST_A_REPORT - len(there))


def _put(session: Session, row: dict[str, Any]) -> int:
    made = insert(Sighting).values(row).on_conflict_do_nothing().returning(Sighting.id)
    new = session.scalar(made) is not None
    if not new and row["by"] == SightingSource.READER:
        # Somebody wrote it before the photo was read: the reader is a witness of its own.
        read = {name: row[name] for name in ("photo_id", "quad", "text_read", "confidence")}
        same = Sighting.number_id == row["number_id"], Sighting.report_id == row["report_id"]
        unread = Sighting.confidence.is_(None), Sighting.by == SightingSource.REPORTER
        query = update(Sighting).where(*same, *unread).values(read).returning(Sighting.state)
        if session.scalar(query) == SightingState.CONFIRMED:
            recount_number(session, row["number_id"], row["created_at"])
    return int(new)
