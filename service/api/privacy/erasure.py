"""Having one's personal data erased: the reporter's, a follower's own, or by staff for somebody who asks."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel

from service.api.shared.answers import refusals
from service.domain.privacy.erasure import Erasure, erase
from service.web.dependencies import NowDep, ResourcesDep, SessionDep, WakeAfter
from service.web.rates import allow
from service.web.takedown import ClearAfter
from service.web.viewer import ViewerDep

router = APIRouter(tags=["participation"])

_NOTHING_SAID = Erasure()


class ErasedOut(BaseModel):
    """Count of what was erased; nothing the second time. The report itself stays."""

    contact: bool
    device: bool
    photos: int
    followers: int
    words: bool = False


@router.post(
    "/reports/{name}/erasure",
    responses=refusals(400, 401, 403, 404, 413, 422, 429),
    dependencies=[WakeAfter, ClearAfter],
)
async def erase_personal(
    request: Request,
    name: str,
    session: SessionDep,
    resources: ResourcesDep,
    viewer: ViewerDep,
    now: NowDep,
    sent: Erasure = _NOTHING_SAID,
) -> ErasedOut:
    """Erase contact, device and original photos (with the report's secret), or a follower's contact (with
    theirs). Coordinators and administrators do it for somebody else and say why. With `words` the report's
    words and pictures go too, and the report is hidden from the public.
    """
    await allow(request, resources, "participate")
    erased = await session.run_sync(erase, viewer.asker, name, sent, now)
    return ErasedOut(**erased.event_data())
