"""Parts of before the upgrade: the log knows them, and lists and search find the cases by them afterwards."""

from __future__ import annotations

from typing import cast

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.reports.access import readable_cases
from service.domain.reports.events import Actor, record
from service.domain.reports.former_parts import BOOKMARK, fill_former_parts
from service.models import Consumer, Event, EventData, EventType, Report
from service.models.reports.event import ActorKind
from tests.support.factories import make_report
from tests.support.people import Cast
from tests.support.small_city import NOON


def told(session: Session, report: Report, reference: Reference, lead: str, **data: object) -> None:
    """A step as the log keeps it, by which that department led."""
    now, known = report.lead_id, reference.department_by_code
    report.lead_id = known[lead].id
    said = cast("EventData", data)
    event = record(session, report, EventType.ASSIGNED, actor=Actor(ActorKind.SYSTEM), at=NOON, data=said)
    session.flush()
    report.lead_id = now
    session.flush()
    session.execute(update(Event).where(Event.id == event.id).values(position=1_000_000 + event.id))


def forgotten(session: Session, report: Report) -> None:
    """The report as it was before parts were kept."""
    session.execute(
        update(Report).where(Report.id == report.id).values(former_ids=[], former_executor_ids=[])
    )
    session.refresh(report)


def test_the_log_gives_back_who_had_a_part(session: Session, reference: Reference, cast: Cast) -> None:
    known = reference.department_by_code
    report = make_report(session, reference, "in_progress", lead="city-cables")
    told(session, report, reference, "cables-room", executor="telecom", supports=["nobody"])
    told(session, report, reference, "city-cables", executor=None, supports=[])
    forgotten(session, report)
    readable = select(Report.id).where(readable_cases(cast.executor.actor), Report.id == report.id)
    assert session.scalar(readable) is None
    newest = session.scalars(select(Event.position).where(Event.position > 1_000_000)).all()
    session.add(
        Consumer(
            name=BOOKMARK, delivery="task", target="x", enabled=False, position=min(filter(None, newest)) - 1
        )
    )
    session.flush()

    assert fill_former_parts(session, most=1)
    assert not fill_former_parts(session, most=2)
    session.refresh(report)
    assert report.former_ids == sorted([known["cables-room"].id, known["telecom"].id])
    assert report.former_executor_ids == [known["telecom"].id]
    assert session.scalar(readable) == report.id
    assert session.get(Consumer, BOOKMARK) is None
    assert not fill_former_parts(session)


def test_who_has_a_part_now_is_not_a_former_one(session: Session, reference: Reference) -> None:
    report = make_report(session, reference, "in_progress", lead="city-cables", executor="telecom")
    told(session, report, reference, "city-cables", executor="telecom")
    forgotten(session, report)
    session.add(Consumer(name=BOOKMARK, delivery="task", target="x", enabled=False, position=1_000_000))
    session.flush()
    fill_former_parts(session)
    session.refresh(report)
    assert (report.former_ids, report.former_executor_ids) == ([], [])
