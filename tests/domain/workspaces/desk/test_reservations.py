"""Cases that a coordinator has taken or put off: who sees them where, and what brings them back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.reports.events import SYSTEM, record
from service.domain.workspaces.desk.queue import DeskPage, Show, count_each, read_desk, read_filter
from service.domain.workspaces.desk.reservations import (
    end_put_off,
    put_case_off,
    read_put_off_moment,
    take_case,
)
from service.errors import AppError, Conflict, Forbidden, Invalid
from service.models import EventType, Report
from tests.support.factories import make_report
from tests.support.people import Cast, Person
from tests.support.small_city import NOON

HOUR = timedelta(hours=1)
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture
def report(session: Session, reference: Reference) -> Report:
    return make_report(session, reference, "triage", desk_since=NOON - HOUR, desk_reasons=["no_rule"])


def desk(
    session: Session, reference: Reference, person: Person, show: Show = "", after: timedelta = timedelta()
) -> DeskPage:
    assert person.asker.staff
    return read_desk(
        session, reference, read_filter(reference, {}), person.asker.staff, now=NOON + after, show=show
    )


def put(session: Session, person: Person, report: Report, choice: str = "1h", at: str = "") -> datetime:
    return put_case_off(session, person.asker, report.code, choice, at, VIETNAM, NOON)


def test_what_was_put_off_waits_elsewhere_and_comes_back_by_itself(
    session: Session, reference: Reference, cast: Cast, report: Report
) -> None:
    other = make_report(session, reference, "triage", desk_since=NOON, desk_reasons=["no_rule"])
    assert put(session, cast.triage, report) == NOON + HOUR
    make_report(session, reference, "assigned")
    assert [each.code for each in desk(session, reference, cast.triage).items] == [other.code]
    put(session, cast.triage, other, "monday")
    assert desk(session, reference, cast.triage).items == []
    waiting, _ = desk(session, reference, cast.triage, "later").items
    assert waiting.keeping
    assert (waiting.code, waiting.keeping.until) == (report.code, NOON + HOUR)
    assert desk(session, reference, cast.triage).later == 2
    assert count_each(session, [read_filter(reference, {})], NOON) == [0]

    after = desk(session, reference, cast.triage, after=HOUR)
    assert ([each.code for each in after.items], after.later) == ([report.code], 1)
    assert report.version == 1, "the case itself is as it was"


def test_what_happens_to_it_brings_it_back(
    session: Session, reference: Reference, cast: Cast, report: Report
) -> None:
    put(session, cast.triage, report)
    record(session, report, EventType.COMMENT_ADDED, actor=SYSTEM, at=NOON, public=False)
    session.flush()
    assert [each.code for each in desk(session, reference, cast.triage).items] == [report.code]
    put(session, cast.triage, report)
    assert desk(session, reference, cast.triage).items == []
    end_put_off(session, cast.triage.asker, report.code, NOON)
    assert len(desk(session, reference, cast.triage).items) == 1


def test_who_takes_it_is_told_and_two_do_not_take_it_unseen(
    session: Session, reference: Reference, cast: Cast, report: Report
) -> None:
    assert cast.triage.asker.staff
    mine = cast.triage.asker.staff.staff_id
    take_case(session, cast.triage.asker, report.code, None, NOON)
    page = desk(session, reference, cast.triage, "mine")
    assert page.items[0].keeping
    assert (page.mine, page.items[0].keeping.own, page.items[0].keeping.taken_by) == (
        1,
        True,
        cast.triage.asker.staff.name,
    )
    assert len(desk(session, reference, cast.triage).items) == 1, "everybody still sees it"
    with pytest.raises(Conflict):
        take_case(session, cast.triage.asker, report.code, None, NOON)
    take_case(session, cast.triage.asker, report.code, mine, NOON)
    assert desk(session, reference, cast.triage, "mine").items == []


def test_another_time_at_the_desk_begins_anew(
    session: Session, reference: Reference, cast: Cast, report: Report
) -> None:
    take_case(session, cast.triage.asker, report.code, None, NOON)
    put(session, cast.triage, report, "monday")
    report.desk_since = NOON + HOUR
    session.flush()
    page = desk(session, reference, cast.triage, after=2 * HOUR)
    assert [(each.code, each.keeping) for each in page.items] == [(report.code, None)]
    assert (page.mine, page.later) == (0, 0)


def test_others_and_other_cases_are_refused(
    session: Session, reference: Reference, cast: Cast, report: Report
) -> None:
    for person in (cast.administrator, cast.inspector):
        with pytest.raises(AppError):
            put(session, person, report)
        with pytest.raises((Forbidden, AppError)):
            take_case(session, person.asker, report.code, None, NOON)
    done = make_report(session, reference, "assigned")
    with pytest.raises(Conflict):
        put(session, cast.triage, done)
    with pytest.raises(Conflict):
        take_case(session, cast.triage.asker, done.code, None, NOON)


@pytest.mark.parametrize(
    ("choice", "at", "until"),
    [
        ("3h", "", "2026-11-25 19:00"),
        ("morning", "", "2026-11-26 07:30"),
        ("monday", "", "2026-11-30 07:30"),
        ("at", "17:45", "2026-11-25 17:45"),
        ("at", "17h45", "2026-11-25 17:45"),
        ("at", "18h", "2026-11-25 18:00"),
        ("at", "9:05", "2026-11-26 09:05"),
    ],
)
def test_times_are_the_citys(choice: str, at: str, until: str) -> None:
    wednesday = datetime(2026, 11, 25, 9, tzinfo=UTC)
    found = read_put_off_moment(choice, at, VIETNAM, wednesday).astimezone(VIETNAM)
    assert f"{found:%Y-%m-%d %H:%M}" == until


@pytest.mark.parametrize(
    ("choice", "at"), [("", ""), ("never", ""), ("at", ""), ("at", "25:00"), ("at", "mai")]
)
def test_what_is_no_time_is_refused(choice: str, at: str) -> None:
    with pytest.raises(Invalid):
        read_put_off_moment(choice, at, VIETNAM, NOON)
