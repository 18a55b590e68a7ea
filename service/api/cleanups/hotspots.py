"""Hot spots for colleagues: what is proposed and measured, and a clean-up made of one."""

from __future__ import annotations

from fastapi import APIRouter, Response

from service.api.cleanups.answers import CleanupOut, HotspotList, HotspotOut, cleanup_out
from service.api.works.shared import READS, WRITES, WorkCallDep
from service.domain.cleanups.spots.spot_cleanups import SpotCleanup, draft_spot_cleanup, list_spots
from service.domain.cleanups.views import view_cleanup
from service.domain.works.access import require_works
from service.domain.works.actions import ActionContext
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep, SessionDep, WakeAfter
from service.web.paths import RowId
from service.web.viewer import StaffDep

router = APIRouter(tags=["clean-ups"], dependencies=[WakeAfter])


@router.get("/hotspots", responses=READS)
async def all_hotspots(session: SessionDep, reference: ReferenceDep, _: StaffDep, now: NowDep) -> HotspotList:
    """Return the places where litter is reported again and again, and what clean-ups changed there."""
    require_works(reference)
    found = await session.run_sync(list_spots, now)
    return HotspotList(items=[HotspotOut.of(each, reference) for each in found])


@router.post(
    "/hotspots/{hotspot_id}/cleanup", status_code=201, responses={**WRITES, 200: {"model": CleanupOut}}
)
async def clean_hotspot(
    hotspot_id: RowId,
    sent: SpotCleanup,
    response: Response,
    call: WorkCallDep,
    resources: ResourcesDep,
) -> CleanupOut:
    """Draft a clean-up there, with the open reports of the place tied to it. The same `id` again: 200."""

    def verb(ctx: ActionContext) -> tuple[CleanupOut, bool]:
        found, new = draft_spot_cleanup(ctx, hotspot_id, sent)
        view = view_cleanup(ctx.session, found, public=False)
        return cleanup_out(view, call.reference, resources.settings.public_url), new

    return await call.create(response, verb)
