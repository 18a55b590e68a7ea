"""Points of a survey: from open and recent reports, places where they repeat, routes, and by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import numpy as np
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from geo.clusters import repeated
from geo.columns import degrees_of, point_at, shape_of
from geo.distance import haversine_m
from service.domain.cables.quarters import quarter_of
from service.domain.city.reference import Reference
from service.domain.reports.drafts import check_place
from service.domain.surveys.access import SurveyWork
from service.domain.surveys.forms import MOST_POINTS, NewPoint
from service.domain.works.actions import ActionContext
from service.errors import Conflict, invalid
from service.i18n import N_, translate
from service.models import (
    ENDED_UNDONE,
    OPEN,
    Area,
    CableRoute,
    PointSource,
    Pole,
    Report,
    Status,
    SurveyPoint,
)

RECENT = timedelta(days=30)
REPEATED = timedelta(days=180)
REPEATED_WORDS = N_("{n} phản ánh trong 6 tháng")
POLE_WORDS = N_("Cột {code}, {street}")
LEAST_REPEATED = 3
MOST_REPEATED = 50
APART_M = 15.0
"""What lies nearer to a point than this is seen from there."""
_WITHOUT = ENDED_UNDONE | {Status.DUPLICATE}


@dataclass(frozen=True, slots=True)
class _Spot:
    lon: float
    lat: float
    words: str
    source: PointSource
    about: UUID | None = None
    id: UUID | None = None


def add_points(ctx: ActionContext, survey: SurveyWork, points: Iterable[NewPoint]) -> int:
    """Add spots by hand; one whose id is there already is the same. Raises Invalid, Conflict; how many."""
    new: list[_Spot] = []
    for number, each in enumerate(points):
        if problem := check_place(ctx.reference, each.lon, each.lat):
            raise invalid(["points", number], problem)
        known = ctx.session.get(SurveyPoint, each.id)
        if known is not None and known.work_id != survey.work.id:
            raise Conflict(N_("Mã id này đã được dùng cho một điểm của đợt khác. Hãy tạo id mới."))
        if known is None and all(each.id != other.id for other in new):
            new.append(_Spot(each.lon, each.lat, each.words, PointSource.HAND, id=each.id))
    return _keep(ctx.session, survey, new)


def gather_points(ctx: ActionContext, survey: SurveyWork, sources: Iterable[str]) -> int:
    """Add what these sources have and no point stands at yet; how many. Reports come first."""
    source_set = set(sources)
    spots: list[_Spot] = []
    if PointSource.REPORT in source_set:
        spots += _reports(ctx.session, ctx.reference, survey, ctx.now)
    if PointSource.REPEATED in source_set:
        spots += _repeated(ctx.session, ctx.reference, survey, ctx.now)
    if PointSource.ROUTE in source_set:
        spots += _routes(ctx.session, ctx.reference, survey)
    if PointSource.POLE in source_set:
        spots += _poles(ctx.session, ctx.reference, survey)
    taken = [(lon, lat) for lon, lat in places_of(ctx.session, survey)]
    new: list[_Spot] = []
    for spot in spots:
        if all(haversine_m(spot.lon, spot.lat, lon, lat) >= APART_M for lon, lat in taken):
            taken.append((spot.lon, spot.lat))
            new.append(spot)
    room = MOST_POINTS - (len(taken) - len(new))
    return _keep(ctx.session, survey, new[: max(0, room)])


def places_of(session: Session, survey: SurveyWork) -> Iterator[tuple[float, float]]:
    """Return where the survey's points are, in degrees."""
    query = select(SurveyPoint.geom).where(SurveyPoint.work_id == survey.work.id)
    for geom in session.scalars(query.order_by(SurveyPoint.position)):
        yield degrees_of(geom)


def _degrees(point: BaseGeometry) -> tuple[float, float]:
    [(lon, lat)] = point.coords
    return lon, lat


def _keep(session: Session, survey: SurveyWork, spots: list[_Spot]) -> int:
    last, many = session.execute(
        select(func.max(SurveyPoint.position), func.count()).where(SurveyPoint.work_id == survey.work.id)
    ).one()
    if many + len(spots) > MOST_POINTS:
        raise invalid(["points"], N_("Một đợt kiểm tra có nhiều nhất {most} điểm."), most=MOST_POINTS)
    for number, spot in enumerate(spots, (last or 0) + 1):
        place = func.ST_SetSRID(func.ST_MakePoint(spot.lon, spot.lat), 4326)
        inside = select(Area.id).where(Area.valid_to.is_(None), func.ST_Covers(Area.geom, place))
        session.add(
            SurveyPoint(
                id=spot.id or uuid4(),
                work_id=survey.work.id,
                position=number,
                geom=point_at(spot.lon, spot.lat),
                words=spot.words[:300],
                source=spot.source,
                ward_id=session.scalar(inside.order_by(Area.id).limit(1)),
                about_id=spot.about,
            )
        )
    session.flush()
    return len(spots)


