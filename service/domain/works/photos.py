"""Photos of works: taking them in, what is left to be rendered, which a step may still cite."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Literal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.reports.events import Actor
from service.domain.reports.photos import NewPhoto, photo_columns, photo_id_taken
from service.domain.works.access import find_work
from service.domain.works.events import record_work
from service.domain.works.lifecycles import work_roles
from service.errors import Conflict, Forbidden, NotFound
from service.i18n import N_
from service.models import Event, Photo, Subject, Work, WorkEventType, WorkKind, WorkStatus
from service.models.reports.photo import PhotoState

WorkPhotoKind = Literal["evidence", "before", "after", "document"]

MOST: dict[WorkPhotoKind, int] = {"evidence": 24, "before": 12, "after": 24, "document": 12}
"""Photos a work may have, by kind. Work is sent back and done again."""


def find_for_photo(
    session: Session, reference: Reference, actor: Actor, code: str, kind: WorkPhotoKind | None = None
) -> tuple[UUID, WorkPhotoKind]:
    """Return (id of the work, kind of the photo): whoever has a part in the work may add one.

    Unsaid, the kind is evidence; of a clean-up, before or after by whether it has begun. Raises as
    `find_work`, Forbidden for others who may read it.
    """
    work = find_work(session, reference, actor, code)
    if not work_roles(actor, work):
        raise Forbidden(N_("Việc này không thuộc phần việc của bạn."))
    if kind is None and work.kind == WorkKind.CLEANUP:
        kind = "before" if work.status in (WorkStatus.DRAFT, WorkStatus.ANNOUNCED) else "after"
    return work.id, kind or "evidence"


def expect_of_work(
    session: Session,
    work_id: UUID,
    kind: WorkPhotoKind,
    photo_id: UUID | None,
    sha256: bytes,
    *,
    lock: bool = False,
) -> tuple[Work, Photo | None]:
    """Return the work, and the photo if it was sent before; asked once before the file is looked at.

    Raises NotFound when the work is gone, Conflict for an id that stands for another file, and when there is
    no room for a new one.
    """
    work = session.get(Work, work_id, with_for_update={"key_share": True} if lock else None)
    if work is None:
        raise NotFound(N_("Không có việc này. Hãy xem lại mã."))
    if photo_id is not None and (named := session.get(Photo, photo_id)):
        if (named.work_id, named.sha256) != (work_id, sha256):
            raise photo_id_taken()
        return work, named
    own = Photo.work_id == work_id, Photo.kind == kind
    same = session.scalar(select(Photo).where(*own, Photo.sha256 == sha256))
    if same is not None:
        return work, same
    if work.closed_at is not None:
        raise Conflict(N_("Việc này đã khép, không đổi được nữa."), extra={"status_now": work.status})
    if (session.scalar(select(func.count()).where(*own)) or 0) >= MOST[kind]:
        raise Conflict(N_("Việc này đã đủ {most} ảnh."), most=MOST[kind])
    return work, None


def add_work_photo(
    session: Session,
    work_id: UUID,
    kind: WorkPhotoKind,
    new: NewPhoto,
    *,
    actor: Actor,
    at: datetime,
    zone: tzinfo,
) -> tuple[Photo, bool]:
    """Return (the photo, whether it is new). The original must be stored before; locks the work. The work's
    version stays: a form that was open meanwhile is still good. Raises as `expect_of_work`.
    """
    work, sent = expect_of_work(session, work_id, kind, new.id, new.sha256, lock=True)
    if sent is not None:
        return sent, False
    columns = photo_columns(work_id, new, actor, at, zone)
    row = insert(Photo).values(columns | {"work_id": work_id, "kind": kind, "published": False})
    photo = session.scalar(row.on_conflict_do_nothing().returning(Photo))
    if photo is None:  # the id was taken by another photo at this very moment
        raise photo_id_taken()
    data = {"photo": str(photo.id), "kind": kind}
    record_work(session, work, WorkEventType.PHOTO_ADDED, actor=actor, at=at, data=data)
    return photo, True


def work_photos(session: Session, work_id: UUID) -> list[Photo]:
    """Return the photos of a work, oldest first."""
    own = select(Photo).where(Photo.work_id == work_id).order_by(Photo.created_at, Photo.id)
    return list(session.scalars(own))


def uncited(session: Session, work_id: UUID, found: Sequence[Photo]) -> list[Photo]:
    """Return the evidence among `found` that no step of the work leans on yet."""
    about = Event.report_id.is_(None), Event.subject_id == str(work_id), Event.data.has_key("photos")
    cited = {name for each in session.scalars(select(Event.data).where(*about)) for name in each["photos"]}
    return [
        each
        for each in found
        if each.kind == "evidence" and each.state != PhotoState.FAILED and str(each.id) not in cited
    ]


def raw_of_events(session: Session, event_ids: Sequence[int]) -> list[UUID]:
    """Return ids of photos without public versions, of the works that these events are about, oldest
    first.
    """
    about = Event.id.in_(event_ids), Event.subject_kind == Subject.WORK, Event.report_id.is_(None)
    works = {UUID(each) for each in session.scalars(select(Event.subject_id).where(*about)) if each}
    raw = select(Photo.id).where(Photo.state == PhotoState.RAW, Photo.work_id.in_(works))
    return list(session.scalars(raw.order_by(Photo.created_at, Photo.id)))


def left_raw(session: Session, before: datetime, limit: int) -> list[UUID]:
    """Return ids of works' photos that came in before then and are still raw, the longest waiting first."""
    raw = Photo.state == PhotoState.RAW, Photo.created_at < before, Photo.work_id.is_not(None)
    return list(session.scalars(select(Photo.id).where(*raw).order_by(Photo.created_at).limit(limit)))
