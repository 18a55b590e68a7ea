"""Erasing what is personal for somebody who calls or writes: coordinators and administrators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from service.domain.privacy.erasure import ERASERS, Erasure, ErasureCounts, erase
from service.errors import AppError, invalid
from service.i18n import N_
from service.pages.shared.forms import FormDep, read
from service.pages.shared.visit import StaffVisit
from service.pages.staff.staffroom import draw_staff_page, visit_by
from service.web.dependencies import WakeAfter
from service.web.takedown import ClearAfter

router = APIRouter()

EraserVisit = Annotated[StaffVisit, visit_by(*ERASERS)]


@router.get("/erasure")
async def form(visit: EraserVisit) -> Response:
    """The form."""
    return _draw(visit, dict(visit.request.query_params))


@router.post("/erasure", dependencies=[WakeAfter, ClearAfter])
async def act(visit: EraserVisit, sent: FormDep) -> Response:
    """Erase, and say what was there."""
    typed = {name: sent.text(name) for name in ("code", "reason", "words")}
    try:
        if "sure" not in sent:
            raise invalid(["sure"], N_("Hãy đánh dấu để xác nhận."))
        change = read(Erasure, {"reason": typed["reason"], "words": "true" if typed["words"] else "false"})
        erased = await visit.run(erase, visit.staff.asker, typed["code"], change, visit.now)
    except AppError as error:
        return _draw(visit, typed, error=error)
    return _draw(visit, {}, erased=erased, code=typed["code"])


def _draw(
    visit: StaffVisit,
    typed: Mapping[str, str],
    *,
    erased: ErasureCounts | None = None,
    code: str = "",
    error: AppError | None = None,
) -> Response:
    context = {
        "typed": {
            "code": typed.get("code", ""),
            "reason": typed.get("reason", ""),
            "words": bool(typed.get("words")),
        },
        "erased": erased,
        "code": code,
    }
    return draw_staff_page(visit, "erasure/index.html", context, error=error)
