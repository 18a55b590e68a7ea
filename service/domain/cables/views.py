"""Routes as everybody reads them: promise, first promise, what each company did; no colleague's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely
from sqlalchemy import ColumnElement, Float, cast, func, select
from sqlalchemy.orm import Session

from service.domain.cables.lines import line_geojson
from service.domain.city.reference import Reference
from service.models import (
    CableRoute,
    CableSection,
    CableTask,
    Event,
    Subject,
    Work,
    WorkEventType,
    WorkStatus,
)

FINISHED = frozenset({WorkStatus.CHECKED, WorkStatus.CLOSED})
MOST_ROUTES = 1000


@dataclass(frozen=True, slots=True)
class SectionView:
    """Part of one company in a route, as everybody may know it."""

    code: str
    company_id: int
    what: CableTask
    status: WorkStatus
    version: int
    metres: int
    metres_done: int
    old_removed_m: int
    block: str
    due_at: datetime | None
    late: bool

    @property
    def percent(self) -> int:
        """Return how much of the section is done, in percent; 100 only once the work was accepted."""
        if self.status in FINISHED:
            return 100
        return min(99, 100 * self.metres_done // self.metres)

    @property
    def old_left_m(self) -> int:
        """Return the metres of old cable that hang although it says that it is done."""
        return max(0, self.metres - self.old_removed_m) if self.status == WorkStatus.DONE else 0


@dataclass(frozen=True, slots=True)
class RouteView:
    """A route. `state` is that of its sections together; `moved` counts how often the promise moved."""

    id: int
    street: str
    from_words: str
    to_words: str
    length_m: int
    quarter: str
    quarter_first: str
    moved: int
    duct: str
    pole_owner_id: int | None
    ward_ids: Sequence[int]
    version: int
    sections: Sequence[SectionView]
    geometry: Mapping[str, Any] | None
    distance_m: float | None = None

    @property
    def percent(self) -> int:
        """Return how much of all its sections is done, by metres."""
        whole = sum(each.metres for each in self.sections)
        return sum(each.percent * each.metres for each in self.sections) // whole if whole else 0

    @property
    def late(self) -> bool:
        """Return whether a section is past its deadline."""
        return any(each.late for each in self.sections)

    @property
    def blocked(self) -> bool:
        """Return whether something stands in the way of a section."""
        return any(each.status == WorkStatus.WAITING for each in self.sections)

    @property
    def state(self) -> str:
        """Return the first of STATES that is true."""
        if self.sections and all(each.status in FINISHED for each in self.sections):
            return "done"
        if self.late:
            return "late"
        if self.blocked:
            return "blocked"
        begun = (WorkStatus.UNDER_WAY, WorkStatus.DONE, *FINISHED)
        return "under_way" if any(each.status in begun for each in self.sections) else "planned"


STATES = ("done", "late", "blocked", "under_way", "planned")


@dataclass(frozen=True, slots=True)
class RouteFilter:
    """Filter of routes; None means any."""

    company_id: int | None = None
    quarter: str | None = None
    ward_id: int | None = None
    street: str = ""
    bbox: tuple[float, float, float, float] | None = None
    near: tuple[float, float, float] | None = None
    ids: Sequence[int] = ()
    limit: int = MOST_ROUTES


@dataclass(frozen=True, slots=True)
class PromiseChange:
    """A promise that moved: from which quarter to which, why, when."""

    moved_from: str
    to: str
    reason: str
    at: datetime


def list_routes(
    session: Session, filters: RouteFilter, now: datetime, *, with_lines: bool = True
) -> list[RouteView]:
    """Return the routes that fit, by street, near a place the nearest first; without dropped sections."""
    shape = func.ST_AsBinary(CableRoute.geom) if with_lines else func.nullif("", "")
    query = select(CableRoute, shape, _distance(filters)).where(*_conditions(filters))
    order = [_distance(filters)] if filters.near else []
    rows = session.execute(
        query.order_by(*order, CableRoute.street, CableRoute.from_words, CableRoute.id).limit(filters.limit)
    ).all()
    ids = [row[0].id for row in rows]
    sections, moved = _sections(session, ids, now, filters.company_id), _moved(session, ids)
    found = []
    for route, line, distance in rows:
        own = sections.get(route.id, [])
        if filters.company_id is None or own:
            found.append(_view(route, line, distance, own, moved.get(str(route.id), 0)))
    return found


def promises_of(session: Session, reference: Reference, route_id: int) -> list[PromiseChange]:
    """Return every time that the promise of a route moved, oldest first."""
    about = (
        Event.subject_kind == Subject.CABLE_ROUTE,
        Event.subject_id == str(route_id),
        Event.report_id.is_(None),
        Event.type == WorkEventType.CABLE_PROMISED,
    )
    masking = reference.masking.of(())
    return [
        PromiseChange(event.data["from"], event.data["to"], masking.text(event.data["reason"]), event.at)
        for event in session.scalars(select(Event).where(*about).order_by(Event.id))
    ]


def _conditions(filters: RouteFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.ids:
        found.append(CableRoute.id.in_(filters.ids))
    if filters.quarter is not None:
        found.append(CableRoute.quarter == filters.quarter)
    if filters.ward_id is not None:
        found.append(CableRoute.ward_ids.contains([filters.ward_id]))
    if filters.bbox is not None:
        found.append(CableRoute.geom.op("&&")(func.ST_MakeEnvelope(*filters.bbox, 4326)))
    if filters.near is not None:
        lon, lat, metres = filters.near
        point = func.ST_SetSRID(func.ST_MakePoint(lon, lat), 4326)
        # The box is what the index finds by; a degree of longitude is at most so long.
        reach = metres / 90_000
        found.append(CableRoute.geom.op("&&")(func.ST_Expand(point, reach)))
        found.append(func.ST_DWithin(func.geography(CableRoute.geom), func.geography(point), metres))
    return found


def _distance(filters: RouteFilter) -> ColumnElement[float]:
    if filters.near is None:
        return cast(func.nullif(1.0, 1.0), Float)
    point = func.ST_SetSRID(func.ST_MakePoint(*filters.near[:2]), 4326)
    return func.ST_Distance(func.geography(CableRoute.geom), func.geography(point))


def _sections(
    session: Session, ids: Sequence[int], now: datetime, company_id: int | None
) -> dict[int, list[SectionView]]:
    query = (
        select(CableSection, Work)
        .join(Work, Work.id == CableSection.work_id)
        .where(CableSection.route_id.in_(ids), Work.status != WorkStatus.DROPPED)
    )
    if company_id is not None:
        query = query.where(CableSection.company_id == company_id)
    found: dict[int, list[SectionView]] = {}
    for section, work in session.execute(query.order_by(Work.code)):
        found.setdefault(section.route_id, []).append(section_view(section, work, now))
    return found


def section_view(section: CableSection, work: Work, now: datetime) -> SectionView:
    """Return a section as everybody may know it."""
    waits = work.status == WorkStatus.WAITING
    ended = work.done_at is not None or work.closed_at is not None
    return SectionView(
        work.code,
        section.company_id,
        section.what,
        work.status,
        work.version,
        section.metres,
        section.metres_done,
        section.old_removed_m,
        str(section.block or "") if waits else "",
        work.due_at,
        late=not ended and work.due_at is not None and work.due_at < now,
    )


def _moved(session: Session, ids: Sequence[int]) -> dict[str, int]:
    about = (
        Event.subject_kind == Subject.CABLE_ROUTE,
        Event.subject_id.in_([str(each) for each in ids]),
        Event.report_id.is_(None),
        Event.type == WorkEventType.CABLE_PROMISED,
    )
    rows = session.execute(select(Event.subject_id, func.count()).where(*about).group_by(Event.subject_id))
    return {subject: count for subject, count in rows if subject is not None}


def _view(
    route: CableRoute, line: bytes | None, distance: float | None, sections: Sequence[SectionView], moved: int
) -> RouteView:
    shape = shapely.from_wkb(bytes(line)) if line else None
    return RouteView(
        route.id,
        route.street,
        route.from_words,
        route.to_words,
        route.length_m,
        route.quarter,
        route.quarter_first,
        moved,
        str(route.duct),
        route.pole_owner_id,
        list(route.ward_ids),
        route.version,
        sections,
        line_geojson(shape) if shape is not None else None,
        distance,
    )


def quarters_of(session: Session) -> list[str]:
    """Return the quarters that routes are promised for, in their order."""
    return list(session.scalars(select(CableRoute.quarter).distinct().order_by(CableRoute.quarter)))
