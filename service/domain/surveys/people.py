"""Walkers of a survey: inspectors by their user names, and the points that each is given."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.columns import degrees_of
from service.domain.people.staff import tidy_username
from service.domain.surveys.access import SurveyWork
from service.domain.surveys.split import SplitPoint, split_by_place, split_by_ward
from service.errors import invalid
from service.i18n import N_
from service.models import PointState, Role, Staff, SurveyPoint

MOST_INSPECTORS = 200


def may_walk(session: Session) -> list[Staff]:
    """Return the inspectors who can be given points, by name."""
    mine = Staff.active, Staff.role == Role.INSPECTOR
    return list(session.scalars(select(Staff).where(*mine).order_by(Staff.name).limit(MOST_INSPECTORS)))


def inspector_ids(session: Session, usernames: Sequence[str]) -> list[int]:
    """Return the ids of these inspectors, in their order. Raises Invalid for a name that is none."""
    names = list(dict.fromkeys(map(tidy_username, usernames)))
    known = {each.username: each.id for each in may_walk(session)} if names else {}
    for each in names:
        if each not in known:
            raise invalid(["inspectors"], N_("Không có cán bộ kiểm tra “{name}”."), name=each)
    return [known[each] for each in names]


def split_points(session: Session, survey: SurveyWork, by: str, *, everything: bool) -> int:
    """Give out the points that are still to see, or only those that nobody of the survey has; how many moved.

    Raises Invalid where nobody walks.
    """
    people = survey.side.inspector_ids
    if not people:
        raise invalid(["inspectors"], N_("Cần chọn ít nhất một cán bộ kiểm tra."))
    mine = SurveyPoint.work_id == survey.work.id, SurveyPoint.state == PointState.TO_SEE
    rows = session.scalars(select(SurveyPoint).where(*mine).order_by(SurveyPoint.position)).all()
    points: list[SplitPoint[SurveyPoint]] = []
    for row in rows:
        if everything or row.inspector_id not in people:
            lon, lat = degrees_of(row.geom)
            points.append(SplitPoint(row, lon, lat, row.ward_id))
    shares = split_by_ward(points, people) if by == "ward" else split_by_place(points, people)
    moved = 0
    for row, person in shares.items():
        moved += row.inspector_id != person
        row.inspector_id = person
    session.flush()
    return moved
