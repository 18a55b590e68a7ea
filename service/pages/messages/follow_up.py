"""The question whether a closed report's place is still well, answered by the link in its message."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response

from service.domain.casework.passing_time.follow_up import FollowUpForm
from service.domain.notices.follow_up import answer_by_letter, find_follow_up
from service.i18n import pick
from service.pages.messages.links import row_of_link
from service.pages.shared.forms import read
from service.pages.shared.visit import PageVisitDep
from service.rendering.engine import page
from service.web.dependencies import SessionDep, WakeAfter
from service.web.rates import allow

router = APIRouter(dependencies=[WakeAfter])

ANSWERS = ("true", "false")


@router.get("/n/{token}/lasts")
async def question(visit: PageVisitDep, token: str, session: SessionDep, lasts: str = "") -> Response:
    """Show the question, the answer of the link first. Opening the link answers nothing by itself: programmes
    open links too. A script of the page sends it once somebody looks.
    """
    message_id = row_of_link(visit.resources, "message", token)
    found = await session.run_sync(find_follow_up, visit.resources.settings.secret, message_id)
    context = {
        "reference": visit.reference,
        "now": visit.now,
        "token": token,
        "report": found,
        "title": pick(visit.reference.categories[found.category_id].name),
        "chosen": lasts if lasts in ANSWERS else "",
        "islands": ["citizens/answer.ts"],
    }
    return page(visit.request, "alerts/follow_up.html", context, headers={"cache-control": "no-store"})


@router.post("/n/{token}/lasts")
async def answer(
    visit: PageVisitDep, token: str, session: SessionDep, lasts: Annotated[str, Form(max_length=10)] = ""
) -> Response:
    """Keep the answer, and go on to the report's page, which offers what can be done.

    The link is the permission.
    """
    await allow(visit.request, visit.resources, "participate")
    message_id = row_of_link(visit.resources, "message", token)
    found = await session.run_sync(find_follow_up, visit.resources.settings.secret, message_id)
    sent = read(FollowUpForm, {"lasts": lasts})
    await session.run_sync(answer_by_letter, visit.reference, message_id, sent, visit.now)
    secret = f"&s={found.secret}" if found.secret else ""
    return RedirectResponse(f"/r/{found.code}?done=lasts{secret}#follow-up", status_code=303)
