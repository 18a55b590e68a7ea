"""Who reported a cable beside a route hears once that a company's section is accepted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.cables.quiet import remind_quiet
from service.domain.city.reference import Reference
from service.domain.notices.kinds import for_citizens
from service.models import Event, EventType, OwnNotice, Report
from tests.support.factories import make_report
from tests.support.people import Cast
from tests.support.works.cables import CableStage


def told(session: Session, report: Report) -> list[Event]:
    mine = Event.report_id == report.id, Event.type == EventType.CABLE_FINISHED
    return list(session.scalars(select(Event).where(*mine)))


def test_each_report_within_reach_is_told_once(session: Session, reference: Reference, cast: Cast) -> None:
    stage = CableStage(session, reference)

    def beside(metres: float, status: str = "assigned", **columns: Any) -> Report:
        place = (107.5214, 16.42 + metres / 110_600)
        kind = {"category": "hanging_cable", **columns}
        return make_report(session, reference, status, place=place, **kind)

    near, far = beside(12), beside(40)
    litter, closed = beside(12, category="litter"), beside(12, "closed")
    work = stage.section(stage.route(cast.department))
    stage.take(cast.executor, work, "agreed", data={"agreed": "2026-08-31"})
    stage.take(cast.executor, work, "under_way")
    for removed in (120, 300):
        data = {"metres_done": 300, "old_removed_m": removed}
        stage.take(cast.executor, work, "done", data=data, photos=[stage.photo(work)])
        assert told(session, near) == []
        if removed == 120:
            stage.take(cast.department, work, "under_way", reason="Cáp cũ còn treo")
    stage.take(cast.inspector, work, "checked", photos=[stage.photo(work)])
    [event] = told(session, near)
    assert (event.public, event.data["company"], event.data["section"]) == (True, "telecom", work.code)
    notice = for_citizens(event)
    assert notice is not None
    assert notice.followers
    assert [told(session, each) for each in (far, litter, closed)] == [[], [], []]


def test_a_section_of_which_nothing_is_said_is_reminded_of_every_thirty_days(
    session: Session, reference: Reference, cast: Cast
) -> None:
    stage = CableStage(session, reference)
    work = stage.section(stage.route(cast.department, quarter="2027-Q3"))
    assert remind_quiet(session, reference, stage.now + timedelta(days=90)) == 0, "not begun, and long to go"
    stage.take(cast.executor, work, "agreed", data={"agreed": "2027-08-31"})
    stage.take(cast.executor, work, "under_way")
    assert remind_quiet(session, reference, stage.now + timedelta(days=29)) == 0
    late = stage.now + timedelta(days=31)
    assert [remind_quiet(session, reference, late) for _ in range(2)] == [1, 0]
    bells = select(OwnNotice.staff_id).where(OwnNotice.work_id == work.id, OwnNotice.at == late)
    assert cast.executor.account.id in set(session.scalars(bells))
    assert remind_quiet(session, reference, late + timedelta(days=31)) == 1
