"""A roster is entered in one go; each unit sees its own things, and a weekday that is wrong is refused."""

from __future__ import annotations

import io
from datetime import date
from uuid import uuid4

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.cleanups.day import tick_check
from service.domain.cleanups.forms import CheckTick, NewSeries, SeriesChange
from service.domain.cleanups.offices.premises import NewPremises, find_premises, list_premises, make_premises
from service.domain.cleanups.offices.roster import (
    DAY_NAMES,
    NewRoster,
    enter_roster,
    last_items,
    read_roster_day,
    roster_grid,
    roster_rows,
)
from service.domain.cleanups.offices.roster_file import take_rosters
from service.domain.cleanups.offices.sheet import roster_sheet
from service.domain.cleanups.series import make_series
from service.domain.cleanups.series_changes import change_series
from service.domain.cleanups.views import list_checks, list_own_checks
from service.errors import Forbidden, Invalid, NotFound
from service.models import Cleanup
from tests.support.cleanups.stage import CleanupStage
from tests.support.people import KEY, Cast

HOUSES = {"Nhà A": ("ward-W2", "cables-room"), "Nhà B": ("city-cables", "sanitation")}


def premises_of(stage: CleanupStage, cast: Cast) -> int:
    """Two buildings with two units each."""
    asked = {
        "name": "Trụ sở 1",
        "department": "ward-W2",
        "location": {"lon": 107.58, "lat": 16.43},
        "buildings": [{"name": name, "units": list(units)} for name, units in HOUSES.items()],
    }
    made = [make_premises(stage.ctx(cast.other_department), NewPremises.model_validate(asked)) for _ in "12"]
    assert [new for _, new in made] == [True, False]
    return made[0][0].id


def roster(**said: object) -> NewRoster:
    """What each of the four units does that Saturday."""
    items = [
        {"building": name, "unit": unit, "words": f"Việc của {unit}"}
        for name, units in HOUSES.items()
        for unit in units
    ]
    body = {
        "id": str(uuid4()),
        "day": "06/06/2026 (thứ bảy)",
        "time": "07:30",
        "items": items,
        "announce": True,
    }
    return NewRoster.model_validate({**body, **said})


def test_what_comes_again_at_premises_begins_with_the_last_roster(
    session: Session, reference: Reference, cast: Cast
) -> None:
    stage = CleanupStage(session, reference)
    ctx, id_ = stage.ctx(cast.other_department), premises_of(stage, cast)
    found, _ = enter_roster(ctx, KEY, id_, roster())
    asked = NewSeries.model_validate(
        {
            "title": "Tổng vệ sinh thứ Bảy",
            "lead": "ward-W2",
            "location": {"lon": 107.58, "lat": 16.43},
            "meet_words": "Trụ sở 1",
            "rule": "FREQ=MONTHLY;BYDAY=1SA",
            "first": ctx.calendar.local(ctx.now).date().isoformat(),
            "time": "07:30",
            "premises": id_,
        }
    )
    series = make_series(ctx, asked)
    assert (str(series.form), str(series.open_to), series.premises_id) == ("office", "units", id_)
    drafts = session.scalars(select(Cleanup).where(Cleanup.series_id == series.id)).all()
    assert len(drafts) >= 2
    wanted = [(each.building, each.unit_id, each.words) for each in list_checks(session, found.work.id)]
    for each in drafts:
        lines = list_checks(session, each.work_id)
        assert [(line.building, line.unit_id, line.words) for line in lines] == wanted
        assert {line.state for line in lines} == {"open"}
        assert each.premises_id == id_
    assert make_series(ctx, asked).id == series.id
    for premises, checks in ((None, []), (id_, wanted)):
        sent = SeriesChange.model_validate({"version": series.version, "premises": premises})
        assert change_series(ctx, KEY, series.id, sent).premises_id == premises
        for each in drafts:
            session.refresh(each)
            lines = list_checks(session, each.work_id)
            assert [(line.building, line.unit_id, line.words) for line in lines] == checks
            assert each.premises_id == premises
    elsewhere = SeriesChange.model_validate({"version": series.version, "premises": id_ + 999})
    with pytest.raises(Invalid):
        change_series(ctx, KEY, series.id, elsewhere)
    for other in (id_ + 999, id_):
        body = asked.model_copy(
            update={"title": "Khác", "premises": other, "lead": "cables-room" if other == id_ else "ward-W2"}
        )
        with pytest.raises(Invalid):
            make_series(stage.ctx(cast.room if other == id_ else cast.other_department), body)


