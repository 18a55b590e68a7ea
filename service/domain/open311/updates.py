"""Public events in the words of FixMyStreet's extension, for systems that follow what became of reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.kernel.codes import tidy_code
from service.domain.kernel.sql import AnyRow, AnySelect, in_array
from service.domain.open311.filters import MOST, SPAN, TOO_LONG, TOO_MANY, with_zones
from service.domain.queries.views import department_named
from service.domain.reports.filters import MOST_VALUES, FilterReader
from service.errors import Invalid
from service.i18n.wording import status_sentence
from service.models import Comment, Event, EventType, Report, Status

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

MOST_NOTES = 20_000
"""Of all requests of one answer together, the newest."""

COMMENT = "comment"
_SAID = ("reply", "question")


@dataclass(frozen=True, slots=True)
class PublicStep:
    """A step of a public report, or words that the city said about it beside a step."""

    id: int
    report_id: UUID
    code: str
    at: datetime
    status: str
    description: str
    is_step: bool


def updates_between(
    session: Session, reference: Reference, params: Mapping[str, str], *, now: datetime
) -> list[dict[str, object]]:
    """Return the steps of public reports in a span of time, the oldest first: of the last day where none is
    named, of the last 90 where single reports are. Raises Invalid.
    """
    reader = FilterReader(with_zones(reference, params))
    start = reader.moment("start_date", reference.timezone)
    end = reader.moment("end_date", reference.timezone) or now
    reader.check()
    codes = {each.strip() for each in params.get("service_request_id", "").split(",") if each.strip()}
    if len(codes) > MOST_VALUES:
        raise Invalid(TOO_MANY)
    start = start or end - (SPAN if codes else SPAN / 90)
    if end - start > SPAN:
        raise Invalid(TOO_LONG)
    steps = _steps().where(Event.at >= start, Event.at <= end).order_by(Event.at, Event.id).limit(MOST)
    if codes:
        steps = steps.where(Report.code.in_([code for each in codes if (code := tidy_code(each))]))
    return [
        {
            "update_id": str(each.id),
            "service_request_id": each.code,
            "status": each.status,
            "updated_datetime": each.at.isoformat(timespec="seconds"),
            "description": each.description,
            "media_url": None,
        }
        for each in _told(session, reference, session.execute(steps).all())
    ]


def notes_of(
    session: Session, reference: Reference, ids: Sequence[UUID]
) -> Mapping[UUID, Sequence[dict[str, object]]]:
    """Return what became of public reports, each the oldest first, as the notes of `extensions=true`."""
    newest = _steps().where(in_array(Event.report_id, ids)).order_by(Event.at.desc(), Event.id.desc())
    rows = session.execute(newest.limit(MOST_NOTES)).all() if ids else []
    found: dict[UUID, list[dict[str, object]]] = {}
    for each in _told(session, reference, rows[::-1]):
        note: dict[str, object] = {
            "datetime": each.at.isoformat(timespec="seconds"),
            "description": each.description,
            "type": each.status.lower() if each.is_step else COMMENT,
        }
        found.setdefault(each.report_id, []).append(note)
    return found


def _steps() -> AnySelect:
    """Return events that name the status they lead to, and what the city said; only what is public still."""
    step = and_(Event.data.has_key("to"), Event.status.in_(list(STATUSES_TOLD)))
    words = and_(
        Event.type == EventType.COMMENT_ADDED,
        Event.data["kind"].astext.in_(_SAID),
        Event.status.in_(list(STATUSES_TOLD)),
    )
    columns = (Event.id, Event.report_id, Event.type, Event.at, Event.status, Event.lead_id, Event.data)
    return (
        select(*columns, Report.code, Report.category_id)
        .join(Report, Report.id == Event.report_id)
        .where(Event.public, Report.published, or_(step, words))
    )


def _told(session: Session, reference: Reference, rows: Sequence[AnyRow]) -> list[PublicStep]:
    """Return what the rows tell. Words said with a step are the step's; those taken away, nobody's."""
    spoken = {row.id: UUID(row.data["comment"]) for row in rows if row.type == EventType.COMMENT_ADDED}
    shown = select(Comment.id, Comment.text).where(in_array(Comment.id, spoken.values()), Comment.public)
    texts = {row.id: row.text for row in session.execute(shown)} if spoken else {}
    masks = {row.category_id: reference.masking_of(row.category_id) for row in rows}
    said = {
        (row.report_id, row.at): masks[row.category_id].text(texts[spoken[row.id]])
        for row in rows
        if row.id in spoken and spoken[row.id] in texts
    }
    stepped = {(row.report_id, row.at) for row in rows if row.id not in spoken}
    items = []
    for row in rows:
        place, is_step = (row.report_id, row.at), row.id not in spoken
        words = said.get(place, "")
        if is_step or (words and place not in stepped):
            words = words or status_sentence(row.status, _lead(reference, row.lead_id))
            status = STATUSES_TOLD[row.status]
            items.append(PublicStep(row.id, row.report_id, row.code, row.at, status, words, is_step))
    return items


def _lead(reference: Reference, lead_id: int | None) -> str:
    named = department_named(reference, lead_id)
    return named.name if named else ""
