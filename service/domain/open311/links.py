"""Photos that reports name by a link: noted with the report, fetched by a worker, tried a few times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.reports.photo_limits import MOST
from service.models import PhotoLink

LONGEST = 2000
CLAIMED_FOR = timedelta(minutes=2)
"""A worker that fetches a photo and dies leaves it to the next one after this."""

PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=3))


@dataclass(frozen=True, slots=True)
class PhotoToFetch:
    """Photo that a worker is to fetch."""

    id: int
    report_id: UUID
    url: str
    tries: int


def note_links(session: Session, report_id: UUID, urls: Sequence[str], now: datetime) -> int:
    """Note photos to be fetched for a report; how many were taken. The same link again is one."""
    urls_taken = list(dict.fromkeys(url for url in urls if len(url) <= LONGEST))[: MOST["report"]]
    if urls_taken:
        rows = [{"report_id": report_id, "url": url, "created_at": now, "next_at": now} for url in urls_taken]
        session.execute(insert(PhotoLink).values(rows).on_conflict_do_nothing())
    return len(urls_taken)


def claim_links(session: Session, now: datetime, most: int) -> list[PhotoToFetch]:
    """Take photos whose time has come; others leave them alone for a while."""
    due = select(PhotoLink).where(PhotoLink.next_at <= now).order_by(PhotoLink.next_at).limit(most)
    found = list(session.scalars(due.with_for_update(skip_locked=True)))
    for row in found:
        row.next_at, row.tries = now + CLAIMED_FOR, row.tries + 1
    return [PhotoToFetch(row.id, row.report_id, row.url, row.tries) for row in found]


def settle_link(session: Session, link_id: int) -> None:
    """Forget a link: its photo is there, or it is given up."""
    session.execute(delete(PhotoLink).where(PhotoLink.id == link_id))


def put_off_link(session: Session, photo: PhotoToFetch, now: datetime) -> bool:
    """Try a link again later; False where it was tried often enough and is forgotten."""
    row = session.get(PhotoLink, photo.id)
    if row is None or photo.tries > len(PAUSES):
        settle_link(session, photo.id)
        return False
    row.next_at = now + PAUSES[photo.tries - 1]
    return True
