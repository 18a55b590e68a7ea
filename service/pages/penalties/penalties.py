"""Penalties by category, for everybody: amounts, decrees, when somebody last looked."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.domain.city.penalties import penalties_in_force
from service.i18n import pick
from service.rendering.engine import page
from service.web.dependencies import NowDep, ReferenceDep

router = APIRouter()


@router.get("/penalties")
async def penalties(request: Request, reference: ReferenceDep, now: NowDep) -> Response:
    """The page, without scripts; it says so where the city has entered none."""
    rows = penalties_in_force(reference, now)
    roots = [view for view in reference.categories.values() if view.parent_id is None and view.active]
    groups = [
        (
            pick(root.name),
            [each for each in rows if any(_is_below(code, root.code) for code in each.categories)],
        )
        for root in sorted(roots, key=lambda view: view.position)
    ]
    context = {"reference": reference, "now": now, "groups": [each for each in groups if each[1]]}
    return page(request, "penalties/index.html", context)


def _is_below(code: str, root: str) -> bool:
    return code == root or code.startswith(f"{root}.")
