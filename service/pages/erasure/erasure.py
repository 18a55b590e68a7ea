"""Erasing what is personal for somebody who calls or writes: coordinators and administrators."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from service.db import async_unit_of_work
from service.domain.city.reference import Reference
from service.domain.privacy.erasure import ERASERS, Erasure, ErasureCounts, erase
from service.errors import AppError, invalid
from service.i18n import N_
from service.pages.shared.forms import FormDep, read
from service.pages.staff.staffroom import only, surroundings
from service.rendering.engine import page
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep, WakeAfter
from service.web.takedown import ClearAfter
from service.web.viewer import Colleague

router = APIRouter()

EraserDep = Annotated[Colleague, Depends(only(*sorted(ERASERS)))]


@router.get("/erasure")
async def form(request: Request, reference: ReferenceDep, now: NowDep, staff: EraserDep) -> Response:
    """The form."""
    return _draw(request, reference, now, staff, dict(request.query_params))


@router.post("/erasure", dependencies=[WakeAfter, ClearAfter])
async def act(
    request: Request,
    resources: ResourcesDep,
    reference: ReferenceDep,
    now: NowDep,
    staff: EraserDep,
    sent: FormDep,
) -> Response:
    """Erase, and say what was there."""
    typed = {name: sent.text(name) for name in ("code", "reason", "words")}
    try:
        if "sure" not in sent:
            raise invalid(["sure"], N_("Hãy đánh dấu để xác nhận."))
        change = read(Erasure, {"reason": typed["reason"], "words": "true" if typed["words"] else "false"})
        async with async_unit_of_work(resources.engine) as session:
            erased = await session.run_sync(erase, staff.asker, typed["code"], change, now)
    except AppError as error:
        return _draw(request, reference, now, staff, typed, error=error)
    return _draw(request, reference, now, staff, {}, erased=erased, code=typed["code"])


def _draw(
    request: Request,
    reference: Reference,
    now: datetime,
    staff: Colleague,
    typed: Mapping[str, str],
    *,
    erased: ErasureCounts | None = None,
    code: str = "",
    error: AppError | None = None,
) -> Response:
    context = {
        **surroundings(staff, reference, now),
        "typed": {
            "code": typed.get("code", ""),
            "reason": typed.get("reason", ""),
            "words": bool(typed.get("words")),
        },
        "erased": erased,
        "code": code,
        "error": error,
        "fields": error.errors if error else (),
    }
    return page(request, "erasure/index.html", context, status=error.status if error else 200)
