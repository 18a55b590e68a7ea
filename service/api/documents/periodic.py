"""Reports up the line: kinds, asking by hand, units' answers, who is missing, merging."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, Field

from service.api.shared.answers import Responses, refusals
from service.db import DomainSession
from service.domain.city.city import load_calendar
from service.domain.documents.signing import BY_HEAD, DocumentSigning
from service.domain.periodic import due_requests, kinds, unit_answers, views
from service.domain.periodic.kinds import ReportKindDraft, ReportKindView
from service.domain.periodic.unit_answers import UnitAnswer
from service.domain.periodic.views import PeriodicBrief, PeriodicView
from service.domain.reports.drafts import StrictBody
from service.domain.works.forms import Day
from service.domain.workspaces.downloads.writers import MEDIA_TYPES
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep, SessionDep
from service.web.exports import attachment
from service.web.papers.upward import draft_upward, merge_upward
from service.web.paths import EntryCode, RowId
from service.web.viewer import StaffDep

router = APIRouter(tags=["documents"])

WRITES = refusals(400, 401, 403, 404, 409, 413, 422)
_DOCX: Responses = {
    200: {
        "description": "The document as things stand",
        "content": {MEDIA_TYPES["docx"]: {"schema": {"type": "string", "format": "binary"}}},
    }
}


class ReportKindList(BaseModel):
    """Kinds of reports of one's units."""

    items: list[ReportKindView]


class PeriodicList(BaseModel):
    """The newest reports of one's units."""

    items: list[PeriodicBrief]


class ReportRequest(StrictBody):
    """A report to be asked for: its kind, and a day of its period."""

    kind: Annotated[str, Field(max_length=60)]
    day: Day


class MissingList(BaseModel):
    """Units that have not answered."""

    items: list[dict[str, str]]


class MergedOut(BaseModel):
    """The document that a report became."""

    document: int


@router.get("/report-kinds", responses=refusals(401))
async def report_kinds(session: SessionDep, reference: ReferenceDep, staff: StaffDep) -> ReportKindList:
    """Kinds of reports that one's units issue or contribute to."""
    found = await session.run_sync(lambda sync: kinds.list_report_kinds(sync, reference, staff.actor))
    return ReportKindList(items=found)


@router.post("/report-kinds", responses=WRITES)
async def put_kind(
    sent: ReportKindDraft, session: SessionDep, reference: ReferenceDep, staff: StaffDep
) -> ReportKindView:
    """Make a kind, or change it from the version that was read."""

    def run(sync: DomainSession) -> ReportKindView:
        row = kinds.put_report_kind(sync, reference, staff.actor, sent)
        return kinds.view_kind(reference, row)

    return await session.run_sync(run)


@router.get("/periodic-reports", responses=refusals(401))
async def periodic_reports(session: SessionDep, reference: ReferenceDep, staff: StaffDep) -> PeriodicList:
    """The newest reports that one's units issue or contribute to."""
    found = await session.run_sync(lambda sync: views.list_periodic(sync, reference, staff.actor))
    return PeriodicList(items=found)


@router.post("/periodic-reports", responses=WRITES)
async def ask_for_report(
    sent: ReportRequest, session: SessionDep, reference: ReferenceDep, staff: StaffDep, now: NowDep
) -> PeriodicView:
    """Ask the units for the report of a period that is over; it is asked for by itself too, once."""

    def run(sync: DomainSession) -> PeriodicView:
        calendar = load_calendar(sync, reference)
        row = due_requests.ask_for(sync, reference, calendar, staff.actor, sent.kind, sent.day, now)
        return views.view_report(sync, reference, staff.actor, row.id)

    return await session.run_sync(run)


@router.get(
    "/periodic-reports/{report}.docx",
    response_class=Response,
    responses={**_DOCX, **refusals(401, 403, 404, 422)},
)
async def report_file(
    report: RowId, resources: ResourcesDep, reference: ReferenceDep, staff: StaffDep, now: NowDep
) -> Response:
    """The document as things stand, for its issuer."""
    body, name = await draft_upward(resources, reference, staff, report, now)
    return Response(body, media_type=MEDIA_TYPES["docx"], headers=attachment(name))


@router.get("/periodic-reports/{report}", responses=refusals(401, 404, 422))
async def one_report(
    report: RowId, session: SessionDep, reference: ReferenceDep, staff: StaffDep
) -> PeriodicView:
    """Return one report; a unit reads its own words, the issuer all of them."""
    return await session.run_sync(lambda sync: views.view_report(sync, reference, staff.actor, report))


@router.get("/periodic-reports/{report}/missing", responses=refusals(401, 404, 422))
async def missing_units(
    report: RowId, session: SessionDep, reference: ReferenceDep, staff: StaffDep
) -> MissingList:
    """Return the units that have not answered."""
    view = await session.run_sync(lambda sync: views.view_report(sync, reference, staff.actor, report))
    return MissingList(items=view.missing)


@router.put("/periodic-reports/{report}/units/{unit}", responses=WRITES)
async def send_words(
    report: RowId,
    unit: EntryCode,
    sent: UnitAnswer,
    session: SessionDep,
    reference: ReferenceDep,
    staff: StaffDep,
    now: NowDep,
) -> PeriodicView:
    """Send what a unit says: results, difficulties, proposals; its figures come by themselves."""

    def run(sync: DomainSession) -> PeriodicView:
        unit_answers.send_answer(sync, reference, staff.actor, report, unit, sent, now)
        return views.view_report(sync, reference, staff.actor, report)

    return await session.run_sync(run)


@router.post("/periodic-reports/{report}/merge", responses={**WRITES, **refusals(503)})
async def merge_report(
    report: RowId,
    resources: ResourcesDep,
    reference: ReferenceDep,
    staff: StaffDep,
    now: NowDep,
    signing: DocumentSigning = BY_HEAD,
) -> MergedOut:
    """Freeze the figures and make the document, which stands in the register then; the body, if any, says
    who signs it and is told.
    """
    return MergedOut(document=await merge_upward(resources, reference, staff, report, now, signing))
