"""The part of a photo on which a number stands: which picture of ours, and where on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.numbers.rights import readable_report
from service.domain.reports.access import Asker
from service.errors import NotFound
from service.i18n import N_
from service.models import Photo, Sighting
from service.models.reports.photo import PhotoState


@dataclass(frozen=True, slots=True)
class Crop:
    """Part of a photo: the key of its large public version, the corners as shares of its sides."""

    key: str
    corners: tuple[tuple[float, float], ...]


def find_crop(session: Session, asker: Asker, sighting_id: int, *, now: datetime) -> Crop:
    """Return the crop of a number. Raises as `readable_report`; NotFound where its place is unknown."""
    sighting = session.get(Sighting, sighting_id)
    if sighting is None:
        raise NotFound(N_("Không có lần đọc này."))
    readable_report(session, asker, sighting.report_id, now)
    return crop_of(session, sighting)


def crop_of(session: Session, sighting: Sighting) -> Crop:
    """Return the crop of a number, whoever asks. Raises NotFound where its place is unknown."""
    photo = session.get(Photo, sighting.photo_id) if sighting.photo_id else None
    if photo is None or photo.state != PhotoState.READY or not sighting.quad:
        raise NotFound(N_("Không có ảnh này."))
    return Crop(photo.public_key, tuple((x, y) for x, y in sighting.quad))


def with_crops(session: Session, sighting_ids: Sequence[int]) -> frozenset[int]:
    """Return which of these numbers stand at a known place of a photo that can be shown."""
    shown = (
        select(Sighting.id)
        .join(Photo, Photo.id == Sighting.photo_id)
        .where(Sighting.id.in_(sighting_ids), Sighting.quad.is_not(None), Photo.state == PhotoState.READY)
    )
    return frozenset(session.scalars(shown))
