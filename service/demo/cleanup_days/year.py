"""A year of demo clean-ups: a monthly series, others in many wards, gifts and trees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import select

from service.demo.cleanup_days.campaign import (
    MADE_BEFORE,
    MORNING,
    DemoUnit,
    announce_demo,
    demo_facts,
    end_demo,
    take_demo_step,
)
from service.domain.city.reference import DepartmentView
from service.domain.cleanups.access import CleanupWork
from service.domain.cleanups.forms import NewSeries
from service.domain.cleanups.gifts.contributions import NewContribution, record_contribution
from service.domain.cleanups.gifts.trees import NewTrees, TreeCheck, check_trees, plant_trees
from service.domain.cleanups.series import draft_coming, make_series
from service.models import Cleanup, HolidayHandling, Work

WARDS, HELD, EACH = 20, 45, 3
"""So many wards held so many clean-ups in all, beside the monthly ones of the first; at most so many each."""
MONTHS = 12
GIFTS_AFTER = timedelta(days=1)
_KINDS = (
    ("Dọn rác bờ kênh", "Đầu kênh"),
    ("Vệ sinh khu dân cư", "Nhà văn hóa tổ dân phố"),
    ("Xóa quảng cáo, rao vặt trên tường", "Ngã tư đầu phố"),
    ("Nhặt rác quanh chợ", "Cổng chợ"),
    ("Khơi thông mương thoát nước", "Đầu hẻm"),
)


def demo_year(demo: DemoUnit, wards: Sequence[DepartmentView]) -> None:
    """Hold what was held in the last twelve months, the oldest first."""
    _monthly(demo)
    within = wards[:WARDS]
    held = range(min(HELD, len(within) * EACH))
    weeks = sorted((3 + (number * 11) % 48, number) for number in held)
    for week, number in reversed(weeks):
        unit = demo.by(within[number % len(within)])
        title, meet_words = _KINDS[number % len(_KINDS)]
        found = announce_demo(unit, title, demo.morning(-7 * week), meet_words)
        end_demo(unit, found, kg=120 + number * 37 % 300, walk_ins=12 + number * 7 % 31)


def demo_gifts(demo: DemoUnit, found: CleanupWork, slug: str) -> None:
    """Give a clean-up and a campaign something: one giver is named, the others are not; plant trees."""
    there = replace(demo, at=(found.work.starts_at or demo.at) + GIFTS_AFTER)
    code, named = found.work.code, {"giver": "Công ty Bền Xanh", "named": True}
    gifts: tuple[dict[str, object], ...] = (
        {"campaign": slug, "kind": "cash", "amount_vnd": 50_000_000, **named, "receipt_no": "12"},
        {"campaign": slug, "kind": "trees", "count": 200, "words": "Cây bằng lăng giống"},
        {"cleanup": code, "kind": "cash", "amount_vnd": 2_000_000},
        {"cleanup": code, "kind": "tools", "count": 40, "words": "Găng tay, chổi, nước uống"},
    )
    for number, gift in enumerate(gifts):
        body = {"id": str(uuid5(NAMESPACE_URL, f"gift {number} {code}")), **gift}
        record_contribution(there.ctx(), NewContribution.model_validate(body))
    for species, planted, alive in (("Bằng lăng", 18, 17), ("Lộc vừng", 12, None)):
        id_ = uuid5(found.work.id, species)
        plant_trees(there.ctx(), code, NewTrees(id=id_, species=species, planted=planted))
        if alive is not None:
            check_trees(demo.ctx(), id_, TreeCheck(alive=alive))


def _monthly(demo: DemoUnit) -> None:
    """Make a series as it was a year ago: its months were announced and held, those that come are drafts."""
    begun = replace(demo, at=demo.at - timedelta(days=30 * MONTHS))
    fields = {
        **demo_facts(demo, "Chủ nhật Xanh hằng tháng", "Trước trụ sở"),
        "rule": "FREQ=MONTHLY;BYDAY=1SU",
        "on_holiday": HolidayHandling.SKIP,  # a Sunday moved out of Tết would be a Wednesday
        "first": begun.morning(1).date().isoformat(),
        "time": MORNING.isoformat(),
        "minutes": 120,
    }
    series = make_series(begun.ctx(), NewSeries.model_validate(fields))
    for months in range(2, MONTHS + 1, 2):
        draft_coming(replace(demo, at=begun.at + timedelta(days=30 * months)).ctx(), series)
    held = (
        select(Work, Cleanup)
        .join(Cleanup, Cleanup.work_id == Work.id)
        .where(Cleanup.series_id == series.id, Cleanup.ends_at < demo.at)
        .order_by(Work.starts_at)
    )
    for number, (work, side) in enumerate(demo.session.execute(held).all()):
        found = CleanupWork(work, side)
        before = (work.starts_at or side.ends_at) - MADE_BEFORE
        take_demo_step(replace(demo, at=before), found, "announced")
        end_demo(demo, found, kg=150 + number * 53 % 260, walk_ins=18 + number * 5 % 23)
