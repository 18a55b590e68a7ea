"""Case file: a case as every colleague inside it reads it, on its own page and on the desk.

The parts that only one of the two shows are beside it: `case_work.py` (what may be done, by whom, until when)
and `desk/review.py` (why a coordinator is needed, what lies around). The API answers `CaseFile.view`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from service.domain.casework.case.deadline import policy_of
from service.domain.casework.citizens.comments import CommentView, comments_for
from service.domain.city.reference import Reference
from service.domain.deadlines.deadlines import Policy
from service.domain.deadlines.standing import DeadlineStanding, standing_of
from service.domain.emergencies.takers import EmergencyView, emergency_of
from service.domain.queries.detail import CaseReportView, case_view
from service.domain.queries.timeline import TimelineEvent, timeline
from service.domain.queries.views import NamedCode, department_named
from service.domain.reports.access import Access, Asker, find_report
from service.domain.rules.rulebook import Rulebook
from service.domain.workspaces.selection import queue_of
from service.errors import AppError, NotFound
from service.i18n import N_
from service.models import HELD, Event, Report, Status

MOST_EVENTS, MOST_RELATIVES = 1000, 50


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with its story, for one reader. `seen` is the id of its newest event; `original`, `merged` and
    `split` are codes: of what it was merged into, what was merged into it, what it was split from and into.
    """

    access: Access
    policy: Policy | None
    view: CaseReportView
    events: Sequence[TimelineEvent]
    comments: Sequence[CommentView]
    seen: int
    standing: DeadlineStanding | None
    emergency: EmergencyView | None
    original: str | None
    merged: Sequence[str]
    split: Sequence[str]


@dataclass(frozen=True, slots=True)
class DepartedCase:
    """Case that left a colleague's list by their step, and who leads it now."""

    code: str
    status: Status
    lead: NamedCode | None


def read_case_file(
    session: Session, reference: Reference, book: Rulebook, asker: Asker, name: str, *, now: datetime
) -> CaseFile:
    """Return the case of that id or code. Raises NotFound also for who has no part in it."""
    access = require_inside(session, asker, name, now)
    report = access.report
    policy = policy_of(session, report)
    return CaseFile(
        access=access,
        policy=policy,
        view=case_view(session, reference, access, now=now, public_url=""),
        events=timeline(session, reference, asker, report.id, now=now, limit=MOST_EVENTS).items,
        comments=comments_for(session, asker, report.id, now, reference),
        seen=_last_event(session, report.id),
        standing=standing_of(book.calendar, policy.resolve.unit if policy else "hours", report, now),
        emergency=emergency_of(session, report),
        original=next(iter(_code(session, report.duplicate_of_id)), None),
        merged=_codes(session, Report.duplicate_of_id == report.id),
        split=_code(session, report.split_from_id) + _codes(session, Report.split_from_id == report.id),
    )


def require_inside(session: Session, asker: Asker, name: str, now: datetime) -> Access:
    """Return the report for a colleague who has a part in the case. Raises NotFound for everybody else."""
    access = find_report(session, asker, name, now=now)
    if not access.inside:
        raise NotFound(N_("Không có phản ánh này. Hãy xem lại mã."))
    return access


def stays_in_list(session: Session, asker: Asker, name: str, now: datetime) -> bool:
    """Return whether the case still waits in this colleague's list after a step: theirs, and not done."""
    access = find_report(session, asker, name, now=now)
    waits = queue_of(access.actor).statuses or HELD
    return access.works and access.report.status in waits


def changes_since(
    session: Session, reference: Reference, asker: Asker, name: str, seen: int, now: datetime
) -> tuple[Report, Sequence[TimelineEvent]]:
    """Return the report, and what happened in the case after the event `seen`. Raises as `require_inside`."""
    report = require_inside(session, asker, name, now).report
    found = timeline(session, reference, asker, report.id, now=now, after=seen, limit=20)
    return report, found.items


def read_former(
    session: Session, reference: Reference, asker: Asker, code: str, now: datetime
) -> DepartedCase | None:
    """Return a case that just left the colleague's list as it is now; None for who may not read it."""
    try:
        report = require_inside(session, asker, code, now).report
    except AppError:
        return None
    return DepartedCase(report.code, report.status, department_named(reference, report.lead_id))


def _last_event(session: Session, report_id: UUID) -> int:
    return session.scalar(select(func.max(Event.id)).where(Event.report_id == report_id)) or 0


def _code(session: Session, report_id: UUID | None) -> list[str]:
    return _codes(session, Report.id == report_id) if report_id else []


def _codes(session: Session, condition: ColumnElement[bool]) -> list[str]:
    query = select(Report.code).where(condition).order_by(Report.created_at)
    return list(session.scalars(query.limit(MOST_RELATIVES)))
