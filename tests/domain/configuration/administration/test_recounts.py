"""Deadlines after the calendar changed: foreseen, asked for, counted in pieces, each with an event."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from service.domain.city.reference import load_reference
from service.domain.configuration.administration import days, recounts
from service.domain.configuration.administration.days import DayChange
from service.domain.rules.routing import deadlines
from service.errors import Conflict
from service.models import Event, Report
from tests.domain.configuration.administration.stage import Room
from tests.support.factories import make_report
from tests.support.small_city import NOON


def case(room: Room, status: str, **columns: object) -> Report:
    times = deadlines(room.book, "standard", NOON)
    return make_report(
        room.session,
        load_reference(room.session),
        status,
        due_at=times.due_at,
        amber_at=times.amber_at,
        **columns,  # type: ignore[arg-type]
    )


def bridge(room: Room) -> None:
    wish = DayChange.model_validate({"day": date(2026, 3, 10), "kind": "off", "name": {"vi": "Nghỉ bù"}})
    days.change_day(room.session, room.stamp(), wish)


def test_nothing_moves_before_it_is_asked_for(room: Room) -> None:
    report = case(room, "assigned")
    due_at = report.due_at
    assert due_at is not None
    assert recounts.preview_recount(room.session, room.book, NOON).moved == []
    bridge(room)
    found = recounts.preview_recount(room.session, room.book, NOON)
    assert report.due_at == due_at
    [moved] = found.moved
    assert (moved.code, moved.before) == (report.code, due_at)
    assert moved.after == due_at + timedelta(days=3), "Friday, then a weekend, then Monday"
    assert (found.looked, found.later, found.earlier, found.whole) == (1, 1, 0, True)
    assert found.span == (due_at, due_at, moved.after, moved.after)
    assert recounts.recount_next(room.session, room.book, NOON) == 0
    assert report.due_at == due_at


def test_it_is_done_in_pieces_and_told(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recounts, "BATCH", 2)
    running = [case(room, status) for status in ("assigned", "in_progress", "in_progress")]
    ended = [case(room, status) for status in ("closed", "resolved", "rejected")]
    kept = {each.id: each.due_at for each in ended}
    bridge(room)
    row = recounts.request_recount(room.session, room.stamp())
    with pytest.raises(Conflict):
        recounts.request_recount(room.session, room.stamp())
    looked = []
    while found := recounts.recount_next(room.session, room.book, NOON):
        looked.append(found)
    assert looked == [2, 1]
    assert (row.looked, row.moved, row.done_at) == (3, 3, NOON)
    for report in running:
        events = select(Event).where(Event.report_id == report.id).order_by(Event.id.desc())
        told = room.session.scalars(events.limit(1)).one()
        assert (told.type, told.staff_id) == ("report.recounted", room.administrator.id)
        assert told.data["before"] < told.data["after"]
        assert report.version == 2
    assert {each.id: each.due_at for each in ended} == kept
    assert recounts.preview_recount(room.session, room.book, NOON).moved == []
    assert [each.action for each in room.audited("deadlines.recounted")] == ["deadlines.recounted"]
    recounts.request_recount(room.session, room.stamp(1))
