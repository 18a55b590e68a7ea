"""Case file for colleagues: what happened in the case, its assignment, what may be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.casework.case.timing import policy_of
from service.domain.casework.citizens.comments import SPEAKERS, Said, comments_for
from service.domain.casework.extending import needs_approval
from service.domain.casework.extension_requests import RequestView, requests_of
from service.domain.casework.recategorising import may_recategorise
from service.domain.city.reference import Reference
from service.domain.city.templates import FilledTemplate, templates_for
from service.domain.contacts.reading import may_read
from service.domain.deadlines.deadlines import ExtensionLimit, Policy
from service.domain.deadlines.standing import DeadlineStanding, standing_of
from service.domain.emergencies.taking import EmergencyView, emergency_of
from service.domain.people.colleagues import ColleagueView, may_hold, may_mention
from service.domain.queries.detail import CaseReportView, report_view
from service.domain.queries.lists import list_reports
from service.domain.queries.photo_details import PhotoDetail, list_photos
from service.domain.queries.timeline import TimelineEvent, timeline
from service.domain.queries.views import Named, ReportView, department_named, public_views
from service.domain.reports.access import Access, Asker, find_report, visible
from service.domain.reports.edges import EDGES, LEAD, TRIAGE
from service.domain.reports.filters import Filters, Near
from service.domain.reports.lifecycle import allowed, roles_of
from service.domain.routing.why import RoutingAccount, explain_routing
from service.domain.rules.rulebook import Rulebook
from service.errors import AppError, NotFound
from service.i18n import N_, language_in_use
from service.models import HELD, OPEN, Event, Report, Role, Staff

MOST_EVENTS = 1000
NEAR_M = 150.0
MOST_NEAR = 6
_STEPS = {(edge.source, edge.target): edge.event.removeprefix("report.") for edge in EDGES}


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another report close by, and how far away in metres."""

    view: ReportView
    distance_m: float


@dataclass(frozen=True, slots=True)
class People:
    """`holder` works on it; who else may, and whom a note can call."""

    holder: ColleagueView | None
    holders: Sequence[ColleagueView]
    callable: Sequence[ColleagueView]


@dataclass(frozen=True, slots=True)
class CaseFile:
    """Everything on the page. `may` names what this person can do (the domain decides again when they do);
    `seen` is the last event told here; `needs_word` says that more time wants a manager's approval.
    """

    view: CaseReportView
    may: frozenset[str]
    events: Sequence[TimelineEvent]
    comments: Sequence[Said]
    photos: Sequence[PhotoDetail]
    seen: int
    standing: DeadlineStanding | None
    finished_at: datetime | None
    why: RoutingAccount
    people: People
    templates: Sequence[FilledTemplate]
    requests: Sequence[RequestView]
    limit: ExtensionLimit | None
    needs_word: bool
    original: str | None
    merged: Sequence[str]
    near: Sequence[Neighbour]
    emergency: EmergencyView | None


def read_case(
    session: Session, reference: Reference, book: Rulebook, asker: Asker, name: str, *, now: datetime
) -> CaseFile:
    """The case of that code. Raises NotFound also for who has no part in it."""
    access = inside(session, asker, name, now)
    report = access.report
    view = report_view(session, reference, asker, report.id, now=now, public_url="")
    assert isinstance(view, CaseReportView)  # noqa: S101 - whoever is inside is shown the inside
    policy = policy_of(session, report)
    story = timeline(session, reference, asker, report.id, now=now, limit=MOST_EVENTS).items
    unit = policy.resolve.unit if policy else "hours"
    return CaseFile(
        view=view,
        may=may_do(access, reference, policy),
        events=story,
        comments=comments_for(session, asker, report.id, now, reference),
        photos=list_photos(session, asker, report.id, now=now)[0],
        seen=last_event(session, report.id),
        standing=standing_of(book.calendar, unit, report, now),
        finished_at=report.resolved_at or report.closed_at,
        why=explain_routing(session, book, asker, name, now=now, language=language_in_use.get()),
        people=_people(session, reference, access),
        templates=templates_for(session, reference, report, now),
        requests=[] if access.hired else requests_of(session, asker, report.id, now),
        limit=policy.extension if policy else None,
        needs_word=policy is not None and needs_approval(policy) and access.actor.role != Role.MANAGER,
        original=_code(session, report.duplicate_of_id),
        merged=_merged(session, report.id),
        near=_near(session, reference, access, asker, now),
        emergency=emergency_of(session, report),
    )


