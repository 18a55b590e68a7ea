"""Demo survey before the new year: two dozen points, most of them seen, some with a fault."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.demo.cables import STREETS
from service.domain.city.city import load_calendar
from service.domain.city.reference import Reference
from service.domain.people.staff import actor_for
from service.domain.reports.events import Actor
from service.domain.surveys.forms import NewSurvey, PointObservation
from service.domain.surveys.observations import see_point
from service.domain.surveys.survey_changes import make_survey, take_survey_step
from service.domain.works.actions import ActionContext
from service.domain.works.forms import WorkStep
from service.models import Role, Staff, Survey, SurveyPoint
from service.models.reports.event import ActorKind

POINTS, SEEN = 24, 18
FAULTS = {
    2: "Bó cáp võng, cách mặt đường khoảng 3 mét",
    5: "Hộp cáp hở nắp, dây thò ra ngoài",
    9: "Cáp cũ bỏ lại trên cột, chưa thu hồi",
    12: "Cáp vướng cành cây trước cổng trường",
    16: "Dây đứt treo lơ lửng trên vỉa hè",
}
"""What is wrong, by the number of the point. All were seen this hour: their reports are routed now."""
BEGUN, LASTS = timedelta(days=5), timedelta(days=14)


def demo_surveys(session: Session, reference: Reference, *, at: datetime) -> None:
    """Make it once, where the city keeps a plan of cables and somebody inspects."""
    rules = reference.config.cables
    walker = session.scalar(select(Staff).where(Staff.role == Role.INSPECTOR, Staff.active).limit(1))
    made = session.scalar(select(Survey.work_id).limit(1)) is not None
    if rules is None or reference.config.works is None or walker is None or made:
        return
    office = reference.department_by_code[rules.office]
    calendar = load_calendar(session, reference)
    below = reference.departments_below(office.id)
    lead = Actor(ActorKind.STAFF, role=Role.DEPARTMENT, department_id=office.id, departments=below)
    begun = at - BEGUN
    day = calendar.local(begun).date()
    form: dict[str, object] = {
        "id": uuid4(),
        "category": rules.category,
        "title": "Kiểm tra cáp treo trước Tết Nguyên đán",
        "first": day,
        "last": day + LASTS,
        "inspectors": [walker.username],
        "points": [_spot(reference, number) for number in range(POINTS)],
    }
    by_office = ActionContext(session, reference, calendar, lead, begun)
    work = make_survey(by_office, NewSurvey.model_validate(form))[0].work
    take_survey_step(by_office, work.code, WorkStep.model_validate({"to": "open", "version": work.version}))
    mine = select(SurveyPoint).where(SurveyPoint.work_id == work.id).order_by(SurveyPoint.position)
    inspector = actor_for(walker, reference)
    for number, point in enumerate(session.scalars(mine).all()[:SEEN]):
        words = FAULTS.get(number, "")
        sight = PointObservation(state="fault" if words else "ok", note=words)
        seen = at - timedelta(minutes=SEEN - number) if words else begun + timedelta(hours=2 + 5 * number)
        see_point(ActionContext(session, reference, calendar, inspector, seen), work.code, point.id, sight)


def _spot(reference: Reference, number: int) -> dict[str, object]:
    lon, lat = reference.config.middle
    name, _, _, east, north = STREETS[number % len(STREETS)]
    turn = number // len(STREETS)
    return {
        "id": uuid4(),
        "lon": round(lon + east + 0.0012 * turn, 6),
        "lat": round(lat + north + 0.0006 * turn, 6),
        "words": f"Cột {3 + 4 * turn}, đường {name}",
    }
