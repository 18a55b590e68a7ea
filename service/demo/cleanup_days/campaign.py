"""Demo clean-ups one by one: as a unit announces, holds and ends them, through the service's own verbs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.demo.drawings.photos import drawn_photo
from service.domain.city.calendar import Calendar
from service.domain.city.reference import DepartmentView, Reference
from service.domain.cleanups.access import CleanupWork
from service.domain.cleanups.day import give_result, write_attendance
from service.domain.cleanups.drafts import make_cleanup
from service.domain.cleanups.forms import Attendance, CleanupResult, CleanupStep, NewCleanup, NewSignup
from service.domain.cleanups.haulage import haulage_of
from service.domain.cleanups.signups import sign_up
from service.domain.cleanups.steps import take_cleanup_step
from service.domain.reports.events import Actor
from service.domain.works.actions import ActionContext, take_step
from service.domain.works.forms import WorkStep
from service.models import Area, Photo, Role
from service.models.reports.event import ActorKind

KEY = b"demo"
"""Nobody in the demo leaves an address, so nothing is sealed with it."""
MORNING, HOURS = time(7), timedelta(hours=2)
MADE_BEFORE = timedelta(days=5)
CAME = (3, 2, 4, 1, 8)

TOOLS = [{"what": "Găng tay", "need": 40, "have": 25}, {"what": "Kẹp gắp rác", "need": 20, "have": 20}]
"""Tools of the clean-up that comes; some are missing."""


@dataclass(frozen=True, slots=True)
class DemoUnit:
    """Session, city, who leads and the time at which the next thing happens."""

    session: Session
    reference: Reference
    calendar: Calendar
    lead: DepartmentView
    at: datetime

    def ctx(self) -> ActionContext:
        """Return the context of an action of the unit's leader."""
        below = self.reference.departments_below(self.lead.id)
        actor = Actor(ActorKind.STAFF, role=Role.MANAGER, department_id=self.lead.id, departments=below)
        return ActionContext(self.session, self.reference, self.calendar, actor, self.at)

    def by(self, lead: DepartmentView) -> DemoUnit:
        """Return the same for another unit."""
        return replace(self, lead=lead)

    def morning(self, days: int) -> datetime:
        """Return the clean-up's hour on the Sunday that many days on, or the next one after that day."""
        day = self.calendar.local(self.at).date() + timedelta(days=days)
        day += timedelta(days=6 - day.weekday())
        return datetime.combine(day, MORNING, tzinfo=self.calendar.timezone)


def demo_facts(demo: DemoUnit, title: str, meet_words: str) -> dict[str, object]:
    """Return the facts of a clean-up in the unit's ward, hauled away by the company where there is one."""
    lon, lat = demo_place(demo)
    haulers = sorted(u.code for u in demo.reference.departments.values() if u.active and u.kind == "company")
    hauled = {"collector": haulers[0], "pickup_words": "Đầu đường vào"} if haulers else {"no_waste": True}
    return {
        "title": title,
        "lead": demo.lead.code,
        "location": {"lon": lon, "lat": lat},
        "meet_words": meet_words,
        "bring": "Găng tay, mũ, nước uống",
        **hauled,
    }


def demo_place(demo: DemoUnit) -> tuple[float, float]:
    """Return a place within the ward that leads; the middle of the city where it has none."""
    point = func.ST_PointOnSurface(Area.geom)
    inside = select(func.ST_X(point), func.ST_Y(point))
    areas = [area for area in demo.reference.wards.values() if area.code == demo.lead.ward_code]
    found = areas and demo.session.execute(inside.where(Area.id == areas[0].id)).one_or_none()
    lon, lat = found or demo.reference.config.middle
    return round(lon, 6), round(lat, 6)


