"""A clean-up is announced with its haulage, signed up for, carried out and has one result."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.city import load_calendar
from service.domain.city.reference import Reference
from service.domain.cleanups import signups
from service.domain.cleanups.access import find_cleanup
from service.domain.cleanups.day import (
    count_came,
    give_result,
    send_result_back,
    tick_check,
    write_attendance,
)
from service.domain.cleanups.forms import (
    Attendance,
    CheckTick,
    CleanupChange,
    CleanupResult,
    NewSeries,
    SeriesChange,
    SignupChange,
)
from service.domain.cleanups.haulage import haulage_of
from service.domain.cleanups.passing_time import (
    forget_volunteers,
    lapse_old,
    remind_volunteers,
    start_due,
)
from service.domain.cleanups.public.calendar_file import calendar_file
from service.domain.cleanups.series import draft_all, make_series
from service.domain.cleanups.series_changes import change_series
from service.domain.cleanups.signups import (
    answer_address,
    change_signup,
    read_signup_token,
    signup_token,
)
from service.domain.cleanups.steps import change_cleanup
from service.domain.cleanups.views import CleanupFilter, list_checks, list_cleanups, view_cleanup
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.models import CalendarDay, Cleanup, CleanupSignup, Message, Work
from tests.support.cleanups.stage import MORNING, CleanupStage, add_cleanup_photo, cleanup_form
from tests.support.people import KEY, Cast
from tests.support.small_city import NOON


@pytest.fixture
def stage(session: Session, reference: Reference) -> CleanupStage:
    return CleanupStage(session, reference)


def test_without_a_collector_or_in_haste_nothing_is_announced(stage: CleanupStage, cast: Cast) -> None:
    bare = stage.make(cast.other_department, collector=None)
    with pytest.raises(Invalid) as refused:
        stage.take(cast.other_department, bare, "announced")
    assert refused.value.errors[0].loc[-1] == "collector"
    soon = NOON + timedelta(hours=23)
    hasty = stage.make(
        cast.other_department, starts_at=soon.isoformat(), ends_at=(soon + timedelta(hours=1)).isoformat()
    )
    with pytest.raises(Invalid):
        stage.take(cast.other_department, hasty, "announced")
    with pytest.raises(Forbidden):
        stage.make(cast.department)
    assert list_cleanups(stage.session, None, CleanupFilter()) == []


def test_haulage_stands_with_the_collector_until_the_morning_after(stage: CleanupStage, cast: Cast) -> None:
    found = stage.announce(cast.other_department)
    task = haulage_of(stage.session, found.work)
    assert task is not None
    assert task.due_at is not None
    local = load_calendar(stage.session, stage.reference).local(task.due_at)
    assert (task.executor_id, local.date(), local.hour) == (
        stage.unit("sanitation"),
        date(2026, 3, 9),
        9,
    )
    later = MORNING + timedelta(days=1)
    change = CleanupChange(version=found.work.version, starts_at=later, ends_at=later + timedelta(hours=1))
    with pytest.raises(Invalid):
        change_cleanup(stage.ctx(cast.other_department), KEY, found.work.code, change)
    change_cleanup(
        stage.ctx(cast.other_department),
        KEY,
        found.work.code,
        change.model_copy(update={"reason": "Mưa lớn"}),
    )
    assert local.date() + timedelta(days=1) == task.due_at.astimezone(local.tzinfo).date()
    stage.take(cast.other_department, found, "cancelled", reason="Bão")
    assert task.status == "dropped"


def test_places_are_given_in_order_and_who_moves_up_is_told_once(stage: CleanupStage, cast: Cast) -> None:
    found = stage.announce(cast.other_department)
    stage.join(found, 28)
    stage.join(found, 2)
    waiting = stage.join(found, 3, "an@example.org")
    behind = stage.join(found, 1, "be@example.org")
    assert (waiting.state, behind.state) == ("waiting", "waiting")
    first = stage.session.scalars(select(CleanupSignup).order_by(CleanupSignup.position)).first()
    assert first is not None
    fewer = SignupChange(people=25)
    change_signup(stage.session, stage.reference, KEY, found.work.code, first.id, fewer, stage.now)
    assert (waiting.state, behind.state) == ("going", "waiting")
    assert stage.told("cleanup_placed") == ["an@example.org"]
    view = view_cleanup(stage.session, found, public=True)
    assert (view.going, view.waiting, view.free) == (30, 1, 0)
    more = SignupChange(people=26)
    with pytest.raises(Conflict):
        change_signup(stage.session, stage.reference, KEY, found.work.code, first.id, more, stage.now)


def test_who_waits_cannot_become_more_than_the_list_takes(
    stage: CleanupStage, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signups, "MOST_WAITING", 5)
    found = stage.announce(cast.other_department)
    stage.join(found, 28)
    stage.join(found, 2)
    waiting = stage.join(found, 3)
    change = stage.session, stage.reference, KEY, found.work.code, waiting.id
    assert change_signup(*change, SignupChange(people=5), stage.now).people == 5
    with pytest.raises(Conflict):
        change_signup(*change, SignupChange(people=6), stage.now)
    assert change_signup(*change, SignupChange(people=2), stage.now).people == 2


def test_a_retry_is_the_same_sign_up_and_secrets_open_only_ones_own(stage: CleanupStage, cast: Cast) -> None:
    found = stage.announce(cast.other_department)
    id_ = str(uuid4())
    one = stage.join(found, 2, id=id_)
    assert stage.join(found, 2, id=id_) is one
    with pytest.raises(Conflict):
        stage.join(found, 3, id=id_)
    token = signup_token(KEY, one.id)
    assert read_signup_token(KEY, token) == one.id
    assert read_signup_token(KEY, token[:-2] + "AA") is None
    assert read_signup_token(b"x" * 40, token) is None
    with pytest.raises(NotFound):
        change_signup(stage.session, stage.reference, KEY, found.work.code, uuid4(), None, stage.now)


def test_a_storm_tells_everybody_once_and_nobody_signs_up_any_more(stage: CleanupStage, cast: Cast) -> None:
    found = stage.announce(cast.other_department)
    stage.join(found, 2, "an@example.org")
    stage.join(found, 1, "an@example.org")
    stage.join(found, 1, "be@example.org")
    gone = stage.join(found, 1, "con@example.org")
    answer_address(stage.session, gone, confirmed=False, now=stage.now)
    version = found.work.version
    stage.take(cast.other_department, found, "cancelled", reason="Bão số 9, gọi 0905123456", version=version)
    stage.take(cast.other_department, found, "cancelled", reason="Bão số 9, gọi 0905123456", version=version)
    assert stage.told("cleanup_cancelled") == ["an@example.org", "be@example.org"]
    said = stage.session.scalars(select(Message.data).where(Message.notice == "cleanup_cancelled")).first()
    assert said is not None
    assert "0905123456" not in said["why"]
    with pytest.raises(Conflict):
        stage.join(found)
    file = calendar_file(
        [view_cleanup(stage.session, found, public=True)], "https://a.vn", "Ra quân"
    ).decode()
    assert "STATUS:CANCELLED\r\n" in file
    assert "SEQUENCE:1\r\n" in file
    assert all(len(line.encode()) <= 75 for line in file.split("\r\n"))


def test_one_result_by_one_person_after_a_photo(stage: CleanupStage, cast: Cast) -> None:
    found = stage.announce(cast.other_department)
    here = stage.join(found, 4)
    body = CleanupResult(version=found.work.version, people=25)
    with pytest.raises(Conflict):
        give_result(stage.ctx(cast.other_department), found.work.code, body)
    stage.at(MORNING + timedelta(hours=1))
    assert start_due(stage.session, stage.reference, load_calendar(stage.session, stage.reference), stage.now)
    ctx = stage.ctx(cast.other_department)
    came = Attendance.model_validate({"arrivals": [{"id": str(here.id), "came": 3}], "walk_ins": 7})
    write_attendance(ctx, found.work.code, came)
    write_attendance(ctx, found.work.code, came)
    assert count_came(stage.session, found.side) == 10
    version = found.work.version
    with pytest.raises(Invalid):
        give_result(ctx, found.work.code, CleanupResult(version=version, people=25))
    photo = add_cleanup_photo(stage.session, found.work)
    with pytest.raises(Invalid):
        give_result(ctx, found.work.code, CleanupResult(version=version, people=0))
    with pytest.raises(Invalid):
        give_result(ctx, found.work.code, CleanupResult(version=version, people=100_000))
    for people in (25, 100_000):  # an unusual number is not asked about where somebody may not give any
        foreign = CleanupResult(version=version, people=people)
        with pytest.raises(Forbidden):
            give_result(stage.ctx(cast.department), found.work.code, foreign)
    result = CleanupResult(version=version, people=25, bags=40, kg=320, units={"ward-W2": 5})
    give_result(ctx, found.work.code, result)
    give_result(ctx, found.work.code, result)
    assert (found.work.status, found.side.people, photo.published) == ("done", 25, True)
    assert stage.types(found.work).count("cleanup.result") == 1
    with pytest.raises(Conflict):
        write_attendance(ctx, found.work.code, came)
    send_result_back(stage.ctx(cast.inspector), found.work.code, found.work.version, "Thiếu ảnh")
    give_result(ctx, found.work.code, CleanupResult(version=found.work.version, people=24))
    stage.take(cast.inspector, found, "closed")
    assert [each.people for each in list_cleanups(stage.session, None, CleanupFilter(over=True))] == [24]


def test_units_decide_every_check_and_only_their_own(stage: CleanupStage, cast: Cast) -> None:
    checks = [{"building": "Nhà A", "unit": "city-cables", "words": "Hành lang"}, {"words": "Sân"}]
    found = stage.announce(
        cast.other_department, open_to="units", supports=["city-cables"], checks=checks, collector=None
    )
    assert not found.work.public
    stage.at(MORNING + timedelta(minutes=5))
    mine, yard = list_checks(stage.session, found.work.id)
    ctx, done = stage.ctx(cast.other_department), CheckTick.model_validate({"state": "done"})
    tick_check(stage.ctx(cast.department), found.work.code, mine.id, done)
    with pytest.raises(Forbidden):
        tick_check(stage.ctx(cast.department), found.work.code, yard.id, done)
    add_cleanup_photo(stage.session, found.work)
    with pytest.raises(Invalid):
        give_result(ctx, found.work.code, CleanupResult(version=found.work.version, people=9))
    tick_check(ctx, found.work.code, yard.id, CheckTick.model_validate({"state": "not_needed"}))
    give_result(ctx, found.work.code, CleanupResult(version=found.work.version, people=9))
    assert found.work.status == "done"


def test_reminders_go_to_who_wants_them_and_addresses_are_gone_after_a_month(
    stage: CleanupStage, cast: Cast
) -> None:
    found = stage.announce(cast.other_department)
    wants = stage.join(found, 1, "an@example.org")
    stage.join(found, 1, "be@example.org")
    answer_address(stage.session, wants, confirmed=True, now=stage.now)
    assert wants.sealed is not None
    assert "example.org" not in wants.sealed
    stage.at(MORNING - timedelta(hours=20))
    for _ in range(2):
        remind_volunteers(stage.session, stage.reference, KEY, stage.now)
    assert stage.told("cleanup_reminder") == ["an@example.org"]
    calendar = load_calendar(stage.session, stage.reference)
    stage.at(MORNING + timedelta(days=15))
    start_due(stage.session, stage.reference, calendar, stage.now)
    assert lapse_old(stage.session, stage.reference, calendar, stage.now) == 1
    assert forget_volunteers(stage.session, stage.reference, stage.now, 100) == 0
    stage.at(MORNING + timedelta(days=31))
    assert forget_volunteers(stage.session, stage.reference, stage.now, 100) == 1
    stage.session.expire_all()
    assert wants.sealed is None
    assert stage.session.scalars(select(Message).where(Message.work_id == found.work.id)).all() == []
    assert wants.people == 1


def test_a_series_goes_around_holidays_and_makes_nothing_twice(stage: CleanupStage, cast: Cast) -> None:
    stage.at(NOON.replace(month=11, day=1, hour=1))
    stage.session.add(CalendarDay(day=date(2027, 1, 1), kind="off", name={"vi": "Tết Dương lịch"}))
    stage.session.flush()
    said = {
        name: value for name, value in cleanup_form().items() if name not in ("id", "starts_at", "ends_at")
    }
    body = {**said, "rule": "FREQ=MONTHLY;BYDAY=1FR", "first": "2026-11-01", "time": "16:30"}
    ctx = stage.ctx(cast.other_department)
    series = make_series(ctx, NewSeries.model_validate(body))
    days = select(Cleanup.occurrence).where(Cleanup.series_id == series.id).order_by(Cleanup.occurrence)
    assert list(stage.session.scalars(days)) == [date(2026, 11, 6), date(2026, 12, 4), date(2026, 12, 31)]
    assert make_series(ctx, NewSeries.model_validate(body)).id == series.id
    assert draft_all(ctx) == 0
    with pytest.raises(Forbidden):
        make_series(stage.ctx(cast.department), NewSeries.model_validate(body))
    with pytest.raises(Invalid):
        make_series(ctx, NewSeries.model_validate({**body, "rule": "SOMETIMES"}))


def test_drafts_follow_a_series_and_what_was_announced_stays(stage: CleanupStage, cast: Cast) -> None:
    stage.at(NOON.replace(month=11, day=1, hour=1))
    said = {
        name: value for name, value in cleanup_form().items() if name not in ("id", "starts_at", "ends_at")
    }
    body = {**said, "rule": "FREQ=WEEKLY;BYDAY=FR", "first": "2026-11-01", "time": "16:30"}
    ctx = stage.ctx(cast.other_department)
    series = make_series(ctx, NewSeries.model_validate(body))

    def drafts() -> list[tuple[date | None, str]]:
        rows = select(Cleanup.occurrence, Work.title).join(Work, Work.id == Cleanup.work_id)
        mine = rows.where(Cleanup.series_id == series.id, Work.status == "draft")
        return [(row[0], row[1]) for row in stage.session.execute(mine.order_by(Cleanup.occurrence))]

    def change(**said: object) -> None:
        asked = SeriesChange.model_validate({"version": series.version, **said})
        change_series(ctx, KEY, series.id, asked)

    fridays = drafts()
    first = find_cleanup(stage.session, stage.reference, _code_of(stage, fridays[0][0]), ctx.actor)
    stage.take(cast.other_department, first, "announced")
    change(rule="FREQ=MONTHLY;BYDAY=1SA", title="Thứ Bảy xanh", minutes=60)
    saturdays = [date(2026, 11, 7), date(2026, 12, 5), date(2027, 1, 2)]
    assert drafts() == [(day, "Thứ Bảy xanh") for day in saturdays]
    assert (first.work.status, first.side.occurrence) == ("announced", date(2026, 11, 6))
    assert draft_all(ctx) == 0
    version = series.version
    change(active=False)
    with pytest.raises(Conflict):
        change_series(ctx, KEY, series.id, SeriesChange(version=version, active=True))
    change(rule="FREQ=WEEKLY;BYDAY=FR")
    assert [day.weekday() for day, _ in drafts() if day] == [4, 4, 4], "one that pauses drafts nothing more"
    change(active=True)
    assert draft_all(ctx) == 0
    assert {day.weekday() for day, _ in drafts() if day} == {4}
    with pytest.raises(Forbidden):
        change_series(stage.ctx(cast.department), KEY, series.id, SeriesChange(version=1, minutes=30))
    with pytest.raises(Invalid):
        change(rule="SOMETIMES")


def _code_of(stage: CleanupStage, day: date | None) -> str:
    query = select(Work.code).join(Cleanup, Cleanup.work_id == Work.id).where(Cleanup.occurrence == day)
    return stage.session.scalars(query).one()


def test_fifty_one_people_are_too_many_and_what_began_takes_nobody(stage: CleanupStage, cast: Cast) -> None:
    found = stage.announce(cast.other_department)
    with pytest.raises(ValueError):  # noqa: PT011 - pydantic's own
        stage.join(found, 51)
    stage.at(MORNING)
    with pytest.raises(Conflict):
        stage.join(found)
