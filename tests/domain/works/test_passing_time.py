"""Deadlines of works are warned of once a step, told to whom they concern; what is done is closed in time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.plans.repetition import make_coming, plans_that_repeat
from service.domain.works.passing_time import close_done, remind_coming, warn_of_works
from service.models import OwnNotice, Work
from tests.domain.works.test_actions import FRIDAY_16, WEDNESDAY_16
from tests.support.people import Cast
from tests.support.works.stage import WorksStage, draft_row


@pytest.fixture
def stage(session: Session, reference: Reference) -> WorksStage:
    return WorksStage(session, reference)


def bell(stage: WorksStage, work: Work) -> list[tuple[str, int]]:
    """(what, whose) of each notice of the work."""
    rows = select(OwnNotice.type, OwnNotice.staff_id).where(OwnNotice.work_id == work.id)
    return [(str(type_), who) for type_, who in stage.session.execute(rows.order_by(OwnNotice.id))]


def warn(stage: WorksStage, cast: Cast) -> int:
    ctx = stage.ctx(cast.manager)
    return warn_of_works(stage.session, stage.reference, ctx.calendar, stage.now)


def test_time_running_out_is_told_to_who_holds_it_and_lateness_to_its_leaders(
    stage: WorksStage, cast: Cast
) -> None:
    work = stage.task(cast.manager)
    assert work.due_at is not None
    assert work.amber_at is not None
    assert warn(stage, cast) == 0
    stage.now = work.amber_at
    assert warn(stage, cast) == 1
    assert bell(stage, work) == [
        ("work.deadline_warned", cast.department.account.id),
        ("work.deadline_warned", cast.manager.account.id),
    ]
    stage.now = work.due_at + timedelta(hours=1)
    assert (warn(stage, cast), warn(stage, cast)) == (1, 0)
    late = [who for what, who in bell(stage, work) if what == "work.overdue"]
    assert late == sorted([cast.department.account.id, cast.manager.account.id])
    assert stage.types(work) == ["work.deadline_warned", "work.overdue"]


def test_an_undecided_difficulty_reddens_and_its_director_is_told_once(stage: WorksStage, cast: Cast) -> None:
    stage.now = FRIDAY_16
    found = stage.difficulty(cast.department)
    stage.now = WEDNESDAY_16 + timedelta(seconds=1)
    for _ in range(3):
        warn(stage, cast)
    told = [who for what, who in bell(stage, found) if what == "work.overdue"]
    assert told.count(cast.manager.account.id) == 1


def test_nobody_is_warned_of_what_waits_or_is_done(stage: WorksStage, cast: Cast) -> None:
    waiting, done = stage.task(cast.manager), stage.task(cast.manager)
    stage.step(cast.department, waiting, "waiting", reason="Chờ vốn")
    stage.step(cast.department, done, "done", data={"result": "Xong"})
    stage.now += timedelta(days=90)
    assert warn(stage, cast) == 0


def test_the_deadline_stands_while_a_work_waits(stage: WorksStage, cast: Cast) -> None:
    work = stage.task(cast.manager)
    before = work.due_at
    stage.step(cast.department, work, "waiting", reason="Chờ vốn")
    stage.now += timedelta(days=7)
    stage.step(cast.department, work, "under_way")
    assert before is not None
    assert work.due_at == before + timedelta(days=7)
    assert work.first_due_at == before


def test_who_holds_it_is_reminded_three_days_before_and_the_day_before_once(
    stage: WorksStage, cast: Cast
) -> None:
    work = stage.task(cast.manager)
    ctx = stage.ctx(cast.manager)
    reminded = []
    for day in range(20, 32):
        at = stage.now.replace(day=day)
        count = remind_coming(stage.session, stage.reference, ctx.calendar, at)
        assert remind_coming(stage.session, stage.reference, ctx.calendar, at) == 0
        reminded += [day] * count
    assert reminded == [26, 30]
    assert stage.types(work) == ["work.reminded"] * 2


@pytest.mark.parametrize(
    ("due", "reminded"),
    [
        (8, [4, 6]),  # Sunday: on Wednesday and on Friday
        (7, [4, 6]),
        (9, [4, 6]),
        (10, [5, 9]),
        (15, [11, 13]),
    ],
)
def test_what_is_due_on_a_day_off_is_reminded_of_too(
    stage: WorksStage, cast: Cast, due: int, reminded: list[int]
) -> None:
    day = f"2026-03-{due:02}"
    work = stage.task(cast.manager, first="2026-03-02", last=day)
    ctx = stage.ctx(cast.manager)
    working = [day for day in range(3, 17) if ctx.calendar.is_working_day(date(2026, 3, day))]
    found = []
    for each in working:
        at = stage.now.replace(day=each)
        found += [each] * remind_coming(stage.session, stage.reference, ctx.calendar, at)
    assert (found, stage.types(work)) == (reminded, ["work.reminded"] * 2)


def test_what_was_done_a_week_ago_is_closed(stage: WorksStage, cast: Cast) -> None:
    work = stage.task(cast.manager)
    stage.step(cast.department, work, "done", data={"result": "Xong"})
    ctx = stage.ctx(cast.manager)
    assert close_done(stage.session, stage.reference, ctx.calendar, stage.now) == 0
    later = stage.now + timedelta(days=8)
    assert close_done(stage.session, stage.reference, ctx.calendar, later) == 1
    assert (work.status, work.closed_at) == ("closed", later)


def test_what_comes_again_is_made_by_the_day(stage: WorksStage, cast: Cast) -> None:
    monthly = {"first": "2026-01-01", "last": "2026-12-31", "repeats": {"rule": "FREQ=MONTHLY;BYMONTHDAY=15"}}
    plan = stage.plan_step(cast.manager, stage.keep(cast.manager, draft_row("Họp giao ban", **monthly)))
    assert plans_that_repeat(stage.session) == [plan.id]
    calendar = stage.ctx(cast.manager).calendar
    count = len(stage.works(plan))
    at = stage.now + timedelta(days=31)
    assert make_coming(stage.session, stage.reference, calendar, plan.id, at) == 1
    assert make_coming(stage.session, stage.reference, calendar, plan.id, at) == 0
    assert len(stage.works(plan)) == count + 1
