"""Taking a merge back: the report goes on by itself, and who came along with it goes back with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from service.domain.casework.case.case import Case
from service.domain.casework.merge import carry_over
from service.domain.reports.access import report_query
from service.domain.reports.desk_marks import UNMERGED
from service.domain.reports.events import other_report_code, record
from service.domain.rules.routing import set_supports
from service.errors import Conflict
from service.i18n import N_
from service.models import Event, EventData, EventType, Follower, Report
from service.models.reports.report import ReportChanges

# They may have stayed half-way, at a report that was merged further: its original knew them already.
_CAME_ALONG = text("""
SELECT id FROM follower
WHERE merged_from_id = ANY(:family) AND report_id <> ALL(:family)
  AND report_id IN (SELECT :original UNION ALL SELECT id FROM report WHERE duplicate_of_id = :original)
""")
_CAME_THROUGH = text("""
SELECT duplicate.id FROM report duplicate
CROSS JOIN LATERAL (SELECT coalesce(data->>'original', private->>'original') AS code FROM event
                    WHERE report_id = duplicate.id AND type = 'report.merged'
                    ORDER BY id DESC LIMIT 1) AS told
WHERE duplicate.duplicate_of_id = :original AND duplicate.id <> :report AND told.code = :code
""")


def unmerge(case: Case) -> Event:
    """Undo a merge: the report is a thing of its own, and goes back to the coordinator, with its reporter,
    its followers and the duplicates that had been merged into it before. The original's timeline tells it
    too.

    Raises Conflict for a duplicate that leads nowhere; Conflict, Forbidden and Invalid as `lifecycle.move`.
    """
    report, session = case.report, case.session
    original = _original(session, report)
    named = other_report_code("original", original)
    data: EventData = {"why": UNMERGED, **named.get("data", {})}
    gone: ReportChanges = {"lead_id": None, "executor_id": None, "accept_due_at": None, "holder_id": None}
    event = case.walk(
        {**gone, "triage_reason": UNMERGED, "duplicate_of_id": None}, data, private=named.get("private")
    )
    set_supports(report, ())
    session.flush()
    _part(session, report, original, case.now)
    record(
        session,
        original,
        EventType.PARTED,
        actor=case.actor,
        at=case.now,
        **other_report_code("duplicate", report),
    )
    return event


def _original(session: Session, report: Report) -> Report:
    original = session.get(Report, report.duplicate_of_id) if report.duplicate_of_id else None
    if original is None:
        raise Conflict(N_("Phản ánh này không còn được gộp vào đâu."))
    return original


def _part(session: Session, report: Report, original: Report, at: datetime) -> None:
    """Give everybody back to the report they joined; then carry over anew who follows a report that stayed
    merged, since the address that stood for them may just have gone.
    """
    both = {"original": original.id, "report": report.id, "code": report.code}
    mine = list(session.scalars(_CAME_THROUGH, both))
    family = {"original": original.id, "family": [report.id, *mine]}
    came = Follower.id.in_(session.scalars(_CAME_ALONG, family).all())
    # A follower without a body of their own was made of a reporter by the merge.
    session.execute(delete(Follower).where(came, Follower.body_hash == b""))
    home = {"report_id": Follower.merged_from_id, "merged_from_id": None}
    session.execute(update(Follower).where(came).values(home))
    session.execute(update(Report).where(Report.id.in_(mine)).values(duplicate_of_id=report.id))
    _carry_all(session, report, at)
    _carry_all(session, original, at)


def _carry_all(session: Session, original: Report, at: datetime) -> None:
    for duplicate in _duplicates(session, original.id):
        carry_over(session, duplicate, original, at)


def _duplicates(session: Session, original_id: UUID) -> Sequence[Report]:
    """Oldest first, so that it comes out the same however often it is done."""
    found = (
        select(Report.id).where(Report.duplicate_of_id == original_id).order_by(Report.created_at, Report.id)
    )
    return [session.scalars(report_query(each)).one() for each in session.scalars(found).all()]
