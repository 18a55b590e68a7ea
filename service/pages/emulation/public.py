"""Standing of a movement for everybody, where it is switched on."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.domain.emulation.movements.public import public_standing
from service.rendering.engine import page
from service.web.dependencies import NowDep, ReferenceDep, SessionDep, WithWorks
from service.web.paths import RowId

router = APIRouter(dependencies=[WithWorks])


@router.get("/standings/{movement}")
async def show_standing(
    request: Request,
    movement: RowId,
    session: SessionDep,
    reference: ReferenceDep,
    now: NowDep,
) -> Response:
    """Return places and points of units by pool: no criticism, no person."""
    standing = await session.run_sync(public_standing, reference, movement)
    return page(request, "emulation/public.html", {"reference": reference, "now": now, "view": standing})
