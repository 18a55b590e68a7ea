"""A report's photos: taking them in, what became of them, who sees what. No decoding, no files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from geo.distance import haversine_m
from service.domain.kernel.sql import in_array
from service.domain.reports.access import Asker, find_report
from service.domain.reports.events import SYSTEM, Actor, record
from service.domain.reports.photo_limits import NO_ROW, check_room, photo_kind_for
from service.errors import Conflict, FieldError, Forbidden, NotFound, Unauthenticated
from service.i18n import N_
from service.models import EventData, EventType, Hiding, Photo, Report
from service.models.reports.event import ActorKind
from service.models.reports.photo import PhotoState, StoredEvidence

FROM_CITIZENS, FROM_STAFF = ("report", "reply"), ("evidence",)
_SUFFIX = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/heic": "heic"}


@dataclass(frozen=True, slots=True)
class NewPhoto:
    """A file that was looked at and is a photo; `width` and `height` in pixels, upright.

    `lon`, `lat`, `taken_at` and `taken_local` (the camera's clock without a zone) are the file's own account,
    as is what else `evidence` holds. `token` makes the names of the public versions unguessable.
    """

    id: UUID
    sha256: bytes
    media_type: str
    size: int
    width: int
    height: int
    token: str
    lon: float | None = None
    lat: float | None = None
    taken_at: datetime | None = None
    taken_local: str | None = None
    evidence: StoredEvidence = field(default_factory=StoredEvidence)


@dataclass(frozen=True, slots=True)
class PhotoView:
    """A photo as the public sees it; the keys are below `public/`."""

    id: UUID
    kind: str
    public_key: str
    thumbnail_key: str


def original_key(owner_id: UUID, sha256: bytes, media_type: str) -> str:
    """Return where the private original is kept, by the report or the work it is of. The same file sent
    again has the same place, also after a crash between storing and the row, so no attempt leaves anything
    behind.
    """
    return f"original/{owner_id}/{sha256.hex()}.{_SUFFIX[media_type]}"


def find_for_sender(session: Session, asker: Asker, name: str | UUID, *, now: datetime) -> tuple[UUID, Actor]:
    """Return the report's id and who the asker is to it. The reporter, followers and staff who have a part in
    the case may add a photo.

    Raises as `find_report`, Unauthenticated without a secret, Forbidden for other staff.
    """
    access = find_report(session, asker, name, now=now)
    if access.actor.kind == ActorKind.STAFF and not access.works:
        raise Forbidden(N_("Bạn không phụ trách phản ánh này nên không thêm ảnh được."))
    if access.actor.kind not in (ActorKind.STAFF, ActorKind.REPORTER, ActorKind.FOLLOWER):
        raise Unauthenticated(
            N_("Cần mã bí mật của phản ánh để thêm ảnh."), headers={"WWW-Authenticate": "Report"}
        )
    if access.actor.kind == ActorKind.FOLLOWER:
        sender = access.follower.id if access.follower else NO_ROW
        return access.report.id, replace(access.actor, follower_id=sender)
    return access.report.id, access.actor


def find_sent(
    session: Session, report_id: UUID, actor: Actor, photo_id: UUID | None, sha256: bytes
) -> Photo | None:
    """Return the photo, if this one was sent before: the same id, or the same content for the report.

    Raises Conflict for an id that stands for another file.
    """
    if photo_id is not None and (named := session.get(Photo, photo_id)):
        if named.report_id == report_id and named.sha256 == sha256:
            return named
        raise photo_id_taken()
    same = select(Photo).where(
        Photo.report_id == report_id, Photo.kind.in_(_side(actor)), Photo.sha256 == sha256
    )
    return session.scalars(same.limit(1)).first()


def find_named(session: Session, report_id: UUID, photo_id: UUID) -> Photo | None:
    """Return the report's photo of that id, None before it was sent. Raises Conflict for an id used
    elsewhere.
    """
    named = session.get(Photo, photo_id)
    if named and named.report_id != report_id:
        raise photo_id_taken()
    return named


def photo_id_taken() -> Conflict:
    """Return the refusal of an id that stands for another photo."""
    return Conflict(
        N_("Mã id này đã được dùng cho một ảnh khác. Hãy tạo id mới."),
        errors=[FieldError(("body", "id"), N_("Đã được dùng với nội dung khác."))],
    )


def expect(
    session: Session,
    report_id: UUID,
    actor: Actor,
    photo_id: UUID | None,
    sha256: bytes,
    *,
    lock: bool = False,
    reopening: bool = False,
) -> tuple[Report, Photo | None]:
    """Return the report, and the photo if it was sent before; asked once before the file is looked at.

    Raises NotFound when the report is gone, Conflict as `find_sent`, and when there is no room for a new one.
    """
    query = select(Report).where(Report.id == report_id)
    report = session.scalar(query.with_for_update(key_share=True) if lock else query)
    if report is None:
        raise NotFound(N_("Không có phản ánh này. Hãy xem lại mã."))
    sent = find_sent(session, report_id, actor, photo_id, sha256)
    if sent is None:
        check_room(session, report, actor, reopening=reopening)
    return report, sent


def add_photo(
    session: Session,
    report_id: UUID,
    new: NewPhoto,
    *,
    actor: Actor,
    at: datetime,
    zone: tzinfo,
    reopening: bool = False,
) -> tuple[Photo, bool]:
    """Return (the photo, whether it is new). The original must be stored before. `zone` reads clocks without
    one.

    Locks the report: of two identical uploads at one moment the second finds the first's row. The photo's
    own place is compared with the pin and never replaces it. Raises as `expect`.
    """
    report, sent = expect(session, report_id, actor, new.id, new.sha256, lock=True, reopening=reopening)
    if sent:
        return sent, False
    values = _row(report, new, actor, at, zone)
    photo = session.scalar(insert(Photo).values(values).on_conflict_do_nothing().returning(Photo))
    if photo is None:  # the id was taken by another report at this very moment
        raise photo_id_taken()
    private = {"distance_m": photo.distance_m, "taken_at": photo.taken_at and photo.taken_at.isoformat()}
    record(
        session,
        report,
        EventType.PHOTO_ADDED,
        actor=actor,
        at=at,
        public=False,
        data={"photo": str(photo.id), "kind": photo.kind},
        private=private,
    )
    return photo, True


def _row(report: Report, new: NewPhoto, actor: Actor, at: datetime, zone: tzinfo) -> dict[str, object]:
    place = (new.lon, new.lat) if new.lon is not None and new.lat is not None else None
    return {
        **photo_columns(report.id, new, actor, at, zone),
        "report_id": report.id,
        "kind": photo_kind_for(actor, report),
        "distance_m": round(haversine_m(report.lon, report.lat, *place), 1) if place else None,
        # Evidence becomes public with the step that cites it; what a stranger sends once it is shown by the
        # reporter or a coordinator (`privacy/visibility.py`).
        "published": actor.kind == ActorKind.REPORTER,
    }


def photo_columns(
    owner_id: UUID, new: NewPhoto, actor: Actor, at: datetime, zone: tzinfo
) -> dict[str, object]:
    """Return the columns that a photo has whatever it is of: the file, its own account, who sent it."""
    return {
        "id": new.id,
        "sha256": new.sha256,
        "media_type": new.media_type,
        "size": new.size,
        "width": new.width,
        "height": new.height,
        "original_key": original_key(owner_id, new.sha256, new.media_type),
        "public_key": f"public/{new.token}/full.webp",
        "thumbnail_key": f"public/{new.token}/small.webp",
        "taken_at": new.taken_at or _in_zone(new.taken_local, zone),
        "exif_lon": new.lon,
        "exif_lat": new.lat,
        "evidence": {**new.evidence, "taken_local": new.taken_local},
        "created_at": at,
        "staff_id": actor.staff_id,
        "follower_id": actor.follower_id,
    }


def _in_zone(local: str | None, zone: tzinfo) -> datetime | None:
    return datetime.fromisoformat(local).replace(tzinfo=zone) if local else None


def _side(actor: Actor) -> tuple[str, ...]:
    return FROM_STAFF if actor.kind == ActorKind.STAFF else FROM_CITIZENS


def raw_photos(session: Session, report_ids: Sequence[UUID]) -> list[UUID]:
    """Return ids of these reports' photos that have no public versions yet, oldest first."""
    raw = select(Photo.id).where(Photo.state == PhotoState.RAW, Photo.report_id.in_(report_ids))
    return list(session.scalars(raw.order_by(Photo.created_at, Photo.id)))


def reports_left_raw(session: Session, before: datetime, limit: int) -> list[UUID]:
    """Return reports with a photo that came in before then and is still raw, the longest waiting first."""
    raw = Photo.state == PhotoState.RAW, Photo.created_at < before, Photo.report_id.is_not(None)
    waiting = select(Photo.report_id).where(*raw)
    oldest = waiting.group_by(Photo.report_id).order_by(func.min(Photo.created_at)).limit(limit)
    return list(session.scalars(oldest))


def mark_ready(session: Session, photo_id: UUID, *, at: datetime, key: str | None = None) -> bool:
    """Mark the public versions as stored (the full one under `key`): the public may see them.

    False if that was known, no such photo is there, or it was renamed while it was rendered.
    """
    return _settle(session, photo_id, PhotoState.READY, None, at, key)


def mark_photo_failed(session: Session, photo_id: UUID, reason: str, *, at: datetime) -> bool:
    """Mark a photo of which no public version can be made; `reason` is for staff. False if that was known,
    or no such photo.
    """
    return _settle(session, photo_id, PhotoState.FAILED, reason, at)


def _settle(
    session: Session,
    photo_id: UUID,
    state: PhotoState,
    failure: str | None,
    at: datetime,
    key: str | None = None,
) -> bool:
    report = session.scalars(_report_of(photo_id).with_for_update(key_share=True, of=Report)).one_or_none()
    photo = session.get(Photo, photo_id, populate_existing=True, with_for_update=True)
    if photo is None or photo.state != PhotoState.RAW:
        return False
    if key is not None and key != photo.public_key:
        return False
    photo.state, photo.failure = state, failure
    if report is None:  # a work's: whoever looks at the work sees its photos' states
        return True
    if state == PhotoState.READY and photo.published:
        tell_ready(session, report, photo, at)
    else:
        private = {"reason": failure} if failure else None
        type_ = EventType.PHOTO_FAILED if state == PhotoState.FAILED else EventType.PHOTO_RENDERED
        data: EventData = {"photo": str(photo.id), "kind": photo.kind}
        record(session, report, type_, actor=SYSTEM, at=at, public=False, data=data, private=private)
    return True


def publish_evidence(session: Session, report: Report, cited: Sequence[UUID], at: datetime) -> None:
    """Publish the photos of the report that a step leans on: everyone may see them from now on.

    Those that have their public versions are told of at once, the others when they have. The caller holds the
    report's lock.
    """
    inside = select(Photo).where(
        Photo.id.in_(cited), Photo.report_id == report.id, Photo.published.is_(False)
    )
    for photo in session.scalars(inside.order_by(Photo.created_at, Photo.id)):
        if (hiding := session.get(Hiding, ("photo", photo.id))) is not None:
            hiding.published = True  # once it is shown again
            continue
        photo.published = True
        if photo.state == PhotoState.READY:
            tell_ready(session, report, photo, at)


def tell_ready(session: Session, report: Report, photo: Photo, at: datetime) -> None:
    """Write the event that a photo can be seen from now on."""
    report.updated_at = max(report.updated_at, at)
    data: EventData = {"photo": str(photo.id), "kind": photo.kind}
    record(session, report, EventType.PHOTO_READY, actor=SYSTEM, at=at, data=data)


def _report_of(photo_id: UUID) -> Select[Report]:
    return select(Report).join(Photo, Photo.report_id == Report.id).where(Photo.id == photo_id)


def public_photos(session: Session, report_ids: Sequence[UUID]) -> dict[UUID, list[PhotoView]]:
    """Return the photos the public sees, by report, oldest first; one query for a whole list of reports."""
    found: dict[UUID, list[PhotoView]] = {}
    columns = (Photo.report_id, Photo.id, Photo.kind, Photo.public_key, Photo.thumbnail_key)
    shown = select(*columns).where(
        in_array(Photo.report_id, report_ids), Photo.state == PhotoState.READY, Photo.published
    )
    for row in session.execute(shown.order_by(Photo.created_at, Photo.id)):
        view = PhotoView(row.id, row.kind, row.public_key, row.thumbnail_key)
        found.setdefault(row.report_id, []).append(view)
    return found


def media_url(key: str, public_url: str) -> str:
    """Return where a public file of the store is fetched."""
    return f"{public_url.rstrip('/')}/media/{key.removeprefix('public/')}"


def photo_links(view: PhotoView, public_url: str) -> dict[str, str]:
    """Return `{"id", "url", "thumbnail_url", "kind"}`, as reports and events show a photo."""
    return {
        "id": str(view.id),
        "url": media_url(view.public_key, public_url),
        "thumbnail_url": media_url(view.thumbnail_key, public_url),
        "kind": view.kind,
    }
