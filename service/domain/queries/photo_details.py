"""Photos with what they say of themselves, for staff and their sender. What the public sees: `photos.py`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.publication.publication import hidings_in
from service.domain.reports.access import Asker, find_report
from service.domain.reports.events import Actor, record
from service.domain.reports.photos import FROM_CITIZENS, PhotoView, find_for_sender, find_named
from service.errors import Gone, NotFound
from service.i18n import N_
from service.models import EventData, EventType, Photo
from service.models.reports.event import ActorKind
from service.models.reports.photo import StoredEvidence


@dataclass(frozen=True, slots=True)
class PhotoDetail:
    """A photo as staff and its sender see it. `lon` to `camera` are the file's own account, `distance_m` is
    how far that lies from the pin; all of it is for staff alone.
    """

    id: UUID
    kind: str
    state: str
    media_type: str
    size: int
    width: int
    height: int
    created_at: datetime
    published: bool
    public_key: str
    thumbnail_key: str
    original_key: str
    failure: str | None
    lon: float | None
    lat: float | None
    accuracy_m: float | None
    distance_m: float | None
    taken_at: datetime | None
    taken_local: str | None
    clock: str | None
    camera: str | None
    hidden: bool = False

    @property
    def waits(self) -> bool:
        """Return whether a follower sent it and nobody has let it be seen yet."""
        return self.kind in FROM_CITIZENS and not self.published and not self.hidden

    @property
    def shown(self) -> bool:
        """Return whether the public sees it."""
        return self.published and self.state == "ready"

    @property
    def view(self) -> PhotoView:
        """Return the photo as the public sees it, once it may."""
        return PhotoView(self.id, self.kind, self.public_key, self.thumbnail_key)


def list_photos(
    session: Session, asker: Asker, name: str | UUID, *, now: datetime
) -> tuple[list[PhotoDetail], bool]:
    """Return the report's photos that the asker may know of, oldest first, and whether the asker is inside
    the case.

    All of them for staff inside, those from citizens in whatever state for the reporter, otherwise those
    the public sees. Raises as `find_report`.
    """
    access = find_report(session, asker, name, now=now)
    view = _for_contractors if access.hired else detail
    rows = select(Photo).where(Photo.report_id == access.report.id).order_by(Photo.created_at, Photo.id)
    every = [view(photo) for photo in session.scalars(rows)]
    own = FROM_CITIZENS if access.actor.kind == ActorKind.REPORTER else ()
    hidden_ids = {id_ for kind, id_ in hidings_in(session, access.report.id) if kind == "photo"}
    every = [replace(photo, hidden=photo.id in hidden_ids) for photo in every]
    if access.hired:
        # Contractors see what the public sees, and the evidence; not what was taken back or waits.
        return [photo for photo in every if photo.shown or photo.kind not in FROM_CITIZENS], True
    seen = [
        photo for photo in every if access.inside or photo.shown or (photo.kind in own and not photo.hidden)
    ]
    return seen, access.inside


def find_sending(
    session: Session, asker: Asker, name: str | UUID, photo_id: UUID, *, now: datetime
) -> tuple[UUID, Actor, PhotoDetail | None]:
    """Return the report's id, who the asker is to it, and the photo of that id if it was sent already.

    Raises as `find_for_sender`, Conflict for an id that is another report's photo.
    """
    report_id, actor = find_for_sender(session, asker, name, now=now)
    known = find_named(session, report_id, photo_id)
    return report_id, actor, detail(known) if known else None


def open_original(
    session: Session, asker: Asker, name: str | UUID, photo_id: UUID, *, now: datetime
) -> PhotoDetail:
    """Return the photo whose private original a member of staff is about to read, which is noted in the log.

    Raises as `find_report`, NotFound for whoever is not inside the case, and for contractors where a citizen
    took it: the file may tell who.
    """
    access = find_report(session, asker, name, now=now)
    photo = session.get(Photo, photo_id)
    if photo is None or photo.report_id != access.report.id or not access.inside:
        raise NotFound(N_("Không có ảnh này."))
    if access.hired and photo.kind in FROM_CITIZENS:
        raise NotFound(N_("Không có ảnh này."))
    if photo.original_erased_at is not None:
        raise Gone(N_("Ảnh gốc đã được xóa."))
    data: EventData = {"photo": str(photo_id)}
    record(
        session,
        access.report,
        EventType.PHOTO_ORIGINAL_READ,
        actor=access.actor,
        at=now,
        public=False,
        data=data,
    )
    return detail(photo)


def _for_contractors(photo: Photo) -> PhotoDetail:
    """Return the view without what a citizen's file tells of its taker: where they stood, when, with what."""
    if photo.kind not in FROM_CITIZENS:
        return detail(photo)
    return replace(
        detail(photo),
        lon=None,
        lat=None,
        accuracy_m=None,
        distance_m=None,
        taken_at=None,
        taken_local=None,
        clock=None,
        camera=None,
    )


def detail(photo: Photo) -> PhotoDetail:
    """Return the row as a read model."""
    evidence = photo.evidence or StoredEvidence()
    return PhotoDetail(
        id=photo.id,
        kind=photo.kind,
        state=photo.state,
        media_type=photo.media_type,
        size=photo.size,
        width=photo.width,
        height=photo.height,
        created_at=photo.created_at,
        published=photo.published,
        public_key=photo.public_key,
        thumbnail_key=photo.thumbnail_key,
        original_key=photo.original_key,
        failure=photo.failure,
        lon=photo.exif_lon,
        lat=photo.exif_lat,
        accuracy_m=evidence.get("accuracy_m"),
        distance_m=photo.distance_m,
        taken_at=photo.taken_at,
        taken_local=evidence.get("taken_local"),
        clock=evidence.get("clock"),
        camera=evidence.get("camera"),
    )
