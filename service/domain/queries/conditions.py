"""Filters as SQL: the conditions of a list of reports, cut so that each can use an index."""

from __future__ import annotations

import math
import re
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, not_, or_, true

from geo.distance import EARTH_RADIUS_M, bbox_around
from geo.points import BBox
from service.domain.kernel.sql import in_values
from service.domain.reports.access import had_part_before, supported_by
from service.domain.reports.filters import Circle, Filters
from service.models import OPEN, Report, Status

HYPHENS = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010\u2011]+(?=[^\W\d_])")


def conditions(filters: Filters, now: datetime) -> list[ColumnElement[bool]]:
    """Return what every report of the list must fulfil, but for what `index_alternatives` asks."""
    found: list[ColumnElement[bool]] = []
    if filters.bbox:
        found.append(inside_box(filters.bbox))
    if near := filters.near:
        found += [
            inside_box(bbox_around(near.lon, near.lat, near.radius_m)),
            distance_m(near) <= near.radius_m,
        ]
    if filters.categories is not None:
        found.append(in_values(Report.category_id, filters.categories))
    if filters.wards is not None:
        found.append(in_values(Report.ward_id, filters.wards))
    if filters.overdue is not None:
        found.append(overdue(now) if filters.overdue else not_(overdue(now)))
    if filters.words:
        found.append(text_condition(filters))
    return found + _times(filters)


def index_alternatives(filters: Filters) -> list[ColumnElement[bool]]:
    """Return alternatives of which a report must fulfil one: each has an index, all together have none."""
    parts = [true()] if filters.departments is None else _playing(filters)
    return [and_(part, status) for part in parts for status in _in_status(filters)]


def overdue(now: datetime) -> ColumnElement[bool]:
    """Return the condition for open reports whose deadline passed before the clock was stopped or by now."""
    return and_(Report.status.in_(OPEN), is_past_due(now))


def is_past_due(now: datetime) -> ColumnElement[bool]:
    """Return the condition of `overdue` for reports known to be open: stated twice, the planner takes them
    for far fewer.
    """
    return and_(
        Report.due_at.is_not(None),
        Report.due_at < now,
        or_(Report.paused_at.is_(None), Report.due_at < Report.paused_at),
    )


def inside_box(box: BBox) -> ColumnElement[bool]:
    """Return the condition for places inside the box, its border included.

    The index knows places to a metre only, hence the second look; it is written so that the planner takes it
    for nearly always true, and counts the box once.
    """
    near = Report.location.op("&&")(func.ST_MakeEnvelope(*box, 4326))
    outside = func.greatest(
        box.west - Report.lon, Report.lon - box.east, box.south - Report.lat, Report.lat - box.north
    )
    return and_(near, func.sign(outside) != 1)


def distance_m(near: Circle) -> ColumnElement[float]:
    """Return metres from the circle's centre, as `geo.distance.haversine_m`; PostGIS takes twenty times as
    long.
    """
    half_dphi = func.sin(func.radians(Report.lat - near.lat) / 2)
    half_dlambda = func.sin(func.radians(Report.lon - near.lon) / 2)
    shrink = func.cos(func.radians(Report.lat)) * math.cos(math.radians(near.lat))
    h = half_dphi * half_dphi + shrink * half_dlambda * half_dlambda
    return func.asin(func.sqrt(func.least(1.0, h))) * (2 * EARTH_RADIUS_M)


def _playing(filters: Filters) -> list[ColumnElement[bool]]:
    """Return the parts a department can play in a case, or played in it."""
    departments = filters.departments or frozenset()
    return [
        in_values(Report.lead_id, departments),
        in_values(Report.executor_id, departments),
        supported_by(departments),
        *([had_part_before(departments)] if filters.former else []),
    ]


def _in_status(filters: Filters) -> list[ColumnElement[bool]]:
    statuses = filters.statuses
    if statuses is None:
        # Department and ward have indexes that hold every report which has them.
        if filters.categories is None or filters.departments is not None:
            return [true()]
        return [Report.status != Status.RECEIVED, Report.status == Status.RECEIVED]
    routed = statuses - {Status.RECEIVED}
    found = [in_values(Report.status, routed)] if routed else []
    return [*found, Report.status == Status.RECEIVED] if Status.RECEIVED in statuses else found


def _times(filters: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.created_after:
        found.append(Report.created_at >= filters.created_after)
    if filters.created_before:
        found.append(Report.created_at < filters.created_before)
    if filters.updated_after:
        found.append(Report.updated_at >= filters.updated_after)
    if filters.updated_before:
        found.append(Report.updated_at < filters.updated_before)
    return found


def text_condition(filters: Filters) -> ColumnElement[bool]:
    """Return the condition of the words, with or without their marks, in any order; a tracking code finds
    that report alone.
    """
    if filters.code:
        return Report.code == filters.code
    # A hyphen between letters makes one lexeme of both, which no text without the hyphen holds.
    apart = HYPHENS.sub(" ", filters.words or "")
    words = func.plainto_tsquery("simple", func.fold(apart))
    found: ColumnElement[bool] = Report.search.op("@@")(words)
    return or_(found, Report.search_inside.op("@@")(words)) if filters.original else found
