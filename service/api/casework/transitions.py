"""The steps staff take with a case, and more time for it."""

from __future__ import annotations

from fastapi import APIRouter

from service.api.shared.answers import refusals
from service.domain.casework import extensions, transitions
from service.domain.casework.case.case import Transition
from service.domain.casework.case.context import CaseContext
from service.domain.casework.extensions import ExtensionTerms
from service.domain.queries.views import ReportView, public_view
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep, SessionDep, WakeAfter
from service.web.takedown import ClearAfter
from service.web.viewer import StaffDep

router = APIRouter(tags=["casework"], dependencies=[WakeAfter, ClearAfter])


@router.post("/reports/{name}/transitions", responses=refusals(400, 401, 403, 404, 409, 413, 422))
async def transition(
    name: str,
    sent: Transition,
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    staff: StaffDep,
    now: NowDep,
) -> ReportView:
    """Change a report's status. A 409 lists the statuses the report can move to (`allowed`), and for a stale
    `version` tells the newest. The same step again, when the first answer was lost, is answered with 200.
    """
    report = await session.run_sync(
        transitions.transition, CaseContext(reference, resources.rulebook, staff.asker, now), name, sent
    )
    url = resources.settings.public_url
    return await session.run_sync(public_view, reference, report, now=now, public_url=url, reader=staff.actor)


@router.post("/reports/{name}/extensions", responses=refusals(400, 401, 403, 404, 409, 413, 422))
async def extend(
    name: str,
    sent: ExtensionTerms,
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    staff: StaffDep,
    now: NowDep,
) -> ReportView:
    """Give a case more time, within its policy; where that wants approval, its manager does it."""
    report = await session.run_sync(extensions.extend, reference, staff.asker, name, sent, now)
    url = resources.settings.public_url
    return await session.run_sync(public_view, reference, report, now=now, public_url=url, reader=staff.actor)
