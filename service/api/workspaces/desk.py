"""Routes of coordinators beyond the steps of a case: enter a report for a caller, split one, settle one."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.api.reports.reports import Received, answer_receipt
from service.api.shared.answers import refusals
from service.domain.casework import split as splitting
from service.domain.casework.split import Split
from service.domain.queries.views import ReportView, public_view
from service.domain.reports.entry import DeskSubmission, check_entry
from service.domain.workspaces.desk import settle as settling
from service.domain.workspaces.desk.settle import SettleRequest
from service.i18n import language_in_use
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep, SessionDep, WakeAfter
from service.web.rates import allow
from service.web.viewer import StaffDep

router = APIRouter(tags=["casework"])

_REFUSED = refusals(400, 401, 403, 404, 409, 413, 422)


@router.post(
    "/desk/reports",
    status_code=201,
    response_model=Received,
    responses={
        200: {"model": Received, "description": "The same report was sent before: the first answer again"},
        **refusals(400, 401, 403, 409, 413, 422, 429),
    },
)
async def enter(
    request: Request,
    sent: DeskSubmission,
    resources: ResourcesDep,
    reference: ReferenceDep,
    staff: StaffDep,
    now: NowDep,
) -> Response:
    """A report for somebody who called, came or wrote. It goes the way of every other, and keeps who entered
    it; `secret` is null, since it is the caller's and nobody else's.
    """
    draft = check_entry(reference, sent, staff.actor, now=now, language=language_in_use.get())
    await allow(request, resources, "report", colleague=True)
    return answer_receipt(resources, replace(await resources.intake.submit(draft), tell_secret=False))


@router.post("/reports/{name}/split", status_code=201, responses=_REFUSED, dependencies=[WakeAfter])
async def split(
    name: str,
    sent: Split,
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    staff: StaffDep,
    now: NowDep,
) -> ReportView:
    """Make a report of its own of the second thing that this one tells of; the answer is the new report."""
    made = await session.run_sync(splitting.split, reference, staff.asker, name, sent, now)
    url = resources.settings.public_url
    return await session.run_sync(public_view, reference, made, now=now, public_url=url, reader=staff.actor)


@router.post("/reports/{name}/settle", responses=_REFUSED, dependencies=[WakeAfter])
async def settle(
    name: str,
    sent: SettleRequest,
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    staff: StaffDep,
    now: NowDep,
) -> ReportView:
    """Take a reopened or flagged report off the desk; its status stays. `flags` is how many were seen."""
    report = await session.run_sync(settling.settle_report, staff.asker, name, sent, now)
    url = resources.settings.public_url
    return await session.run_sync(public_view, reference, report, now=now, public_url=url, reader=staff.actor)
