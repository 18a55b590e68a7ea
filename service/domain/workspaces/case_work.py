"""Parts of a case's own page beyond the case file: what may be done, by whom and until when, and the why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.casework.citizens.comments import SPEAKERS
from service.domain.casework.extension_requests import RequestView, requests_of
from service.domain.casework.extensions import needs_approval
from service.domain.casework.refiling import may_refile
from service.domain.city.reference import Reference
from service.domain.city.templates import FilledTemplate, templates_for
from service.domain.contacts.disclosure import may_read
from service.domain.deadlines.deadlines import ExtensionLimit, Policy
from service.domain.people.colleagues import ColleagueView, may_hold, may_mention
from service.domain.queries.photo_details import PhotoDetail, list_photos
from service.domain.queries.similar import SimilarReport, nearest_reports
from service.domain.reports.access import Access, Asker, visible
from service.domain.reports.arrivals import (
    PromisedArrival,
    ReturnedCase,
    read_promised_arrivals,
    read_returned_cases,
)
from service.domain.reports.edges import EDGES, EXECUTOR, LEAD, TRIAGE
from service.domain.reports.filters import Circle, Filters
from service.domain.reports.lifecycle import allowed, roles_of
from service.domain.routing.why import RoutingAccount, explain_routing
from service.domain.rules.rulebook import Rulebook
from service.domain.talks.groups.done import DoneClaim, done_claim
from service.domain.workspaces.casefile import CaseFile
from service.i18n import language_in_use
from service.models import HELD, OPEN, Report, Role, Staff

NEAR_M = 150.0
MOST_NEAR = 6
_STEPS = {(edge.source, edge.target): edge.event.removeprefix("report.") for edge in EDGES}


@dataclass(frozen=True, slots=True)
class CasePeople:
    """`holder` works on it; who else may, and whom a note can call."""

    holder: ColleagueView | None
    holders: Sequence[ColleagueView]
    callable: Sequence[ColleagueView]


@dataclass(frozen=True, slots=True)
class CaseWork:
    """Parts of a case's own page. `may` names what this person can do (the domain decides again when they
    do); `photos` are those that the public does not see, too; `needs_approval` says that more time wants a
    manager's word.
    """

    may: frozenset[str]
    photos: Sequence[PhotoDetail]
    finished_at: datetime | None
    why: RoutingAccount
    people: CasePeople
    templates: Sequence[FilledTemplate]
    requests: Sequence[RequestView]
    limit: ExtensionLimit | None
    needs_approval: bool
    near: Sequence[SimilarReport]
    arrival: PromisedArrival | None = None
    given_back: ReturnedCase | None = None
    done_claim: DoneClaim | None = None


def read_case_work(
    session: Session, reference: Reference, book: Rulebook, asker: Asker, file: CaseFile, *, now: datetime
) -> CaseWork:
    """Return what the page of that case shows to this colleague beyond the case file."""
    access, policy, report = file.access, file.policy, file.access.report
    return CaseWork(
        may=available_actions(access, reference, policy, now),
        photos=list_photos(session, asker, report.id, now=now)[0],
        finished_at=report.resolved_at or report.closed_at,
        why=explain_routing(session, book, asker, report.code, now=now, language=language_in_use.get()),
        people=_people(session, reference, access),
        templates=templates_for(session, reference, report, now),
        requests=[] if access.hired else requests_of(session, asker, report.id, now),
        limit=policy.extension if policy else None,
        needs_approval=policy is not None and needs_approval(policy) and access.actor.role != Role.MANAGER,
        near=_near(session, reference, access, asker, now),
        arrival=read_promised_arrivals(session, reference, [report.id]).get(report.id),
        given_back=None
        if access.hired
        else read_returned_cases(session, reference, [report.id]).get(report.id),
        done_claim=done_claim(session, report) if access.works else None,
    )


def available_actions(
    access: Access, reference: Reference, policy: Policy | None, now: datetime
) -> frozenset[str]:
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
        "extend": LEAD in played and held and _more_time(report, policy, now),
        "contract": held and EXECUTOR in played,
        "decide": LEAD in played and actor.role == Role.MANAGER,
        "contact": may_read(access, reference),
        "kind": may_refile(report, actor),
        "place": may_refile(report, actor),
    }
    return frozenset(offers | {name for name, offered in more.items() if offered})


def _more_time(report: Report, policy: Policy | None, now: datetime) -> bool:
    """Return whether more time could still be had: what is late, or was lengthened as often as the policy
    allows, would be refused only after somebody had written down why.
    """
    left = policy is not None and policy.extension.max_count > report.extensions
    return left and report.due_at is not None and report.due_at >= (report.paused_at or now)


def _people(session: Session, reference: Reference, access: Access) -> CasePeople:
    report = access.report
    row = session.get(Staff, report.holder_id) if report.holder_id else None
    holder = ColleagueView(row.id, row.username, row.name, row.role) if row else None
    leads = LEAD in roles_of(access.actor, report)
    return CasePeople(
        holder=holder,
        holders=may_hold(session, reference, report.lead_id) if leads else [],
        callable=may_mention(session, reference, report, access.actor.staff_id) if access.works else [],
    )


def _near(
    session: Session, reference: Reference, access: Access, asker: Asker, now: datetime
) -> list[SimilarReport]:
    """Return open reports of the same kind close by. A contractor is shown none but those handed to them."""
    report = access.report
    if access.hired:
        return []
    filters = Filters(
        near=Circle(report.lon, report.lat, NEAR_M),
        categories=reference.categories_below(reference.categories[report.category_id].path[0]),
        statuses=OPEN,
    )
    shown = visible(asker) & (Report.id != report.id)
    return nearest_reports(
        session, reference, filters, shown, now=now, public_url="", reader=access.actor, limit=MOST_NEAR
    )
