"""Push notices of one's own sign-up: this browser is told, or no more."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import RedirectResponse, Response

from service.db import async_unit_of_work
from service.domain.cleanups.push_reminders import remind_by_push
from service.domain.people.devices import Browser
from service.i18n import language_in_use
from service.pages.cleanups.own_link import OwnLink, signup_of_link
from service.pages.shared.forms import FormDep, read
from service.pages.shared.visit import PageVisitDep
from service.web.rates import allow

router = APIRouter()


@router.post("/cleanups/{code}/me/push")
async def choose_push(
    visit: PageVisitDep, code: str, sent: FormDep, link: Annotated[OwnLink, Query()]
) -> Response:
    """Remind in this browser; without a subscription in the form, in none any more."""
    await allow(visit.request, visit.resources, "participate")
    signup_id = signup_of_link(visit.resources, link)
    names = ("endpoint", "p256dh", "auth")
    wanted = sent.text("what") != "stop"
    browser = read(Browser, {name: sent.text(name) for name in names}) if wanted else None
    language = language_in_use.get()

    async with async_unit_of_work(visit.resources.engine) as session:
        await session.run_sync(
            lambda s: remind_by_push(
                s, visit.reference, code, signup_id, browser, language=language, now=visit.now
            )
        )
    done = "pushed" if wanted else "unpushed"
    return RedirectResponse(f"/cleanups/{code}/me?t={link.t}&m={link.m}&done={done}", status_code=303)
