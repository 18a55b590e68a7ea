"""The first page of administration, and the changes that wait for their time."""

from __future__ import annotations

from anyio import to_thread
from fastapi import APIRouter
from fastapi.responses import Response

from service.domain.configuration.administration import rule_table, scheduled_changes
from service.domain.configuration.forecast import installation_basis
from service.domain.rules.unattended import units_without_eyes
from service.pages.admin.visit import AdminFormDep, AdminVisitDep, redirect_to
from service.web.paths import RowId

router = APIRouter(prefix="/admin")


@router.get("")
async def overview(visit: AdminVisitDep) -> Response:
    """Show what there is to administer, and what wants a look."""
    basis = installation_basis(visit.book)
    found = await to_thread.run_sync(rule_table.review, basis.rules, basis.ground)
    context = {
        "scheduled": await visit.run(scheduled_changes.pending_changes),
        "gaps": len(found.gaps),
        "shadows": len(found.shadows),
        "conflicts": len(found.conflicts),
        "unattended": await visit.run(units_without_eyes, visit.reference, visit.now),
    }
    return visit.draw("admin/index.html", context)


@router.get("/scheduled-changes")
async def waiting(visit: AdminVisitDep) -> Response:
    """Changes that come into force by themselves."""
    return visit.draw(
        "admin/scheduled_changes.html", {"changes": await visit.run(scheduled_changes.pending_changes)}
    )


@router.post("/scheduled-changes/{change_id}/cancel")
async def cancel(change_id: RowId, sent: AdminFormDep) -> Response:
    """Call a change off."""
    await sent.visit.run(scheduled_changes.cancel, sent.visit.stamp, change_id)
    return redirect_to("/admin/scheduled-changes", "cancelled")
