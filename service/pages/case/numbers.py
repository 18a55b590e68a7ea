"""Telephone numbers on a case's advertisement: what a colleague says of them."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from service.domain.numbers import sightings
from service.domain.numbers.sightings import NumberSeen, SightingDecision
from service.pages.case.actions import WorkDep, take_act
from service.pages.shared.forms import SentForm, read
from service.web.dependencies import WakeAfter

router = APIRouter(dependencies=[WakeAfter])


@router.post("/case/{code}/number")
async def number(work: WorkDep) -> Response:
    """Confirm, correct or refuse a number that was read, or enter one."""

    async def act() -> str:
        sighting, asker = work.form.number("sighting"), work.staff.asker
        if sighting is None:
            seen = read(NumberSeen, {"number": work.form.text("number")})
            await work.run(sightings.enter_sighting, asker, work.code, seen, now=work.now)
        else:
            await work.run(sightings.decide_sighting, asker, sighting, read_decision(work.form), now=work.now)
        return "number"

    return await take_act(work, "number", act)


def read_decision(form: SentForm) -> SightingDecision:
    """Return what the form of a number says. Raises Invalid."""
    return read(SightingDecision, {"state": form.text("state"), "number": form.text("number") or None})
