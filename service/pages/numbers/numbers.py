"""Telephone numbers of advertisements: those that wait, the register, one with its places."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from service.domain.numbers import sightings
from service.domain.numbers.browsing import list_numbers, number_file, waiting_numbers
from service.domain.numbers.crops import Crop, find_crop
from service.domain.numbers.rights import DECIDE
from service.domain.numbers.telephones import of_e164
from service.errors import AppError, NotFound
from service.i18n import N_
from service.pages.case.numbers import read_decision
from service.pages.shared.forms import FormDep, SentForm
from service.pages.shared.visit import StaffVisit
from service.pages.staff.staffroom import surroundings, visit_of
from service.rendering.engine import page
from service.rendering.number_crop import cut_crop
from service.storage import Storage, StorageUnavailable
from service.web.dependencies import WakeAfter

router = APIRouter(dependencies=[WakeAfter])

NumbersVisit = Annotated[StaffVisit, visit_of("/numbers")]
RowId = Annotated[int, Path(ge=1, lt=2**62)]


class NumbersQuery(BaseModel):
    """A part of a number that is searched."""

    q: Annotated[str, Field(max_length=40)] = ""


@router.get("/numbers")
async def index(visit: NumbersVisit, asked: Annotated[NumbersQuery, Query()]) -> Response:
    """Show the numbers that wait, and those that were seen."""
    return await _draw(visit, asked.q.strip())


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
async def crop(visit: NumbersVisit, sighting_id: RowId) -> Response:
    """Show the part of the photo on which a number stands; nobody keeps it."""
    found = await visit.run(find_crop, visit.staff.asker, sighting_id, now=visit.now)
    async with visit.resources.response_cache.light.turn():
        picture = await asyncio.to_thread(_cut, visit.resources.storage, found)
    if picture is None:
        raise NotFound(N_("Không có ảnh này."))
    headers = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
    return Response(picture, media_type="image/jpeg", headers=headers)


@router.get("/numbers/{number_id}")
async def show(visit: NumbersVisit, number_id: RowId) -> Response:
    """Show one number, where it was seen and what was said of it."""
    file = await visit.run(number_file, visit.reference, visit.staff.actor, number_id)
    told = sorted(
        (each for each in file.items if each.view.decided_at),
        key=lambda each: each.view.decided_at or visit.now,
        reverse=True,
    )
    filled = {
        **surroundings(visit.staff, visit.reference, visit.now),
        "file": file,
        "carrier": of_e164(file.number.e164).carrier,
        "story": told,
    }
    return page(visit.request, "numbers/number.html", filled)


def _cut(storage: Storage, found: Crop) -> bytes | None:
    try:
        return cut_crop(storage.get(found.key), found.corners)
    except (FileNotFoundError, StorageUnavailable):
        return None


async def _draw(
    visit: StaffVisit, part: str, sent: SentForm | None = None, error: AppError | None = None
) -> Response:
    waiting = await visit.run(waiting_numbers, visit.reference, visit.staff.actor)
    filled = {
        **surroundings(visit.staff, visit.reference, visit.now, "staff/numbers.ts"),
        "waiting": waiting,
        "decides": visit.staff.actor.role in DECIDE,
        "found": await visit.run(list_numbers, visit.staff.actor, part),
        "part": part,
        "typed": (sent.text("sighting"), sent.text("number")) if sent else ("", ""),
        "error": error,
    }
    return page(visit.request, "numbers/index.html", filled, status=error.status if error else 200)