def _of_kind(reference: Reference, survey: SurveyWork) -> list[ColumnElement[bool]]:
    view = reference.categories[survey.side.category_id]
    conditions: list[ColumnElement[bool]] = [
        Report.category_id.in_(sorted(reference.categories_below(view.code)))
    ]
    if survey.side.ward_ids:
        conditions.append(Report.ward_id.in_(survey.side.ward_ids))
    return conditions


def _reports(session: Session, reference: Reference, survey: SurveyWork, now: datetime) -> Iterator[_Spot]:
    recent = Report.created_at >= now - RECENT
    rows = session.execute(
        select(Report.id, Report.lon, Report.lat, Report.address, Report.code)
        .where(*_of_kind(reference, survey), or_(Report.status.in_(sorted(OPEN)), recent))
        .where(Report.status.not_in(sorted(_WITHOUT)))
        .order_by(Report.created_at, Report.id)
        .limit(MOST_POINTS)
    )
    for row in rows:
        yield _Spot(row.lon, row.lat, row.address or row.code, PointSource.REPORT, row.id)


def _repeated(session: Session, reference: Reference, survey: SurveyWork, now: datetime) -> Iterator[_Spot]:
    lately = Report.created_at >= now - REPEATED, Report.status.not_in(sorted(_WITHOUT))
    rows = session.scalars(select(Report.cell).where(*_of_kind(reference, survey), *lately))
    cells = np.array(rows.all(), dtype=np.int64)
    for place in repeated(cells, MOST_REPEATED, LEAST_REPEATED) if cells.size else ():
        words = translate(REPEATED_WORDS, n=place.number)
        yield _Spot(place.lon, place.lat, words, PointSource.REPEATED)


def _of_quarter(reference: Reference, survey: SurveyWork) -> list[ColumnElement[bool]] | None:
    """Return conditions of the drawn routes whose quarter the days are in; None where it is not about
    cables.
    """
    rules, kind = reference.config.cables, reference.categories[survey.side.category_id]
    if rules is None or rules.category not in kind.path:
        return None
    quarters = {quarter_of(survey.side.first), quarter_of(survey.side.last)}
    conditions: list[ColumnElement[bool]] = [CableRoute.quarter.in_(quarters), CableRoute.geom.is_not(None)]
    if survey.side.ward_ids:
        conditions.append(CableRoute.ward_ids.overlap(survey.side.ward_ids))
    return conditions


def _poles(session: Session, reference: Reference, survey: SurveyWork) -> Iterator[_Spot]:
    """Yield poles along the routes of the quarter, those that somebody saw longest ago first."""
    if (conditions := _of_quarter(reference, survey)) is None:
        return
    rows = session.execute(
        select(Pole.lon, Pole.lat, Pole.code, CableRoute.street)
        .join(CableRoute, CableRoute.id == Pole.route_id)
        .where(*conditions)
        .order_by(Pole.seen_on.nulls_first(), Pole.id)
        .limit(MOST_POINTS)
    )
    for row in rows:
        words = translate(POLE_WORDS, code=row.code, street=row.street)
        yield _Spot(row.lon, row.lat, words, PointSource.POLE)


def _routes(session: Session, reference: Reference, survey: SurveyWork) -> Iterator[_Spot]:
    """Yield routes of cables whose quarter the days are in; none where the survey looks for something
    else.
    """
    if (conditions := _of_quarter(reference, survey)) is None:
        return
    query = select(CableRoute).where(*conditions)
    for route in session.scalars(query.order_by(CableRoute.street, CableRoute.id).limit(MOST_POINTS)):
        lines = list(getattr(shape_of(route.geom), "geoms", ())) if route.geom is not None else []
        longest = max(lines, key=lambda line: float(line.length))
        lon, lat = _degrees(longest.interpolate(0.5, normalized=True))
        ends = " – ".join(part for part in (route.from_words, route.to_words) if part)
        words = f"{route.street} ({ends})" if ends else route.street
        yield _Spot(round(lon, 6), round(lat, 6), words, PointSource.ROUTE)
