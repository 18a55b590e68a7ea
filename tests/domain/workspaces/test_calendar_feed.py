"""The calendar of deadlines: whose cases are in it, what becomes of those handed on, how it is written."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.kernel.formats.calendar_lines import LONGEST
from service.domain.workspaces.calendar_feed import (
    CANCELLED_FOR,
    CalendarEvent,
    calendar_address,
    drop_address,
    make_address,
    read_calendar,
)
from service.domain.workspaces.icalendar import icalendar_text
from service.errors import NotFound
from service.models import Report, Staff, Work
from tests.support.factories import make_report
from tests.support.people import Cast
from tests.support.small_city import NOON
from tests.support.works.stage import WorksStage

HOUR = timedelta(hours=1)
URL = "https://vidu.vn"


def events(session: Session, reference: Reference, token: str, hours: int = 0) -> dict[str, CalendarEvent]:
    found = read_calendar(session, reference, token, NOON + hours * HOUR)
    return {event.code: event for event in found.events}


def test_a_case_is_there_moves_is_cancelled_and_goes(
    session: Session, reference: Reference, cast: Cast
) -> None:
    person = cast.everyone()["department"]
    assert person.actor.staff_id
    token = make_address(session, person.actor.staff_id, NOON)
    due = NOON + 5 * HOUR
    own = make_report(session, reference, "in_progress", lead="city-cables", due_at=due)
    make_report(session, reference, "in_progress", lead="sanitation", due_at=due)
    make_report(session, reference, "in_progress", lead="city-cables", due_at=due, paused_at=NOON)
    make_report(session, reference, "in_progress", lead="city-cables")

    [first] = events(session, reference, token).values()
    assert (first.code, first.starts_at, first.sequence, first.cancelled) == (own.code, due, 0, False)
    assert events(session, reference, token, 1)[own.code] == first

    session.execute(update(Report).where(Report.id == own.id).values(due_at=due + HOUR))
    moved = events(session, reference, token, 2)[own.code]
    assert (moved.starts_at, moved.sequence) == (due + HOUR, 1)

    other = reference.department_by_code["sanitation"].id
    session.execute(update(Report).where(Report.id == own.id).values(lead_id=other))
    gone = events(session, reference, token, 3)[own.code]
    assert (gone.cancelled, gone.sequence, gone.starts_at) == (True, 2, due + HOUR)
    assert events(session, reference, token, 4)[own.code] == gone
    later = 4 + int(CANCELLED_FOR / HOUR)
    assert own.code not in events(session, reference, token, later)


def test_inspectors_have_the_day_until_which_they_may_verify(
    session: Session, reference: Reference, cast: Cast
) -> None:
    person = cast.everyone()["inspector"]
    assert person.actor.staff_id
    token = make_address(session, person.actor.staff_id, NOON)
    make_report(session, reference, "resolved", lead="city-cables", resolved_at=NOON)
    [event] = events(session, reference, token).values()
    days = timedelta(days=reference.config.verification_days)
    assert event.verify and event.starts_at == NOON + days


def test_a_work_of_ones_unit_is_there_until_it_is_done_and_then_cancelled(
    session: Session, reference: Reference, cast: Cast
) -> None:
    stage = WorksStage(session, reference)
    work = stage.task(cast.manager)
    tokens = {
        name: make_address(session, person.actor.staff_id, NOON)
        for name, person in cast.everyone().items()
        if name in ("department", "other_department") and person.actor.staff_id
    }
    first = events(session, reference, tokens["department"])[work.code]
    assert (first.starts_at, first.cancelled, first.title) == (work.due_at, False, work.title)
    assert work.code not in events(session, reference, tokens["other_department"])
    text = icalendar_text(read_calendar(session, reference, tokens["department"], NOON), reference, URL)
    assert f"URL:{URL}/works/{work.code}\r\n".encode() in text
    session.execute(update(Work).where(Work.id == work.id).values(done_at=NOON))
    gone = events(session, reference, tokens["department"], 1)[work.code]
    assert (gone.cancelled, gone.sequence) == (True, 1)


def test_an_address_is_replaced_revoked_and_ends_with_the_account(
    session: Session, reference: Reference, cast: Cast
) -> None:
    staff_id = cast.everyone()["department"].actor.staff_id
    assert staff_id
    old = make_address(session, staff_id, NOON)
    new = make_address(session, staff_id, NOON)
    known = calendar_address(session, staff_id)
    assert known and known.last_used_at is None
    events(session, reference, new, 1)
    known = calendar_address(session, staff_id)
    assert known and known.last_used_at == NOON + HOUR
    for wrong in (old, "", "x", new + "x"):
        with pytest.raises(NotFound):
            read_calendar(session, reference, wrong, NOON)
    session.execute(update(Staff).where(Staff.id == staff_id).values(active=False))
    with pytest.raises(NotFound):
        read_calendar(session, reference, new, NOON)
    session.execute(update(Staff).where(Staff.id == staff_id).values(active=True))
    drop_address(session, staff_id)
    assert calendar_address(session, staff_id) is None
    with pytest.raises(NotFound):
        read_calendar(session, reference, new, NOON)


def test_the_text_is_of_rfc_5545_and_tells_nothing_that_anybody_wrote(
    session: Session, reference: Reference, cast: Cast
) -> None:
    staff_id = cast.everyone()["department"].actor.staff_id
    assert staff_id
    token = make_address(session, staff_id, NOON)
    made = make_report(
        session,
        reference,
        "in_progress",
        lead="city-cables",
        due_at=NOON + HOUR,
        description="Zimbarronimo",
        address="12 Quexalotl",
    )
    calendar = read_calendar(session, reference, token, NOON)
    text = icalendar_text(calendar, reference, URL)
    assert text == icalendar_text(read_calendar(session, reference, token, NOON + HOUR), reference, URL)
    assert b"Zimbarronimo" not in text and b"Quexalotl" not in text
    lines = text.split(b"\r\n")
    assert lines.pop() == b"" and b"\n" not in b"".join(lines)
    assert max(map(len, lines)) <= LONGEST
    for line in (
        f"UID:{made.code}-due@vidu.vn",
        f"URL:{URL}/case/{made.code}",
        "DTSTART:" + (NOON + HOUR).strftime("%Y%m%dT%H%M%SZ"),
        "STATUS:CONFIRMED",
    ):
        assert line.encode() in lines
