"""An inspector's verdict about a resolved case, given on the spot and sent whenever there is a network."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal, TypedDict
from uuid import UUID

from pydantic import Field, FiniteFloat
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from geo.distance import haversine_m
from service.domain.casework.case.case import MOST_EVIDENCE, Code, Words, stale_version
from service.domain.casework.case.evidence import check_photos
from service.domain.city.reference import Reference
from service.domain.kernel.texts import tidy
from service.domain.reports.access import Asker, lock_report
from service.domain.reports.drafts import Moment, StrictBody
from service.domain.reports.edges import INSPECTOR
from service.domain.reports.events import Actor
from service.domain.reports.lifecycle import StatusChange, move, roles_of
from service.errors import Conflict, FieldError, Forbidden, Unauthenticated, invalid
from service.i18n import N_
from service.models import Inspection, Photo, Report, Status

FAR, NO_PLACE, OLD_PHOTO = "far", "no_place", "old_photo"
TARGETS = {"passed": Status.CLOSED, "failed": Status.IN_PROGRESS}


class InspectorPosition(StrictBody):
    """Position of the inspector, WGS 84; `accuracy_m` is what the phone says of its own fix."""

    lon: Annotated[FiniteFloat, Field(ge=-180, le=180)]
    lat: Annotated[FiniteFloat, Field(ge=-90, le=90)]
    accuracy_m: Annotated[FiniteFloat, Field(ge=0, le=1_000_000)] | None = None


class InspectionVerdict(StrictBody):
    """Inspector's decision about a case. The same `id` again is the same verdict.

    `version` is the one the inspector saw. `photos` are evidence of the case, sent before. `decided_at` and
    `photo_at` are the phone's times. The public reads `reason`, colleagues alone the `explanation` of what is
    out of the ordinary: too far from the place, or a photo that is too old.
    """

    id: UUID
    report: Code
    verdict: Literal["passed", "failed"]
    version: Annotated[int, Field(ge=1, strict=True)]
    photos: Annotated[list[UUID], Field(max_length=MOST_EVIDENCE)]
    decided_at: Moment
    photo_at: Moment | None = None
    position: InspectorPosition | None = None
    reason: Words = ""
    explanation: Words = ""


class InspectionRow(TypedDict):
    """Columns of a verdict as they are stored."""

    id: UUID
    report_id: UUID
    staff_id: int | None
    verdict: str
    body_hash: bytes
    decided_at: datetime
    stored_at: datetime
    photo_at: datetime | None
    lon: float | None
    lat: float | None
    accuracy_m: float | None
    distance_m: float | None
    marks: list[str]
    explanation: str


@dataclass(frozen=True, slots=True)
class InspectionResult:
    """The case after the verdict, what was marked, and whether this very call stored it."""

    report: Report
    marks: Sequence[str]
    distance_m: float | None
    new: bool


def record_inspection(
    session: Session, reference: Reference, asker: Asker, sent: InspectionVerdict, now: datetime
) -> InspectionResult:
    """Close the case, or send it back to who worked on it, as the verdict says.

    Raises NotFound; Forbidden for who does not inspect this case; Conflict for a stale version, a case that
    is not to be verified any more, or an id that stands for another verdict; Invalid for a missing photo,
    reason or explanation. A verdict that was stored before changes nothing, whatever became of the case.
    """
    if asker.staff is None:
        raise Unauthenticated(N_("Cần đăng nhập bằng tài khoản cán bộ."))
    access = lock_report(session, asker, sent.report, now=now)
    report, actor = access.report, access.actor
    if known := session.get(Inspection, sent.id):
        return _repeated(known, report, actor, sent)
    if INSPECTOR not in roles_of(actor, report):
        raise Forbidden(N_("Phản ánh này không thuộc phần kiểm tra của bạn."))
    if sent.version != report.version:
        raise stale_version(report, sent.version)
    _check_photos(session, report, sent)
    found = _row(session, reference, report, actor, sent, now)
    if found["marks"] and not found["explanation"]:
        raise _unexplained(found["marks"])
    _store(session, found)
    request = StatusChange(
        TARGETS[sent.verdict],
        actor,
        now,
        reason=tidy(sent.reason),
        evidence=tuple(dict.fromkeys(sent.photos)),
        private={"inspection": _told(reference, report, found)},
    )
    move(session, report, request)
    session.flush()
    return InspectionResult(report, found["marks"], found["distance_m"], new=True)


def _repeated(known: Inspection, report: Report, actor: Actor, sent: InspectionVerdict) -> InspectionResult:
    same = (known.report_id, known.staff_id, known.body_hash) == (report.id, actor.staff_id, _digest(sent))
    if not same:
        raise _taken_id()
    return InspectionResult(report, known.marks, known.distance_m, new=False)


def _check_photos(session: Session, report: Report, sent: InspectionVerdict) -> None:
    if not sent.photos:
        raise invalid(["photos"], N_("Cần ít nhất một ảnh chụp tại chỗ."))
    check_photos(session, report.id, sent.photos, field="photos")


def _row(
    session: Session,
    reference: Reference,
    report: Report,
    actor: Actor,
    sent: InspectionVerdict,
    now: datetime,
) -> InspectionRow:
    place = sent.position
    distance = round(haversine_m(report.lon, report.lat, place.lon, place.lat), 1) if place else None
    decided_at = min(sent.decided_at, now)  # a phone whose clock runs ahead
    photo_at = _taken_at(session, sent)
    return {
        "id": sent.id,
        "report_id": report.id,
        "staff_id": actor.staff_id,
        "verdict": sent.verdict,
        "body_hash": _digest(sent),
        "decided_at": decided_at,
        "stored_at": now,
        "photo_at": photo_at,
        "lon": place.lon if place else None,
        "lat": place.lat if place else None,
        "accuracy_m": place.accuracy_m if place else None,
        "distance_m": distance,
        "marks": inspection_marks(
            distance,
            reference.categories[report.category_id].inspection_radius_m,
            sent.decided_at - photo_at if photo_at else None,
            photo_limit(reference),
        ),
        "explanation": tidy(sent.explanation),
    }


def inspection_marks(
    distance_m: float | None, radius_m: float, photo_age: timedelta | None, oldest: timedelta
) -> list[str]:
    """Return what is out of the ordinary: a place that is unknown or too far, a photo whose age is, or too
    old.
    """
    marks = []
    if distance_m is None:
        marks.append(NO_PLACE)
    elif distance_m > radius_m:
        marks.append(FAR)
    if photo_age is None or photo_age > oldest:
        marks.append(OLD_PHOTO)
    return marks


def photo_limit(reference: Reference) -> timedelta:
    """Return how old a photo may be when the inspector decides, by the city's configuration."""
    return timedelta(minutes=reference.config.inspection.photo_minutes)