def test_each_unit_sees_its_own_things_alone(session: Session, reference: Reference, cast: Cast) -> None:
    stage = CleanupStage(session, reference)
    ctx, id_ = stage.ctx(cast.other_department), premises_of(stage, cast)
    asked = roster()
    found, new = enter_roster(ctx, KEY, id_, asked)
    assert (new, enter_roster(ctx, KEY, id_, asked)[1]) == (True, False)
    assert found.work.status == "announced"
    local = ctx.calendar.local(found.work.starts_at) if found.work.starts_at else None
    assert f"{local:%d/%m/%Y %H:%M}" == "06/06/2026 07:30"
    seen = {
        person.account.username: [each.words for each in list_own_checks(session, person.actor, found.work)]
        for person in (cast.room, cast.department, cast.other_executor, cast.executor)
    }
    assert seen["room"] == ["Việc của cables-room"]
    assert seen["other_executor"] == ["Việc của sanitation"]
    assert seen["executor"] == []
    assert len(list_own_checks(session, cast.other_department.actor, found.work)) == 4
    theirs = list_own_checks(session, cast.room.actor, found.work)[0]
    tick_check(stage.ctx(cast.room), found.work.code, theirs.id, CheckTick(state="done", note=""))
    rows = roster_rows(ctx, find_premises(session, ctx.actor, id_))
    assert len(rows) == 4
    assert last_items(rows)["Nhà B", stage.unit("sanitation")] == ["Việc của sanitation"]
    months, cells = roster_grid(ctx, find_premises(session, ctx.actor, id_))
    june = next(each for each in months if each.month == 6)
    assert [(each.done, each.total) for each in cells["Nhà A", june]] == [(1, 2)]
    sheet = openpyxl.load_workbook(io.BytesIO(roster_sheet(rows, reference))).active
    assert sheet is not None
    assert {sheet.cell(row, 5).value for row in range(2, 6)} == {row.words for row in rows}


def test_what_is_no_roster_is_refused(session: Session, reference: Reference, cast: Cast) -> None:
    stage = CleanupStage(session, reference)
    ctx, id_ = stage.ctx(cast.other_department), premises_of(stage, cast)
    elsewhere = [{"building": "Nhà A", "unit": "sanitation", "words": "Sân"}]
    nowhere = [{"building": "Nhà C", "unit": "sanitation", "words": "Sân"}]
    far = {"day": "31/12/9999", "time": "23:30"}
    for wrong in ({"day": "06/6/2026 (chủ nhật)"}, far, {"items": elsewhere}, {"items": nowhere}):
        with pytest.raises(Invalid):
            enter_roster(ctx, KEY, id_, roster(**wrong))
    with pytest.raises(Forbidden):
        enter_roster(stage.ctx(cast.department), KEY, id_, roster())
    with pytest.raises(NotFound):
        enter_roster(stage.ctx(cast.executor), KEY, id_, roster())
    assert [each.id for each in list_premises(stage.ctx(cast.other_executor))] == [id_]
    assert list_premises(stage.ctx(cast.executor)) == []


@given(
    st.dates(), st.integers(0, 6), st.sampled_from(("{day} ({name})", "{name}, ngày {day}", "{name} {day}"))
)
def test_only_the_day_s_own_weekday_is_taken(day: date, at: int, form: str) -> None:
    text = form.format(day=f"{day:%d/%m/}{day.year:04}", name=DAY_NAMES[at])
    if at == day.weekday():
        assert read_roster_day(text) == day
    else:
        with pytest.raises(Invalid):
            read_roster_day(text)


def test_a_workbook_is_entered_by_days_and_once(session: Session, reference: Reference, cast: Cast) -> None:
    stage = CleanupStage(session, reference)
    id_, ctx = premises_of(stage, cast), stage.ctx(cast.other_department)
    rows = [
        ["LỊCH TRỰC", "", "", ""],
        ["Nhà", "Đơn vị", "Việc", "Tháng", "Ngày", "Mã đợt"],
        ["Nhà A", "ward-W2", "Hành lang", "06/2026", "", ""],
        ["Nhà B", "sanitation", "Sân", "Tháng 6/2026", "", ""],
        ["Nhà A", "cables-room", "Cửa kính", "", "04/07/2026 (thứ Bảy)", ""],
        ["Nhà A", "cables-room", "Đã có", "", "01/01/2020", "RQ-1"],
    ]
    taken = take_rosters(ctx, KEY, id_, rows, announce=True)
    assert len(taken.codes) == 2 and taken.known == 0
    days = [
        row.starts_at.astimezone(stage.zone)
        for row in roster_rows(ctx, find_premises(session, ctx.actor, id_))
    ]
    assert {f"{day:%d/%m %H:%M}" for day in days} == {"06/06 07:30", "04/07 07:30"}, "a month is its Saturday"
    again = take_rosters(ctx, KEY, id_, rows)
    assert (again.codes, again.known) == ([], 2)
    wrong = [
        rows[1],
        ["Nhà A", "ward-W2", "Hành lang", "", "06/6/2026 (chủ nhật)", ""],
        ["Nhà A", "không rõ", "Hành lang", "", "06/06/2026", ""],
        ["Nhà A", "ward-W2", "Hành lang", "13/2026", "", ""],
        ["Nhà A", "ward-W2", "", "", "06/06/2026", ""],
        ["Nhà A", "ward-W2", "Sân", "", "01/01/2020", ""],
    ]
    with pytest.raises(Invalid) as refused:
        take_rosters(ctx, KEY, id_, wrong)
    assert [each.loc[1] for each in refused.value.errors] == [2, 3, 4, 5, 6]
    with pytest.raises(Invalid):
        take_rosters(ctx, KEY, id_, [rows[1], ["Nhà C", "ward-W2", "Sân", "", "13/06/2026", ""]])
    with pytest.raises(Invalid):
        take_rosters(ctx, KEY, id_, [["Nhà", "Việc"]])
    with pytest.raises(NotFound):
        take_rosters(stage.ctx(cast.executor), KEY, 10**6, rows)
