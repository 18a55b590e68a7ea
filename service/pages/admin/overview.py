"""The first page of administration, and the changes that wait for their time."""

from __future__ import annotations

from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Path
from fastapi.responses import Response

from service.domain.configuration.administration import rule_table, scheduled_changes
from service.domain.configuration.forecast import installation_basis
from service.domain.rules.unattended import units_without_eyes
from service.pages.admin.office import FilledDep, OfficeDep, to

router = APIRouter(prefix="/admin")


@router.get("")
async def overview(office: OfficeDep) -> Response:
    """Show what there is to administer, and what wants a look."""
    basis = installation_basis(office.book)
    found = await to_thread.run_sync(rule_table.review, basis.rules, basis.ground)
    context = {
        "scheduled": await office.run(scheduled_changes.pending_changes),
        "gaps": len(found.gaps),
        "shadows": len(found.shadows),
        "conflicts": len(found.conflicts),
        "unattended": await office.run(units_without_eyes, office.reference, office.now),
    }
    return office.draw("admin/index.html", context)


@router.get("/scheduled-changes")
async def waiting(office: OfficeDep) -> Response:
    """Changes that come into force by themselves."""
    return office.draw(
        "admin/scheduled_changes.html", {"changes": await office.run(scheduled_changes.pending_changes)}
    )


@router.post("/scheduled-changes/{change_id}/cancel")
async def cancel(change_id: Annotated[int, Path(ge=1, le=2**31 - 1)], sent: FilledDep) -> Response:
    """Call a change off."""
    await sent.office.run(scheduled_changes.cancel, sent.office.stamp, change_id)
    return to("/admin/scheduled-changes", "cancelled")
