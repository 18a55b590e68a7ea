"""Reports of open data: those that everybody sees, after the city's delay, their places by its rules."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.config import OpenDataConfig
from service.domain.city.reference import DEGREE_M, CategoryView, Reference
from service.domain.deadlines.standing import is_late
from service.domain.kernel.sql import AnyRow, plan_by_values
from service.domain.queries.views import COLUMNS as VIEW_COLUMNS
from service.domain.reports.access import NOBODY, visible
from service.domain.reports.photos import PhotoView, photo_links, public_photos
from service.i18n import pick, translate
from service.i18n.wording import STATUSES, status_sentence
from service.models import Report

CHUNK = 2_000
GRID_M = 100.0
DECIMALS = 5
"""Of degrees: about a metre."""

Values = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class OpenReport:
    """Report of open data: its values in the order of COLUMNS, and in that of BULK."""

    created_at: datetime
    values: Values
    bulk: Values


@dataclass(frozen=True, slots=True)
class OpenRules:
    """Rules by which reports are told: of whom, where links lead, what counts as now."""

    reference: Reference
    config: OpenDataConfig
    public_url: str
    now: datetime

    def is_coarse(self, category: CategoryView) -> bool:
        """Return whether reports of a category are told without words and exact place."""
        return not set(self.config.coarse).isdisjoint(category.path)


def open_reports(session: Session, rules: OpenRules) -> Iterator[list[OpenReport]]:
    """Yield all reports of open data, the newest first, some thousand at a time, in the language in use."""
    plan_by_values(session)
    until = rules.now - timedelta(hours=rules.config.delay_hours)
    query = (
        select(*VIEW_COLUMNS, Report.channel)
        .where(visible(NOBODY), Report.created_at <= until)
        .order_by(Report.created_at.desc(), Report.id.desc())
        .execution_options(yield_per=CHUNK)
    )
    for found in session.execute(query).partitions():
        photos = public_photos(session, [row.id for row in found])
        yield [_report(rules, row, photos) for row in found]


def on_grid(lon: float, lat: float, middle_lat: float) -> tuple[float, float]:
    """Return the centre of the cell of 100 m that the point lies in; one grid for the whole city."""
    up = GRID_M / DEGREE_M
    right = up / math.cos(math.radians(middle_lat))
    return (math.floor(lon / right) + 0.5) * right, (math.floor(lat / up) + 0.5) * up


def _report(rules: OpenRules, row: AnyRow, photos: Mapping[UUID, Sequence[PhotoView]]) -> OpenReport:
    reference = rules.reference
    category, mask = reference.categories[row.category_id], reference.masking_of(row.category_id)
    root = reference.category_by_code[category.path[0]]
    ward = reference.wards.get(row.ward_id or 0)
    lead = reference.departments.get(row.lead_id or 0)
    lead_name = pick(lead.name) if lead else None
    coarse = rules.is_coarse(category)
    description = None if coarse else mask.text(row.description) or None
    address = None if coarse else mask.text(row.address) or None
    lon, lat = on_grid(row.lon, row.lat, reference.config.middle[1]) if coarse else (row.lon, row.lat)
    lon, lat = round(lon, DECIMALS), round(lat, DECIMALS)
    created, updated, due, resolved, closed = (
        _minute(getattr(row, name))
        for name in ("created_at", "updated_at", "due_at", "resolved_at", "closed_at")
    )
    status_name = translate(STATUSES[row.status].name)
    shown = photos.get(row.id, ())
    values = (
        row.code,
        category.code,
        pick(category.name),
        str(row.status),
        status_name,
        description,
        address,
        ward.code if ward else None,
        ward.full_name if ward else None,
        lead.code if lead else None,
        lead_name,
        str(row.channel),
        created,
        updated,
        due,
        resolved,
        closed,
        is_late(row, rules.now),
        photo_links(shown[0], rules.public_url)["url"] if shown else None,
        f"{rules.public_url.rstrip('/')}/r/{row.code}",
        lon,
        lat,
    )
    subtype = pick(category.name) if root.id != category.id else None
    sentence = status_sentence(row.status, lead_name or "")
    start = (row.code, created, updated, closed, status_name, sentence, str(row.channel), pick(root.name))
    bulk = (*start, subtype, description, lead_name, address, lat, lon)
    return OpenReport(row.created_at, values, bulk)


def _minute(moment: datetime | None) -> datetime | None:
    return moment.replace(second=0, microsecond=0) if moment else None
