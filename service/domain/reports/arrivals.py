"""Answers of contractors to the cases handed to them, as the newest event of each tells."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.models import Event, EventType, Report


@dataclass(frozen=True, slots=True)
class PromisedArrival:
    """Promise of a case's present contractor: when they come, and since when it stands."""

    arrives_at: datetime
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class ReturnedCase:
    """Case that its contractor did not take and nobody else was given since: who, why, when."""

    contractor_id: int
    reason: str
    at: datetime


def read_returned_cases(
    session: Session, reference: Reference, ids: Collection[UUID]
) -> Mapping[UUID, ReturnedCase]:
    """Return the cases without a contractor whose last one gave them back, by report; one query."""
    if not ids:
        return {}
    newest = (
        EventType.EXECUTOR_DECLINED,
        EventType.PARTS_CHANGED,
        EventType.ASSIGNED,
        EventType.HANDED_ON,
        EventType.REFUSED,
    )
    query = (
        select(Event.report_id, Event.type, Event.at, Event.data, Event.private)
        .join(Report, Report.id == Event.report_id)
        .where(Event.report_id.in_(ids), Event.type.in_(newest), Report.executor_id.is_(None))
        .ext(distinct_on(Event.report_id))
        .order_by(Event.report_id, Event.id.desc())
    )
    found = {}
    for row in session.execute(query):
        contractor = reference.department_by_code.get(str(row.data.get("executor", "")))
        if row.type == EventType.EXECUTOR_DECLINED and contractor is not None:
            found[row.report_id] = ReturnedCase(
                contractor.id, str((row.private or {}).get("reason", "")), row.at
            )
    return found


def read_promised_arrivals(
    session: Session, reference: Reference, ids: Collection[UUID]
) -> Mapping[UUID, PromisedArrival]:
    """Return the promises that hold, by report: those of the contractor who has the case now; one query."""
    if not ids:
        return {}
    answers = (EventType.EXECUTOR_ACCEPTED, EventType.EXECUTOR_DECLINED)
    query = (
        select(Event.report_id, Event.type, Event.at, Event.data, Report.executor_id)
        .join(Report, Report.id == Event.report_id)
        .where(Event.report_id.in_(ids), Event.type.in_(answers))
        .ext(distinct_on(Event.report_id))
        .order_by(Event.report_id, Event.id.desc())
    )
    found = {}
    for row in session.execute(query):
        executor = reference.departments.get(row.executor_id or 0)
        if row.type != EventType.EXECUTOR_ACCEPTED or executor is None:
            continue
        if row.data["executor"] == executor.code:
            found[row.report_id] = PromisedArrival(datetime.fromisoformat(row.data["arrives_at"]), row.at)
    return found
