"""Demo clean-ups: announced with sign-ups, under way, with a result, cancelled, and one that comes again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.demo.accounts import middle_committee
from service.demo.cleanup_days.campaign import (
    CAME,
    DemoUnit,
    announce_demo,
    hold_demo,
    join_demo,
    take_demo_step,
)
from service.demo.cleanup_days.rosters import demo_rosters
from service.demo.cleanup_days.spots import demo_spots
from service.demo.cleanup_days.year import demo_gifts, demo_year
from service.demo.praise import demo_praise
from service.domain.city.city import load_calendar
from service.domain.city.reference import Reference
from service.domain.cleanups.spots.weekly_list import propose_spots
from service.models import Campaign, Cleanup

SLUG = "chu-nhat-xanh"
COMING = (4, 2, 1, 3, 5, 2, 1, 2, 6, 2, 4)


def demo_cleanups(session: Session, reference: Reference, *, at: datetime) -> None:
    """Make them once, in a city that keeps plans."""
    if reference.config.works is None or session.scalar(select(Cleanup.work_id).limit(1)) is not None:
        return
    first = reference.department_by_code[middle_committee(session, reference)]
    units = [each for each in reference.departments.values() if each.active and each.kind == "ward"]
    wards = [first, *sorted((each for each in units if each != first), key=lambda each: each.code)]
    demo = DemoUnit(session, reference, load_calendar(session, reference), wards[0], at)
    demo_year(demo, wards)
    coming = announce_demo(demo, "Chủ nhật Xanh: dọn bờ sông", demo.morning(3), "Bến thuyền, cạnh cầu", 30)
    join_demo(demo, coming, COMING)
    second = demo.by(wards[1 % len(wards)])
    join_demo(
        demo,
        announce_demo(second, "Dọn cỏ, nhặt rác quanh trường", demo.morning(10), "Cổng trường"),
        (2, 3),
    )
    third = demo.by(wards[2 % len(wards)])
    dropped = announce_demo(third, "Nạo vét mương khu dân cư", demo.morning(4), "Nhà văn hóa tổ dân phố")
    take_demo_step(third, dropped, "cancelled", reason="Dự báo mưa lớn, lùi sang tháng sau")
    begun = at - timedelta(minutes=20)
    running = announce_demo(demo, "Bóc quảng cáo, rao vặt trên tường", begun, "Sân Ủy ban nhân dân phường")
    join_demo(replace(demo, at=begun - timedelta(days=1)), running, CAME)
    hold_demo(demo, "Chủ nhật Xanh: dọn kênh", demo.morning(-14), 320)
    planted = hold_demo(demo, "Vớt bèo, trồng cây ven sông", demo.morning(-35), 540, trees=30)
    _campaign(session, demo)
    session.flush()
    demo_gifts(demo, planted, SLUG)
    demo_rosters(demo)
    demo_praise(session, reference, demo.calendar, [each.id for each in wards[:4]], at)
    demo_spots(demo)
    propose_spots(session, reference, demo.calendar, at)


def _campaign(session: Session, demo: DemoUnit) -> None:
    """Make a campaign that goes on all year, whose figures are those of the clean-ups above."""
    year = demo.calendar.local(demo.at).year
    session.add(
        Campaign(
            slug=SLUG,
            title={"vi": "Chủ nhật Xanh", "en": "Green Sunday"},
            lead={
                "vi": "Mỗi Chủ nhật, cùng dọn sạch một góc phố. Ai cũng tham gia được.",
                "en": "Every Sunday we clean a corner of the city together. Everybody may join.",
            },
            first=date(year - 1, 1, 1),
            last=date(year, 12, 31),
            created_at=demo.at,
        )
    )
