"""Demo clean-ups: announced with sign-ups, under way, with a result, cancelled, and one that comes again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.demo.accounts import middle_committee
from service.demo.pictures import picture_name
from service.demo.praise import demo_praise
from service.demo.street import HEIGHT, WIDTH
from service.domain.city.calendar import Calendar
from service.domain.city.city import load_calendar
from service.domain.city.reference import DepartmentView, Reference
from service.domain.cleanups.access import FoundCleanup
from service.domain.cleanups.day import give_result, write_attendance
from service.domain.cleanups.forms import (
    Attendance,
    CleanupResult,
    CleanupStep,
    NewCleanup,
    NewSeries,
    NewSignup,
)
from service.domain.cleanups.making import make_cleanup, take_cleanup_step
from service.domain.cleanups.series import make_series
from service.domain.cleanups.signups import sign_up
from service.domain.cleanups.spots.proposing import propose_spots
from service.domain.reports.events import Actor
from service.domain.works.acting import Hand
from service.models import Area, Campaign, Cleanup, Photo, Role

KEY = b"demo"
"""Nobody in the demo leaves an address, so nothing is sealed with it."""
MORNING, HOURS = time(7), timedelta(hours=2)
MADE_BEFORE = timedelta(days=5)
COMING = (4, 2, 1, 3, 5, 2, 1, 2, 6, 2, 4)
CAME = (3, 2, 4, 1, 8)


@dataclass(frozen=True, slots=True)
class _Stage:
    """Session, city, who leads and the time at which the next thing happens."""

    session: Session
    reference: Reference
    calendar: Calendar
    lead: DepartmentView
    at: datetime

    def hand(self) -> Hand:
        below = self.reference.departments_below(self.lead.id)
        actor = Actor("staff", role=Role.MANAGER, department_id=self.lead.id, departments=below)
        return Hand(self.session, self.reference, self.calendar, actor, self.at)

    def by(self, lead: DepartmentView) -> _Stage:
        return replace(self, lead=lead)

    def morning(self, days: int) -> datetime:
        """The clean-up's hour on the Sunday that many days on, or the next one after that day."""
        day = self.calendar.local(self.at).date() + timedelta(days=days)
        day += timedelta(days=6 - day.weekday())
        return datetime.combine(day, MORNING, tzinfo=self.calendar.timezone)


def demo_cleanups(session: Session, reference: Reference, *, at: datetime) -> None:
    """Make them once, in a city that keeps plans."""
    if reference.config.works is None or session.scalar(select(Cleanup.work_id).limit(1)) is not None:
        return
    first = reference.department_by_code[middle_committee(session, reference)]
    units = [each for each in reference.departments.values() if each.active and each.kind == "ward"]
    wards = [first, *sorted((each for each in units if each != first), key=lambda each: each.code)]
    stage = _Stage(session, reference, load_calendar(session, reference), wards[0], at)
    coming = _announced(stage, "Chủ nhật Xanh: dọn bờ sông", stage.morning(3), "Bến thuyền, cạnh cầu", 30)
    _join(stage, coming, COMING)
    second = stage.by(wards[1 % len(wards)])
    _join(
        stage, _announced(second, "Dọn cỏ, nhặt rác quanh trường", stage.morning(10), "Cổng trường"), (2, 3)
    )
    third = stage.by(wards[2 % len(wards)])
    dropped = _announced(third, "Nạo vét mương khu dân cư", stage.morning(4), "Nhà văn hóa tổ dân phố")
    _step(third, dropped, "cancelled", reason="Dự báo mưa lớn, lùi sang tháng sau")
    begun = at - timedelta(minutes=20)
    running = _announced(stage, "Bóc quảng cáo, rao vặt trên tường", begun, "Sân Ủy ban nhân dân phường")
    _join(replace(stage, at=begun - timedelta(days=1)), running, CAME)
    for weeks, title, kg in ((2, "Chủ nhật Xanh: dọn kênh", 320), (5, "Vớt bèo, thu gom rác trôi", 540)):
        _done(stage, title, stage.morning(-7 * weeks), kg)
    _series(stage)
    _campaign(session, stage)
    demo_praise(session, reference, stage.calendar, [each.id for each in wards[:4]], at)
    propose_spots(session, reference, stage.calendar, at)


def _campaign(session: Session, stage: _Stage) -> None:
    """A campaign that goes on all year, whose figures are those of the clean-ups above."""
    year = stage.calendar.local(stage.at).year
    session.add(
        Campaign(
            slug="chu-nhat-xanh",
            title={"vi": "Chủ nhật Xanh", "en": "Green Sunday"},
            lead={
                "vi": "Mỗi Chủ nhật, cùng dọn sạch một góc phố. Ai cũng tham gia được.",
                "en": "Every Sunday we clean a corner of the city together. Everybody may join.",
            },
            first=date(year - 1, 1, 1),
            last=date(year, 12, 31),
            created_at=stage.at,
        )
    )