def _taken_at(session: Session, sent: InspectionVerdict) -> datetime | None:
    """Return when the oldest of the photos was taken, by the phone's account and by the files' own."""
    own = session.scalars(select(Photo.taken_at).where(Photo.id.in_(sent.photos)))
    return min((each for each in (sent.photo_at, *own) if each is not None), default=None)


def _unexplained(marks: Sequence[str]) -> Exception:
    refusal = invalid(["explanation"], N_("Cần nêu lý do: bạn ở xa vị trí, không có vị trí, hoặc ảnh đã cũ."))
    refusal.extra["marks"] = list(marks)
    return refusal


def _store(session: Session, row: InspectionRow) -> None:
    """Raises Conflict when the id was taken by a verdict about another case at this very moment."""
    stored = insert(Inspection).values(row).on_conflict_do_nothing().returning(Inspection.id)
    if session.scalar(stored) is None:
        raise _taken_id()


def _taken_id() -> Conflict:
    return Conflict(
        N_("Mã id này đã được dùng cho một lần kiểm tra khác. Hãy tạo id mới."),
        errors=[FieldError(("body", "id"), N_("Đã được dùng với nội dung khác."))],
    )


def _told(reference: Reference, report: Report, row: InspectionRow) -> dict[str, object]:
    """Return what colleagues read of it in the case's history."""
    return {
        "id": str(row["id"]),
        "radius_m": reference.categories[report.category_id].inspection_radius_m,
        "lon": row["lon"],
        "lat": row["lat"],
        "accuracy_m": row["accuracy_m"],
        "distance_m": row["distance_m"],
        "marks": row["marks"],
        "explanation": row["explanation"],
        "decided_at": row["decided_at"].isoformat(),
        "photo_at": row["photo_at"].isoformat() if row["photo_at"] else None,
    }


def _digest(sent: InspectionVerdict) -> bytes:
    return hashlib.sha256(sent.model_dump_json().encode()).digest()
