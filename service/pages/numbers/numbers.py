"""Telephone numbers of advertisements: those that wait, the register, one with its places."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from service.domain.number_cases.monthly import REPORTERS
from service.domain.number_cases.old_lists.imports import KEEPERS
from service.domain.number_cases.views import NumberState, RegisteredNumber, list_register
from service.domain.numbers import sightings
from service.domain.numbers.crops import Crop, find_crop
from service.domain.numbers.number_lists import list_numbers, waiting_numbers
from service.domain.numbers.rights import DECIDE, SEES_REQUESTS
from service.domain.works.actions import ActionContext
from service.errors import AppError, NotFound
from service.i18n import N_
from service.pages.case.numbers import read_decision
from service.pages.shared.forms import FormDep, SentForm
from service.pages.shared.visit import StaffVisit
from service.pages.staff.staffroom import draw_staff_page, visit_of
from service.rendering.number_crop import cut_crop
from service.storage import Storage, StorageUnavailable
from service.web.dependencies import WakeAfter
from service.web.paths import LongRowId

router = APIRouter(dependencies=[WakeAfter])

NumbersVisit = Annotated[StaffVisit, visit_of("/numbers")]


class NumbersQuery(BaseModel):
    """A part of a number that is searched."""

    q: Annotated[str, Field(max_length=40)] = ""


@router.get("/numbers")
async def index(visit: NumbersVisit, query: Annotated[NumbersQuery, Query()]) -> Response:
    """Show the numbers that wait, and those that were seen."""
    return await _draw(visit, query.q.strip())


@router.post("/numbers/decision")
async def decision(visit: NumbersVisit, form: FormDep) -> Response:
    """Confirm, correct or refuse a number that waits. A script is told only that it is done."""
    try:
        sighting = form.whole("sighting")
        await visit.run(
            sightings.decide_sighting, visit.staff.asker, sighting, read_decision(form), now=visit.now
        )
    except AppError as error:
        return await _draw(visit, "", form, error)
    return Response(status_code=204) if visit.by_script else RedirectResponse("/numbers", status_code=303)


@router.get("/numbers/crops/{sighting_id}")
async def crop(visit: NumbersVisit, sighting_id: LongRowId) -> Response:
    """Show the part of the photo on which a number stands; nobody keeps it."""
    found = await visit.run(find_crop, visit.staff.asker, sighting_id, now=visit.now)
    async with visit.resources.response_cache.light.turn():
        picture = await asyncio.to_thread(cut_stored, visit.resources.storage, found)
    if picture is None:
        raise NotFound(N_("Không có ảnh này."))
    headers = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
    return Response(picture, media_type="image/jpeg", headers=headers)


def cut_stored(storage: Storage, found: Crop) -> bytes | None:
    """Return the crop as a picture; None where the photo is gone."""
    try:
        return cut_crop(storage.get(found.key), found.corners)
    except (FileNotFoundError, StorageUnavailable):
        return None


async def _stages(visit: StaffVisit) -> list[tuple[str, Sequence[RegisteredNumber]]]:
    """Return the numbers by what is to be done with them; stages without any are left out."""
    names: tuple[tuple[NumberState, str], ...] = (
        ("todo", N_("Cần lập hồ sơ")),
        ("open", N_("Mới lập hồ sơ")),
        ("invited", N_("Đang mời làm việc")),
        ("to_suspend", N_("Chờ tạm ngừng")),
        ("suspended", N_("Đang tạm ngừng")),
    )

    def run(ctx: ActionContext) -> list[tuple[str, Sequence[RegisteredNumber]]]:
        return [(name, rows) for state, name in names if (rows := list_register(ctx, state))]

    return await visit.act(run)


async def _draw(
    visit: StaffVisit, part: str, sent: SentForm | None = None, error: AppError | None = None
) -> Response:
    waiting = await visit.run(waiting_numbers, visit.reference, visit.staff.actor)
    filled = {
        "waiting": waiting,
        "decides": visit.staff.actor.role in DECIDE,
        "reports_month": visit.staff.actor.role in REPORTERS,
        "keeps_old": visit.staff.actor.role in KEEPERS,
        "sees_requests": visit.staff.actor.role in SEES_REQUESTS,
        "found": await visit.run(list_numbers, visit.staff.actor, part),
        "stages": await _stages(visit) if not part else [],
        "part": part,
        "typed": (sent.text("sighting"), sent.text("number")) if sent else ("", ""),
    }
    return draw_staff_page(visit, "numbers/index.html", filled, "staff/numbers.ts", error=error)
