"""Detail of one report, by the asker: everyone, the reporter who shows the secret, colleagues
inside the case.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.casework.citizens.comments import comments_for
from service.domain.city.reference import Reference
from service.domain.publication.publication import hiding_of
from service.domain.queries.views import ReportView, View, public_view
from service.domain.reports.access import Access, Asker, find_report
from service.domain.reports.lifecycle import allowed
from service.models import Contact, Rating, Report, Staff, Status
from service.models.reports.event import ActorKind


class OwnContact(View):
    """Contact of the reporter, as they gave it."""

    name: str | None
    phone: str | None
    email: str | None


class OwnComment(View):
    """Comment that the reporter may read."""

    id: UUID
    kind: str
    public: bool
    text: str
    created_at: datetime


class OwnRating(View):
    """The reporter's verdict."""

    score: int
    comment: str
    created_at: datetime


class HiddenView(View):
    """Reason why a report is not public: `cause` is desk (a coordinator's decision, with the `reason`),
    privacy (rejected for it), withdrawn, erased or category; `by` is a colleague's name, for colleagues.
    """

    cause: str
    reason: str
    at: datetime
    by: str | None = None


class OriginalView(View):
    """The report that a duplicate went into: how it stands, and its code where that is published."""

    code: str | None
    status: str


class ReporterDetail(View):
    """Detail that only the reporter sees. `contact` is null for an anonymous one or once erased;
    `allowed` are the statuses the reporter can move it to; `original` is there for a duplicate.
    """

    published: bool
    channel: str
    occurred_at: datetime | None
    attributes: dict[str, object]
    contact: OwnContact | None
    comments: list[OwnComment]
    rating: OwnRating | None
    allowed: list[str]
    original: OriginalView | None
    hidden: HiddenView | None = None


class OwnReportView(ReportView):
    """A report as its reporter sees it."""

    own: ReporterDetail


class CaseDetail(View):
    """Detail of a case for colleagues, beyond its public view. `allowed` are the statuses this person can
    move it to; `evidence_required` says whether resolving needs a photo.
    """

    published: bool
    channel: str
    occurred_at: datetime | None
    accuracy_m: float | None
    attributes: dict[str, object]
    triage_reason: str | None
    accept_due_at: datetime | None
    amber_at: datetime | None
    accepted_at: datetime | None
    paused_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    extensions: int
    allowed: list[str]
    evidence_required: bool
    hidden: HiddenView | None = None


class CaseReportView(ReportView):
    """A report as colleagues inside the case see it."""

    case: CaseDetail


def report_view(
    session: Session, reference: Reference, asker: Asker, name: str | UUID, *, now: datetime, public_url: str
) -> ReportView:
    """Return the view of the report of that id or code that fits who asks. Raises as `access.find_report`."""
    access = find_report(session, asker, name, now=now)
    if access.inside:
        return case_view(session, reference, access, now=now, public_url=public_url)
    view = public_view(session, reference, access.report, now=now, public_url=public_url, reader=None)
    if access.actor.kind == ActorKind.REPORTER:
        return OwnReportView(**dict(view), own=_own(session, reference, access, asker, now))
    return view


def case_view(
    session: Session, reference: Reference, access: Access, *, now: datetime, public_url: str
) -> CaseReportView:
    """Return the view of a case for a colleague who is `inside` it."""
    report = access.report
    view = public_view(session, reference, report, now=now, public_url=public_url, reader=access.actor)
    if access.reads_original:
        view = view.model_copy(update={"description": report.description, "address": report.address})
    return CaseReportView(**dict(view), case=_case(session, reference, access))


def _own(
    session: Session, reference: Reference, access: Access, asker: Asker, now: datetime
) -> ReporterDetail:
    report = access.report
    contact, rating = session.get(Contact, report.id), session.get(Rating, report.id)
    known = contact is not None and contact.erased_at is None
    return ReporterDetail(
        published=report.published,
        channel=report.channel,
        occurred_at=report.occurred_at,
        attributes=report.attributes,
        contact=OwnContact.model_validate(contact, from_attributes=True) if known else None,
        comments=[
            OwnComment.model_validate(said, from_attributes=True)
            for said in comments_for(session, asker, report.id, now, reference)
        ],
        rating=OwnRating.model_validate(rating, from_attributes=True) if rating else None,
        allowed=_once(allowed(report, access.actor)),
        original=_original(session, report),
        hidden=_hidden(session, report, inside=False),
    )


def _hidden(session: Session, report: Report, *, inside: bool) -> HiddenView | None:
    row = hiding_of(session, "report", report.id)
    if row is None:
        return None
    person = session.get(Staff, row.staff_id) if inside and row.staff_id is not None else None
    return HiddenView(cause=row.cause, reason=row.reason, at=row.at, by=person.name if person else None)


def _original(session: Session, report: Report) -> OriginalView | None:
    columns = select(Report.code, Report.status, Report.published)
    found = session.execute(columns.where(Report.id == report.duplicate_of_id)).one_or_none()
    return OriginalView(code=found.code if found.published else None, status=found.status) if found else None


def _case(session: Session, reference: Reference, access: Access) -> CaseDetail:
    report: Report = access.report
    columns = {name: getattr(report, name) for name in CaseDetail.model_fields if hasattr(report, name)}
    return CaseDetail(
        **columns,
        allowed=_once(allowed(report, access.actor)),
        evidence_required=reference.categories[report.category_id].evidence_required,
        hidden=_hidden(session, report, inside=True),
    )


def _once(statuses: Sequence[Status]) -> list[Status]:
    return list(dict.fromkeys(statuses))
