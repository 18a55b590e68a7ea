"""Public events in the words of FixMyStreet's extension, for systems that follow what became of reports."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.kernel.codes import tidy_code
from service.domain.open311.filters import MOST, SPAN, TOO_LONG, TOO_MANY, with_zones
from service.domain.queries.views import department_named
from service.domain.reports.filters import MOST_VALUES, FilterReader
from service.errors import Invalid
from service.i18n.wording import status_sentence
from service.models import Event, Report, Status

STATUSES_TOLD: Mapping[str, str] = {
    Status.TRIAGE: "OPEN",
    Status.ASSIGNED: "OPEN",
    Status.IN_PROGRESS: "IN_PROGRESS",
    Status.WAITING: "IN_PROGRESS",
    Status.RESOLVED: "FIXED",
    Status.CLOSED: "CLOSED",
    Status.REJECTED: "NO_FURTHER_ACTION",
    Status.DUPLICATE: "DUPLICATE",
}
"""What each status is called there; of others nothing is told."""


def updates_between(
    session: Session, reference: Reference, asked: Mapping[str, str], *, now: datetime
) -> list[dict[str, object]]:
    """Return the steps of public reports in a span of time, the oldest first: of the last day where none is
    named, of the last 90 where single reports are. Raises Invalid.
    """
    reader = FilterReader(with_zones(reference, asked))
    start = reader.moment("start_date", reference.timezone)
    end = reader.moment("end_date", reference.timezone) or now
    reader.check()
    codes = {each.strip() for each in asked.get("service_request_id", "").split(",") if each.strip()}
    if len(codes) > MOST_VALUES:
        raise Invalid(TOO_MANY)
    start = start or end - (SPAN if codes else SPAN / 90)
    if end - start > SPAN:
        raise Invalid(TOO_LONG)
    # A step is an event that names the status it leads to; what is not public any more is left out.
    steps = (
        select(Event.id, Event.at, Event.status, Event.lead_id, Report.code)
        .join(Report, Report.id == Event.report_id)
        .where(Event.at >= start, Event.at <= end, Event.public, Report.published)
        .where(Event.data.has_key("to"), Event.status.in_(list(STATUSES_TOLD)))
        .order_by(Event.at, Event.id)
        .limit(MOST)
    )
    if codes:
        steps = steps.where(Report.code.in_([code for each in codes if (code := tidy_code(each))]))
    return [
        {
            "update_id": str(row.id),
            "service_request_id": row.code,
            "status": STATUSES_TOLD[row.status],
            "updated_datetime": row.at.isoformat(timespec="seconds"),
            "description": status_sentence(row.status, _lead(reference, row.lead_id)),
            "media_url": None,
        }
        for row in session.execute(steps)
    ]


def _lead(reference: Reference, lead_id: int | None) -> str:
    named = department_named(reference, lead_id)
    return named.name if named else ""