def _facts(stage: _Stage, title: str, meet_words: str) -> dict[str, object]:
    lon, lat = _place(stage)
    haulers = sorted(u.code for u in stage.reference.departments.values() if u.active and u.kind == "company")
    hauled = {"collector": haulers[0], "pickup_words": "Đầu đường vào"} if haulers else {"no_waste": True}
    return {
        "title": title,
        "lead": stage.lead.code,
        "location": {"lon": lon, "lat": lat},
        "meet_words": meet_words,
        "bring": "Găng tay, mũ, nước uống",
        **hauled,
    }


def _place(stage: _Stage) -> tuple[float, float]:
    """A place within the ward that leads; the middle of the city where it has none."""
    point = func.ST_PointOnSurface(Area.geom)
    inside = select(func.ST_X(point), func.ST_Y(point))
    areas = [area for area in stage.reference.wards.values() if area.code == stage.lead.ward_code]
    found = areas and stage.session.execute(inside.where(Area.id == areas[0].id)).one_or_none()
    lon, lat = found or stage.reference.config.middle
    return round(lon, 6), round(lat, 6)


def _announced(
    stage: _Stage, title: str, starts: datetime, meet_words: str, capacity: int | None = None
) -> FoundCleanup:
    early = replace(stage, at=min(stage.at, starts - MADE_BEFORE))
    asked = {
        **_facts(stage, title, meet_words),
        "id": str(uuid5(NAMESPACE_URL, f"{title} {starts}")),
        "starts_at": starts.isoformat(),
        "ends_at": (starts + HOURS).isoformat(),
        "capacity": capacity,
    }
    found, _ = make_cleanup(early.hand(), NewCleanup.model_validate(asked))
    _step(early, found, "announced")
    return found


def _step(stage: _Stage, found: FoundCleanup, to: str, reason: str = "") -> None:
    step = {"to": to, "version": found.work.version, "reason": reason}
    take_cleanup_step(stage.hand(), KEY, found.work.code, CleanupStep.model_validate(step))


def _join(stage: _Stage, found: FoundCleanup, groups: Sequence[int]) -> list[UUID]:
    ids = [uuid5(found.work.id, str(number)) for number in range(len(groups))]
    for id_, people in zip(ids, groups, strict=True):
        asked = NewSignup(id=id_, people=people)
        sign_up(stage.session, stage.reference, KEY, found.work.code, asked, language="vi", now=stage.at)
    return ids


def _done(stage: _Stage, title: str, starts: datetime, kg: int) -> None:
    found = _announced(stage, title, starts, "Đầu cầu")
    ids = _join(replace(stage, at=starts - timedelta(days=1)), found, CAME)
    there = replace(stage, at=starts + HOURS).hand()
    arrivals = [{"id": str(id_), "came": people} for id_, people in zip(ids, CAME, strict=True)]
    write_attendance(there, found.work.code, Attendance.model_validate({"arrivals": arrivals, "walk_ins": 7}))
    for kind, at in (("before", starts), ("after", there.now)):
        stage.session.add(_photo(found.work.id, kind, kg, at))
    stage.session.flush()
    people, words = sum(CAME) + 7, "Đã dọn sạch hai bên bờ, rác đã chở đi trong ngày."
    result = CleanupResult(version=found.work.version, people=people, bags=kg // 9, kg=kg, words=words)
    give_result(there, found.work.code, result)


def _photo(work_id: UUID, kind: str, variant: int, at: datetime) -> Photo:
    name = picture_name("litter", variant, fixed=kind == "after")
    identity = uuid5(work_id, kind)
    return Photo(
        id=identity,
        work_id=work_id,
        kind=kind,
        state="ready",
        media_type="image/webp",
        size=1,
        width=WIDTH,
        height=HEIGHT,
        original_key=f"original/demo/{name}.webp",
        public_key=f"public/demo/{name}.webp",
        thumbnail_key=f"public/demo/{name}-small.webp",
        created_at=at,
        sha256=identity.bytes,
    )


def _series(stage: _Stage) -> None:
    first = stage.morning(20).date()
    asked = {
        **_facts(stage, "Chủ nhật Xanh hằng tháng", "Trước trụ sở"),
        "rule": "FREQ=MONTHLY;BYDAY=1SU",
        "first": first.isoformat(),
        "time": MORNING.isoformat(),
        "minutes": 120,
    }
    make_series(stage.hand(), NewSeries.model_validate(asked))
