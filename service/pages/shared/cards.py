"""Reports as cards of a list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service.domain.city.reference import Reference
from service.domain.queries.views import PhotoLinks, ReportView
from service.i18n import pick
from service.models import DONE


@dataclass(frozen=True, slots=True)
class Card:
    """Card of a report; `title` is the kind of report, `place` address and ward."""

    code: str
    title: str
    icon: str
    place: str
    description: str
    status: str
    late: bool
    photos: list[PhotoLinks]
    created_at: datetime
    lon: float
    lat: float


def card(reference: Reference, view: ReportView) -> Card:
    """Return the report as a card; the latest proof of the work goes before the first photo once it is
    done.
    """
    category = reference.category_by_code[view.category]
    return Card(
        code=view.code,
        title=pick(category.name),
        icon=category.icon,
        place=place_words(view),
        description=view.description,
        status=view.status,
        late=view.late and view.status not in DONE,
        photos=view.photos,
        created_at=view.created_at,
        lon=view.location.lon,
        lat=view.location.lat,
    )


def before_and_after(view: ReportView) -> tuple[PhotoLinks, PhotoLinks] | None:
    """Return the first photo of the report beside the last that proves the work; None while it is not
    done.
    """
    if view.status not in DONE:
        return None
    before = [photo for photo in view.photos if photo.kind == "report"]
    after = [photo for photo in view.photos if photo.kind == "evidence"]
    return (before[0], after[-1]) if before and after else None


def place_words(view: ReportView) -> str:
    """Return address and ward in one line; empty while neither is known."""
    return ", ".join(part for part in (view.address, view.ward.name if view.ward else "") if part)