def announce_demo(
    demo: DemoUnit, title: str, starts: datetime, meet_words: str, capacity: int | None = None
) -> CleanupWork:
    """Draft and announce a clean-up, some days before it begins."""
    early = replace(demo, at=min(demo.at, starts - MADE_BEFORE))
    fields = {
        **demo_facts(demo, title, meet_words),
        "id": str(uuid5(NAMESPACE_URL, f"{title} {starts} {demo.lead.code}")),
        "starts_at": starts.isoformat(),
        "ends_at": (starts + HOURS).isoformat(),
        "capacity": capacity,
        "tools": TOOLS if capacity else [],
        "note": "" if demo.lead.ward_code else "Theo lịch của đơn vị.",
    }
    found, _ = make_cleanup(early.ctx(), NewCleanup.model_validate(fields))
    take_demo_step(early, found, "announced")
    return found


def take_demo_step(demo: DemoUnit, found: CleanupWork, to: str, reason: str = "") -> None:
    """Take a step of its life."""
    step = {"to": to, "version": found.work.version, "reason": reason}
    take_cleanup_step(demo.ctx(), KEY, found.work.code, CleanupStep.model_validate(step))


def join_demo(demo: DemoUnit, found: CleanupWork, groups: Sequence[int]) -> list[UUID]:
    """Sign groups of people up, none of whom leaves an address."""
    ids = [uuid5(found.work.id, str(number)) for number in range(len(groups))]
    for id_, people in zip(ids, groups, strict=True):
        signup = NewSignup(id=id_, people=people)
        sign_up(demo.session, demo.reference, KEY, found.work.code, signup, language="vi", now=demo.at)
    return ids


def hold_demo(demo: DemoUnit, title: str, starts: datetime, kg: int, trees: int | None = None) -> CleanupWork:
    """Announce a clean-up that people sign up for, and end it with its result."""
    found = announce_demo(demo, title, starts, "Đầu cầu")
    ids = join_demo(replace(demo, at=starts - timedelta(days=1)), found, CAME)
    arrivals = [{"id": str(id_), "came": people} for id_, people in zip(ids, CAME, strict=True)]
    return end_demo(demo, found, kg=kg, walk_ins=7, arrivals=arrivals, trees=trees)


def end_demo(
    demo: DemoUnit,
    found: CleanupWork,
    *,
    kg: int,
    walk_ins: int,
    arrivals: Sequence[dict[str, object]] = (),
    trees: int | None = None,
) -> CleanupWork:
    """Write down who came, photos and the one result of what was announced; what was gathered is hauled."""
    starts = found.work.starts_at or demo.at
    there = replace(demo, at=starts + HOURS)
    came = sum(CAME) if arrivals else 0
    if arrivals:
        attendance = Attendance.model_validate({"arrivals": arrivals, "walk_ins": walk_ins})
        write_attendance(there.ctx(), found.work.code, attendance)
    for kind, at in (("before", starts), ("after", there.at)):
        demo.session.add(demo_photo(found.work.id, kind, kg, at))
    demo.session.flush()
    result = CleanupResult(
        version=found.work.version,
        people=came + walk_ins,
        bags=kg // 9,
        kg=kg,
        trees=trees,
        words="Đã dọn sạch, rác đã chở đi trong ngày.",
    )
    give_result(there.ctx(), found.work.code, result)
    _haul(replace(there, at=there.at + HOURS), found)
    return found


def _haul(demo: DemoUnit, found: CleanupWork) -> None:
    """Have the company say that the litter is gone."""
    task = haulage_of(demo.session, found.work)
    if task is None or task.executor_id is None:
        return
    below = frozenset({task.executor_id})
    actor = Actor(ActorKind.STAFF, role=Role.EXECUTOR, department_id=task.executor_id, departments=below)
    done = {"to": "done", "version": task.version, "data": {"result": "Đã chở hết rác về bãi."}}
    take_step(replace(demo.ctx(), actor=actor), task.code, WorkStep.model_validate(done))


def demo_photo(work_id: UUID, kind: str, variant: int, at: datetime) -> Photo:
    """Return a drawn photo of a clean-up."""
    return drawn_photo(uuid5(work_id, kind), work_id, kind, at, "litter", variant, fixed=kind == "after")
