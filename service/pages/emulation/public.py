"""Standing of a movement for everybody, where it is switched on."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from service.domain.emulation.movements.public import public_standing
from service.pages.shared.visit import PageVisitDep
from service.rendering.engine import page
from service.web.dependencies import SessionDep, WithWorks
from service.web.paths import RowId

router = APIRouter(dependencies=[WithWorks])


@router.get("/standings/{movement}")
async def show_standing(visit: PageVisitDep, movement: RowId, session: SessionDep) -> Response:
    """Return places and points of units by pool: no criticism, no person."""
    standing = await session.run_sync(public_standing, visit.reference, movement)
    return page(
        visit.request,
        "emulation/public.html",
        {"reference": visit.reference, "now": visit.now, "view": standing},
    )
