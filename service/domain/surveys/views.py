"""Surveys as colleagues read them: how many points are seen, which, by whom, what came of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geo.columns import degrees_of
from service.domain.city.config_parts import UnitBrief
from service.domain.city.reference import Reference, department_brief
from service.domain.people.colleagues import names_of
from service.domain.reports.events import Actor
from service.domain.surveys.access import READERS, SurveyWork
from service.domain.works.access import require_works, visible_works
from service.domain.works.lifecycles import work_steps
from service.models import (
    PointState,
    Report,
    Survey,
    SurveyLook,
    SurveyPoint,
    Work,
    WorkKind,
    WorkStatus,
)

MOST_SURVEYS = 200


class _View(BaseModel):
    model_config = ConfigDict(frozen=True)


class LookView(_View):
    """Look of somebody who came second: a note."""

    state: PointState
    note: str
    by: str
    seen_at: datetime


class PointView(_View):
    """Point of a survey. `report` is the code of what its fault became, `about` of what it was made from."""

    id: UUID
    position: int
    lon: float
    lat: float
    words: str
    source: str
    ward: str | None
    ward_id: int | None
    state: PointState
    inspector: str | None
    mine: bool
    seen_at: datetime | None
    seen_by: str | None
    note: str
    about: str | None
    report: str | None
    report_id: UUID | None
    looks: list[LookView]


class SurveyView(_View):
    """Survey; `counts` are its points by state, `actions` the steps that the asker may take.

    `points` stand in the view of one survey alone.
    """

    id: UUID
    code: str
    title: str
    note: str
    status: WorkStatus
    version: int
    category: str
    first: date
    last: date
    occasion: str | None
    lead: UnitBrief | None
    wards: list[str]
    inspectors: list[str]
    counts: dict[str, int]
    actions: list[str]
    points: list[PointView] | None = None

    @property
    def total(self) -> int:
        """Return how many points there are."""
        return sum(self.counts.values())

    @property
    def seen(self) -> int:
        """Return how many points were seen."""
        return self.total - self.counts.get(PointState.TO_SEE, 0)


def list_surveys(
    session: Session, reference: Reference, actor: Actor, *, running: bool = False, mine: bool = False
) -> list[SurveyView]:
    """Return the surveys that this person may see, the latest days first; `mine`: that they walk."""
    require_works(reference)
    if actor.role not in READERS:
        return []
    query = select(Work, Survey).join(Survey, Survey.work_id == Work.id).where(visible_works(actor))
    if running:
        query = query.where(Work.status == WorkStatus.OPEN)
    if mine:
        query = query.where(Survey.inspector_ids.any_() == actor.staff_id)
    query = query.where(Work.kind == WorkKind.SURVEY).order_by(Survey.first.desc(), Work.code.desc())
    rows = [SurveyWork(work, side) for work, side in session.execute(query.limit(MOST_SURVEYS))]
    return _tell(session, reference, actor, rows)


def tell_survey(session: Session, reference: Reference, actor: Actor, survey: SurveyWork) -> SurveyView:
    """Return one survey with its points."""
    [view] = _tell(session, reference, actor, [survey])
    return view.model_copy(update={"points": points_of(session, reference, actor, survey)})


def points_of(session: Session, reference: Reference, actor: Actor, survey: SurveyWork) -> list[PointView]:
    """Return the points in their order."""
    mine = SurveyPoint.work_id == survey.work.id
    rows = session.scalars(select(SurveyPoint).where(mine).order_by(SurveyPoint.position)).all()
    codes = _codes(session, rows)
    names = names_of(session, [each for row in rows for each in (row.inspector_id, row.seen_by)])
    looks = _looks(session, [row.id for row in rows])
    return [_point(reference, actor, row, codes, names, looks.get(row.id, [])) for row in rows]


def _point(
    reference: Reference,
    actor: Actor,
    row: SurveyPoint,
    codes: Mapping[UUID, str],
    names: Mapping[int, str],
    looks: list[LookView],
) -> PointView:
    lon, lat = degrees_of(row.geom)
    ward = reference.wards.get(row.ward_id or 0)
    return PointView(
        id=row.id,
        position=row.position,
        lon=lon,
        lat=lat,
        words=row.words,
        source=row.source,
        ward=ward.full_name if ward else None,
        ward_id=row.ward_id,
        state=row.state,
        inspector=names.get(row.inspector_id or 0),
        mine=row.inspector_id == actor.staff_id,
        seen_at=row.seen_at,
        seen_by=names.get(row.seen_by or 0),
        note=row.note,
        about=codes.get(row.about_id) if row.about_id else None,
        report=codes.get(row.report_id) if row.report_id else None,
        report_id=row.report_id,
        looks=looks,
    )


def _tell(
    session: Session, reference: Reference, actor: Actor, found: Sequence[SurveyWork]
) -> list[SurveyView]:
    ids = [each.work.id for each in found]
    counted = (
        select(SurveyPoint.work_id, SurveyPoint.state, func.count())
        .where(SurveyPoint.work_id.in_(ids))
        .group_by(SurveyPoint.work_id, SurveyPoint.state)
    )
    counts: dict[UUID, dict[str, int]] = defaultdict(lambda: {str(state): 0 for state in PointState})
    for work_id, state, number in session.execute(counted):
        counts[work_id][str(state)] = number
    names = names_of(session, [each for one in found for each in one.side.inspector_ids])
    return [
        SurveyView(
            id=work.id,
            code=work.code,
            title=work.title,
            note=work.note,
            status=work.status,
            version=work.version,
            category=reference.categories[side.category_id].code,
            first=side.first,
            last=side.last,
            occasion=side.occasion,
            lead=department_brief(reference.departments.get(work.lead_id)),
            wards=[reference.wards[each].code for each in side.ward_ids if each in reference.wards],
            inspectors=[names[each] for each in side.inspector_ids if each in names],
            counts=dict(counts[work.id]),
            actions=[str(each) for each in work_steps(work, actor)],
        )
        for work, side in ((each.work, each.side) for each in found)
    ]


def _codes(session: Session, rows: Sequence[SurveyPoint]) -> dict[UUID, str]:
    ids = {each for row in rows for each in (row.about_id, row.report_id) if each is not None}
    return {
        row.id: row.code for row in session.execute(select(Report.id, Report.code).where(Report.id.in_(ids)))
    }


def _looks(session: Session, points: Sequence[UUID]) -> dict[UUID, list[LookView]]:
    rows = session.scalars(
        select(SurveyLook)
        .where(SurveyLook.point_id.in_(points))
        .order_by(SurveyLook.stored_at, SurveyLook.id)
    ).all()
    names = names_of(session, [row.staff_id for row in rows])
    found: dict[UUID, list[LookView]] = defaultdict(list)
    for row in rows:
        view = LookView(state=row.state, note=row.note, by=names.get(row.staff_id, ""), seen_at=row.seen_at)
        found[row.point_id].append(view)
    return found
