"""Demo routes that go underground: done, under way, blocked, late, with old cable left, promised anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.demo.drawings.photos import drawn_photo
from service.domain.cables.access import company_ids
from service.domain.cables.forms import NewRoute, RouteChange
from service.domain.cables.quarters import quarter_days, quarter_of
from service.domain.cables.routes import change_route, make_route
from service.domain.cables.sections import take_section_step
from service.domain.city.calendar import Calendar
from service.domain.city.city import load_calendar
from service.domain.city.reference import DepartmentView, Reference
from service.domain.reports.events import Actor
from service.domain.works.actions import ActionContext
from service.domain.works.forms import WorkStep
from service.models import CableRoute, CableSection, Role, Work, WorkStatus
from service.models.reports.event import ActorKind

BEGUN = timedelta(days=200)
MOST_COMPANIES = 4
STREETS: tuple[tuple[str, str, str, float, float], ...] = (
    ("Điện Biên Phủ", "Phan Bội Châu", "Ngự Bình", -0.004, -0.006),
    ("Lê Lợi", "cầu Dã Viên", "cầu Trường Tiền", -0.006, 0.004),
    ("Hùng Vương", "cầu Trường Tiền", "An Dương Vương", 0.004, -0.002),
    ("Bà Triệu", "Hùng Vương", "Trường Chinh", 0.009, -0.001),
    ("Nguyễn Huệ", "Lê Lợi", "Hùng Vương", -0.001, -0.003),
    ("Trần Phú", "Phan Bội Châu", "Đặng Huy Trứ", -0.008, -0.009),
    ("Hai Bà Trưng", "Nguyễn Huệ", "Hà Nội", 0.001, 0.001),
    ("Bến Nghé", "Hùng Vương", "Nguyễn Tri Phương", 0.005, 0.003),
)
SECTION_STATES: tuple[str, ...] = (
    "closed closed closed closed",
    "closed closed closed -",
    "closed closed old -",
    "late late old begun",
    "late late blocked -",
    "begun blocked planned -",
    "begun planned blocked -",
    "planned begun planned -",
)
"""What became of each company's part, `-` where it has none. Streets with a late one were promised before."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """Session, city, office that keeps the plan, and when the next thing happens."""

    session: Session
    reference: Reference
    calendar: Calendar
    office: DepartmentView
    at: datetime

    def ctx(self, unit: DepartmentView | None = None) -> ActionContext:
        of = unit or self.office
        below = self.reference.departments_below(of.id)
        role = Role.MANAGER if unit is None else Role.EXECUTOR
        actor = Actor(ActorKind.STAFF, role=role, department_id=of.id, departments=below)
        return ActionContext(self.session, self.reference, self.calendar, actor, self.at)

    def later(self, days: int) -> _Plan:
        return replace(self, at=self.at + timedelta(days=days))


def demo_cables(session: Session, reference: Reference, *, at: datetime) -> None:
    """Make them once, in a city that keeps such a plan."""
    rules = reference.config.cables
    if rules is None or reference.config.works is None:
        return
    office = reference.department_by_code.get(rules.office)
    companies = [reference.departments[each] for each in company_ids(reference)[:MOST_COMPANIES]]
    if office is None or not companies or session.scalar(select(CableRoute.id).limit(1)) is not None:
        return
    plan = _Plan(session, reference, load_calendar(session, reference), office, at - BEGUN)
    past = quarter_of(quarter_days(quarter_of(plan.calendar.local(at).date()))[0] - timedelta(days=1))
    ahead = quarter_of(quarter_days(quarter_of(plan.calendar.local(at).date()))[1] + timedelta(days=1))
    for number, (street, words) in enumerate(zip(STREETS, SECTION_STATES, strict=True)):
        states = [(c, state) for c, state in zip(companies, words.split(), strict=False) if state != "-"]
        quarter = past if "late" in words else ahead
        route = make_route(plan.ctx(), _route(reference, street, quarter, [c for c, _ in states]))
        if number in (0, 5):
            moved = RouteChange(
                version=route.version,
                quarter=quarter_of(quarter_days(quarter)[1] + timedelta(days=1)),
                reason="Chờ cấp phép đào vỉa hè trước mùa lễ hội",
            )
            change_route(plan.later(40).ctx(), route.id, moved)
        for company, state in states:
            _work_on(plan, route, company, state)


def _route(
    reference: Reference,
    street: tuple[str, str, str, float, float],
    quarter: str,
    companies: Sequence[DepartmentView],
) -> NewRoute:
    name, start, end, east, north = street
    lon, lat = reference.config.middle
    places = [
        [round(lon + east + 0.0015 * n, 6), round(lat + north + 0.0007 * n + 0.0002 * (n % 2), 6)]
        for n in range(4)
    ]
    return NewRoute(
        street=name,
        from_words=start,
        to_words=end,
        geometry={"type": "LineString", "coordinates": places},
        quarter=quarter,
        sections=[{"company": each.code} for each in companies],
    )


def _work_on(plan: _Plan, route: CableRoute, company: DepartmentView, state: str) -> None:
    own = CableSection.route_id == route.id, CableSection.company_id == company.id
    work = plan.session.scalars(select(Work).join(CableSection).where(*own)).one()
    section = plan.session.get_one(CableSection, work.id)
    for days, to, by_office, details in _steps(state, section.metres, work):
        there = plan.later(days)
        photos = [_photo(there, work)] if to in (WorkStatus.DONE, WorkStatus.CHECKED) else []
        body = {"to": to, "version": work.version, "photos": photos, **details}
        ctx = there.ctx(None if by_office else company)
        take_section_step(ctx, work.code, WorkStep.model_validate(body))


def _steps(state: str, metres: int, work: Work) -> Iterator[tuple[int, WorkStatus, bool, dict[str, object]]]:
    """Yield (days after the beginning, step, whether the office takes it, what is said)."""
    details: dict[str, object]
    if state in ("planned", "late") or work.due_at is None:
        return
    if state == "blocked":
        details = {"reason": "Chưa có giấy phép đào", "data": {"block": "permit", "who": "Sở Xây dựng"}}
        yield 90, WorkStatus.WAITING, False, details
        return
    yield 20, WorkStatus.AGREED, False, {"data": {"agreed": work.due_at.date().isoformat()}}
    yield 45, WorkStatus.UNDER_WAY, False, {}
    if state == "begun":
        details = {"reason": "Đã kéo cáp ngầm phần đầu", "data": {"metres_done": metres * 3 // 5}}
        yield 120, WorkStatus.REPORTED, False, details
        return
    removed = metres if state == "closed" else metres * 3 // 5
    yield 130, WorkStatus.DONE, False, {"data": {"metres_done": metres, "old_removed_m": removed}}
    if state == "closed":
        yield 140, WorkStatus.CHECKED, True, {}
        yield 141, WorkStatus.CLOSED, True, {}


def _photo(plan: _Plan, work: Work) -> str:
    photo = drawn_photo(
        uuid4(), work.id, "evidence", plan.at, "cables", work.version, fixed=True, published=False
    )
    plan.session.add(photo)
    plan.session.flush()
    return str(photo.id)
