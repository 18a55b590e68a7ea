"""A plan is put in force by its issuer's manager, exactly once, and makes the works of its table."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.plans import plan_works
from service.domain.plans.forms import RowChange
from service.domain.plans.plan_drafts import put_row
from service.domain.plans.plan_steps import plan_work_codes
from service.domain.plans.plan_works import make_missing
from service.domain.plans.repetition import make_coming
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.models import Work
from tests.support.people import Cast
from tests.support.works.stage import WorksStage, draft_row

WEEKLY = {
    "first": "2026-01-01",
    "last": "2026-12-31",
    "repeats": {"rule": "FREQ=WEEKLY;BYDAY=FR", "time": "16:30"},
}


@pytest.fixture
def stage(session: Session, reference: Reference) -> WorksStage:
    return WorksStage(session, reference)


def test_each_row_makes_its_work_and_a_second_time_makes_none(stage: WorksStage, cast: Cast) -> None:
    plan = stage.keep(cast.department, draft_row("Một"), draft_row("Hai", supports=["ward-W1"]))
    with pytest.raises(Forbidden):
        stage.plan_step(cast.department, plan)
    with pytest.raises(NotFound):
        stage.plan_step(cast.other_manager, plan)
    stage.plan_step(cast.manager, plan)
    codes = plan_work_codes(stage.session, plan)
    assert codes == ["V26-0001", "V26-0002"]
    stage.plan_step(cast.manager, plan, version=1)
    assert plan_work_codes(stage.session, plan) == codes
    first, second = stage.works(plan)
    assert (first.title, first.status, second.support_ids) == ("Một", "planned", [stage.unit("ward-W1")])
    assert first.due_at is not None
    assert first.due_at.astimezone(stage.zone).date() == date(2026, 3, 31)
    assert first.warn_at == first.amber_at


def test_a_row_for_everyone_makes_one_for_each_unit(stage: WorksStage, cast: Cast) -> None:
    wards = draft_row("Ra quân", lead=None, everyone=True) | {"lead_words": "UBND các phường, xã"}
    rooms = draft_row("Ký cam kết", lead=None, everyone=True) | {"lead_words": "Toàn bộ CBCCVC"}
    plan = stage.plan_step(cast.manager, stage.keep(cast.manager, wards, rooms))
    leads = [work.lead_id for work in stage.works(plan)]
    assert leads == [stage.unit("ward-W1"), stage.unit("ward-W2"), stage.unit("cables-room")]


def test_what_comes_again_is_made_three_months_ahead_and_each_once(stage: WorksStage, cast: Cast) -> None:
    plan = stage.plan_step(cast.manager, stage.keep(cast.manager, draft_row("Chiều thứ Sáu", **WEEKLY)))
    works = stage.works(plan)
    assert len(works) == 13
    assert works[0].occurrence == date(2026, 3, 6)
    assert works[0].starts_at is not None
    assert f"{works[0].starts_at.astimezone(stage.zone):%H:%M}" == "16:30"
    ctx = stage.ctx(cast.manager)
    works[0].lead_id = stage.unit("ward-W1")
    assert make_missing(stage.session, stage.reference, ctx.calendar, plan, stage.now) == []
    later = stage.now + timedelta(days=14)
    more = make_missing(stage.session, stage.reference, ctx.calendar, plan, later)
    assert [each.occurrence for each in more] == [date(2026, 6, 5), date(2026, 6, 12)]


def test_what_is_unclear_or_without_lead_or_end_is_named_row_by_row(stage: WorksStage, cast: Cast) -> None:
    plan = stage.keep(
        cast.manager,
        draft_row("Rõ"),
        draft_row("Mờ", lead=None) | {"unclear": ["time"]},
        draft_row("Không hạn", first=None, last=None),
        warnings=["STT 2 lặp lại"],
    )
    with pytest.raises(Invalid) as refused:
        stage.plan_step(cast.manager, plan, acknowledge=True)
    assert {each.loc for each in refused.value.errors} == {
        ("rows", 2, "time"),
        ("rows", 2, "lead"),
        ("rows", 3, "last"),
    }
    stage.session.refresh(plan)
    assert stage.works(plan) == []


def test_warnings_are_to_be_read_first(stage: WorksStage, cast: Cast) -> None:
    plan = stage.keep(cast.manager, warnings=["STT 2 lặp lại"])
    with stage.session.begin_nested() as trial:
        with pytest.raises(Invalid):
            stage.plan_step(cast.manager, plan)
        trial.rollback()
    stage.plan_step(cast.manager, plan, acknowledge=True)
    assert plan.acknowledged_at == stage.now


def test_two_who_edit_one_row_are_told_of_each_other(stage: WorksStage, cast: Cast) -> None:
    plan = stage.keep(cast.department)
    change = RowChange.model_validate(draft_row("Của tôi") | {"version": 1})
    row = put_row(stage.ctx(cast.department), plan.code, 1, change)
    assert (row.task, row.version) == ("Của tôi", 2)
    assert put_row(stage.ctx(cast.department), plan.code, 1, change).version == 2
    other = RowChange.model_validate(draft_row("Của người khác") | {"version": 1})
    with pytest.raises(Conflict) as refused:
        put_row(stage.ctx(cast.manager), plan.code, 1, other)
    assert refused.value.extra["row"]["task"] == "Của tôi"


def test_the_same_proposal_again_is_the_same_draft(stage: WorksStage, cast: Cast) -> None:
    assert stage.keep(cast.department).id == stage.keep(cast.department).id
    with pytest.raises(Forbidden):
        stage.keep(cast.other_department)


def test_closing_tells_what_was_left_open(stage: WorksStage, cast: Cast) -> None:
    plan = stage.plan_step(cast.manager, stage.keep(cast.manager))
    with pytest.raises(Invalid):
        stage.plan_step(cast.manager, plan, "closed")
    stage.plan_step(cast.manager, plan, "closed", reason="Hết năm")
    assert (plan.state, plan.end_reason) == ("closed", "Hết năm")
    with pytest.raises(Conflict):
        stage.plan_step(cast.manager, plan, "dropped")


class _Killed(Exception):
    """End of the process while works are made."""


@contextmanager
def _killed_at_the_third(stage: WorksStage) -> Iterator[None]:
    """Run a transaction of its own that ends while the third work is made."""
    whole, made = plan_works._work, iter(range(2))

    def half(*facts: Any) -> Work:
        if next(made, None) is None:
            raise _Killed
        return whole(*facts)

    with pytest.MonkeyPatch.context() as patch, stage.session.begin_nested():
        patch.setattr(plan_works, "_work", half)
        yield


def test_killed_in_the_middle_nothing_is_half_and_the_next_time_all_is_made_once(
    stage: WorksStage, cast: Cast
) -> None:
    plan = stage.keep(cast.manager, draft_row("Một"), draft_row("Hai"), draft_row("Chiều thứ Sáu", **WEEKLY))
    with pytest.raises(_Killed), _killed_at_the_third(stage):
        stage.plan_step(cast.manager, plan)
    stage.session.refresh(plan)
    assert (plan.state, stage.works(plan)) == ("draft", [])
    stage.plan_step(cast.manager, plan)
    codes = [work.code for work in stage.works(plan)]
    assert len(codes) == len(set(codes)) == 15
    calendar, later = stage.ctx(cast.manager).calendar, stage.now + timedelta(days=28)
    again = (stage.session, stage.reference, calendar, plan.id, later)
    with pytest.raises(_Killed), _killed_at_the_third(stage):
        make_coming(*again)
    assert [work.code for work in stage.works(plan)] == codes
    assert [make_coming(*again), make_coming(*again)] == [4, 0]
    assert len({(work.plan_row_id, work.occurrence) for work in stage.works(plan)}) == 19