def inside(session: Session, asker: Asker, name: str, now: datetime) -> Access:
    """The report for a colleague who has a part in the case. Raises NotFound for everybody else."""
    access = find_report(session, asker, name, now=now)
    if not access.inside:
        raise NotFound(N_("Không có phản ánh này. Hãy xem lại mã."))
    return access


def still_works_on(session: Session, asker: Asker, name: str, now: datetime) -> bool:
    """Return whether the case is still this colleague's to work on, after a step."""
    return find_report(session, asker, name, now=now).works


def changes_since(
    session: Session, reference: Reference, asker: Asker, name: str, seen: int, now: datetime
) -> tuple[Report, Sequence[TimelineEvent]]:
    """The report, and what happened in the case after the event `seen`. Raises as `inside`."""
    report = inside(session, asker, name, now).report
    found = timeline(session, reference, asker, report.id, now=now, after=seen, limit=20)
    return report, found.items


def last_event(session: Session, report_id: UUID) -> int:
    """The id of the report's newest event."""
    return session.scalar(select(func.max(Event.id)).where(Event.report_id == report_id)) or 0


def may_do(access: Access, reference: Reference, policy: Policy | None) -> frozenset[str]:
    """Return what the page offers: steps of the life cycle by their event, and what changes no status."""
    report, actor = access.report, access.actor
    if not access.works:
        return frozenset()
    played = roles_of(actor, report)
    offers = {_STEPS[report.status, to] for to in allowed(report, actor)}
    held = report.status in HELD
    more = {
        "note": True,
        "reply": bool(played & SPEAKERS),
        "holder": held and LEAD in played,
        "parts": held and bool(played & {LEAD, TRIAGE}),
        "extend": LEAD in played and report.status in HELD and _more_time(policy),
        "decide": LEAD in played and actor.role == Role.MANAGER,
        "contact": may_read(access, reference),
        "kind": may_recategorise(report, actor),
    }
    return frozenset(offers | {name for name, offered in more.items() if offered})


def _more_time(policy: Policy | None) -> bool:
    return policy is not None and policy.extension.max_count > 0


def _people(session: Session, reference: Reference, access: Access) -> People:
    report = access.report
    row = session.get(Staff, report.holder_id) if report.holder_id else None
    holder = ColleagueView(row.id, row.username, row.name, row.role) if row else None
    leads = LEAD in roles_of(access.actor, report)
    return People(
        holder=holder,
        holders=may_hold(session, reference, report.lead_id) if leads else [],
        callable=may_mention(session, reference, report, access.actor.staff_id) if access.works else [],
    )


def _code(session: Session, report_id: UUID | None) -> str | None:
    return session.scalar(select(Report.code).where(Report.id == report_id)) if report_id else None


def _merged(session: Session, report_id: UUID) -> list[str]:
    query = select(Report.code).where(Report.duplicate_of_id == report_id).order_by(Report.created_at)
    return list(session.scalars(query.limit(50)))


def _near(
    session: Session, reference: Reference, access: Access, asker: Asker, now: datetime
) -> list[Neighbour]:
    """Open reports of the same kind close by; a contractor is shown nothing but what was handed to them."""
    report = access.report
    if access.hired:
        return []
    root = reference.categories[report.category_id].path[0]
    filters = Filters(
        near=Near(report.lon, report.lat, NEAR_M),
        categories=reference.categories_below(root),
        statuses=OPEN,
    )
    shown = visible(asker) & (Report.id != report.id)
    page = list_reports(session, filters, shown, now=now, sort="distance", limit=MOST_NEAR)
    views = public_views(session, reference, page.rows, now=now, public_url="", reader=access.actor)
    return [Neighbour(view, round(row.key)) for view, row in zip(views, page.rows, strict=True)]


def read_former(
    session: Session, reference: Reference, asker: Asker, code: str, now: datetime
) -> tuple[str, Named | None] | None:
    """(code, who leads it now) of a case that was just given away; None for what one may not know of."""
    try:
        report = inside(session, asker, code, now).report
    except AppError:
        return None
    return report.code, department_named(reference, report.lead_id)
