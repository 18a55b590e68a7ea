"""Numbers that are made known, for everybody: the list, masked, and the form of an objection."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from uuid import uuid4

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from service.db import DomainSession
from service.domain.city.city import load_calendar
from service.domain.number_cases.forms import NewObjection
from service.domain.number_cases.photo_links import find_linked_crop
from service.domain.number_cases.publicity.listings import ListedNumber, listed_numbers
from service.domain.number_cases.publicity.objections import object_to_listing
from service.domain.reports.access import ANYONE
from service.domain.works.actions import ActionContext
from service.errors import AppError, NotFound
from service.i18n import N_
from service.pages.numbers.numbers import cut_stored
from service.pages.shared.forms import Fields, FormDep, SentForm, read
from service.pages.shared.visit import PageVisit, PageVisitDep
from service.rendering.engine import page
from service.web.rates import allow

router = APIRouter()

_UNKEPT = {
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


@router.get("/numbers/listed")
async def listed(visit: PageVisitDep) -> Response:
    """Show the numbers that are made known now; nobody keeps the page."""

    def run(session: DomainSession) -> list[ListedNumber]:
        calendar = load_calendar(session, visit.reference)
        return list(listed_numbers(ActionContext(session, visit.reference, calendar, ANYONE, visit.now)))

    return _page(visit, "numbers/listed.html", {"listed": await visit.run(run)})


@router.get("/numbers/photos/{token}")
async def linked_photo(visit: PageVisitDep, token: str) -> Response:
    """Show whoever has the link of an annex the number on its poster, and nothing else of the photo."""
    await allow(visit.request, visit.resources, "number_photo")
    key = visit.resources.settings.secret
    found = await visit.run(find_linked_crop, visit.reference, key, token, visit.now)
    async with visit.resources.response_cache.light.turn():
        picture = await asyncio.to_thread(cut_stored, visit.resources.storage, found)
    if picture is None:
        raise NotFound(N_("Không có ảnh này."))
    return Response(picture, media_type="image/jpeg", headers=_UNKEPT)


@router.get("/numbers/objection")
async def objection(visit: PageVisitDep) -> Response:
    """Show the form of an objection."""
    return _form(visit)


@router.post("/numbers/objection")
async def send_objection(visit: PageVisitDep, form: FormDep) -> Response:
    """Keep an objection. What is answered is the same for every number."""
    await allow(visit.request, visit.resources, "object")
    key = visit.resources.settings.secret
    sent = {name: form.text(name) for name in ("id", "number", "words", "contact")}

    def run(session: DomainSession) -> None:
        calendar = load_calendar(session, visit.reference)
        body = read(NewObjection, sent)
        object_to_listing(session, visit.reference, calendar, key, body, visit.now)

    try:
        await visit.run(run)
    except AppError as error:
        return _form(visit, form, error)
    return RedirectResponse("/numbers/objection?done=1", status_code=303)


def _form(visit: PageVisit, sent: SentForm | None = None, error: AppError | None = None) -> Response:
    context = {
        "typed": sent.fields() if sent else Fields({"id": str(uuid4())}),
        "error": error,
        "done": visit.request.query_params.get("done") == "1" and error is None,
        "days": visit.reference.config.numbers.objection_days,
    }
    return _page(visit, "numbers/objection.html", context)


def _page(visit: PageVisit, template: str, context: Mapping[str, object]) -> Response:
    shown = {"reference": visit.reference, "now": visit.now, **context}
    answer = page(visit.request, template, shown)
    answer.headers.update({"Cache-Control": "no-cache", "X-Robots-Tag": "noindex, nofollow"})
    return answer
