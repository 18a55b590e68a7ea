"""Questions to one's own company, each with its report as everybody may read it, and the answer's form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from service.db import DomainSession
from service.domain.city.city import load_calendar
from service.domain.claims.answers import answer_claim
from service.domain.claims.forms import ClaimReply, ClaimsRequest
from service.domain.claims.requests import ask_companies
from service.domain.claims.views import claims_to
from service.domain.reports.photos import photo_links
from service.domain.works.actions import ActionContext
from service.errors import AppError
from service.pages.case.actions import WorkDep, take_act
from service.pages.shared.cable_words import CLAIM_STATES, claim_place
from service.pages.shared.forms import Fields, FormDep, read
from service.pages.shared.visit import StaffVisit, answer_form
from service.pages.staff.staffroom import draw_staff_page, visit_of
from service.web.dependencies import WakeAfter
from service.web.paths import RowId

router = APIRouter(dependencies=[WakeAfter])

ClaimsVisit = Annotated[StaffVisit, visit_of("/claims")]


@router.get("/claims")
async def index(visit: ClaimsVisit) -> Response:
    """Return what the company was asked, what waits first."""
    return await _draw(visit)


@router.post("/claims/{claim_id}")
async def answer(visit: ClaimsVisit, claim_id: RowId, form: FormDep) -> Response:
    """Take the company's answer."""

    def verb(ctx: ActionContext) -> None:
        answer_claim(ctx, claim_id, read(ClaimReply, {name: form.text(name) for name in ("answer", "words")}))

    return await answer_form(
        visit.act(verb), lambda error: _draw(visit, form.fields(), error, claim_id), "/claims?done=1"
    )


@router.post("/case/{code}/claims")
async def ask(work: WorkDep) -> Response:
    """Ask the companies whose the case's cable is."""

    def verb(session: DomainSession) -> None:
        calendar = load_calendar(session, work.reference)
        ctx = ActionContext(session, work.reference, calendar, work.staff.actor, work.now)
        ask_companies(ctx, work.staff.asker, work.code, ClaimsRequest())

    async def act() -> str:
        await work.run(verb)
        return "claims"

    return await take_act(work, "claims", act)


async def _draw(
    visit: StaffVisit,
    typed: Mapping[str, str] | None = None,
    error: AppError | None = None,
    at: int = 0,
) -> Response:
    found = await visit.run(claims_to, visit.reference, visit.staff.actor)
    base = ""
    shown = {
        "waiting": [each for each in found if each.state == "open"],
        "answered": [each for each in found if each.state != "open"],
        "claim_states": CLAIM_STATES,
        "place_of": lambda claim: claim_place(visit.reference, claim),
        "photos_of": lambda claim: [photo_links(each, base) for each in claim.photos],
        "kind_of": lambda claim: visit.reference.categories[claim.category_id],
        "typed": typed or Fields(),
        "at": at,
    }
    return draw_staff_page(visit, "claims/index.html", shown, error=error)
