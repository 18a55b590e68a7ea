"""The links of messages: how often one is told, or no more; and the question whether an address agrees."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response

from service.domain.notices import confirmation, unsubscription
from service.domain.notices.alerts import as_alert
from service.domain.notices.links import read_token
from service.pages.messages.links import row_of_link
from service.pages.shared.visit import PageVisitDep
from service.rendering.engine import page
from service.sending.channels import CHANNELS
from service.web.dependencies import SessionDep
from service.web.rates import allow

router = APIRouter()


@router.get("/n/{token}")
async def choices(visit: PageVisitDep, token: str, session: SessionDep) -> Response:
    """Show how things stand for who got the message, and what they may choose."""
    message_id = row_of_link(visit.resources, "message", token)
    found = await session.run_sync(unsubscription.choices_of_message, CHANNELS, message_id)
    alert = as_alert(CHANNELS, visit.reference, found.alert) if found.alert else None
    context = {
        "reference": visit.reference,
        "now": visit.now,
        "standing": found,
        "known_channels": CHANNELS,
        "alert": alert,
        "token": token,
        "done": visit.request.query_params.get("done", ""),
    }
    return page(visit.request, "alerts/choices.html", context)


@router.post("/n/{token}")
async def choose(
    visit: PageVisitDep,
    token: str,
    session: SessionDep,
    scope: Annotated[str, Form(max_length=10)] = "",
    pace: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Keep the choice. The link itself is the permission: mail programmes post here without any page.

    Their one click (RFC 8058) says neither scope nor pace, and ends what the message was about.
    """
    await allow(visit.request, visit.resources, "participate")
    message_id = row_of_link(visit.resources, "message", token)
    if not pace:
        await session.run_sync(unsubscription.stop_notices, message_id, visit.now)
        return Response(status_code=204)
    await session.run_sync(unsubscription.set_pace, message_id, scope, pace, visit.now)
    return RedirectResponse(f"/n/{token}?done=1", status_code=303)


@router.get("/alerts/confirm/{token}")
async def question(visit: PageVisitDep, token: str, session: SessionDep) -> Response:
    """Show what is to be confirmed. Opening the link confirms nothing: programmes open links too."""
    question = read_token(visit.resources.settings.secret, "question", token)
    if question is not None:
        _, change = await session.run_sync(confirmation.find_question, question)
        confirmed = await session.run_sync(confirmation.is_confirmed, question)
    else:
        change = await session.run_sync(
            confirmation.find_subscription, row_of_link(visit.resources, "confirm", token)
        )
        confirmed = change.confirmed_at is not None
    context = {
        "reference": visit.reference,
        "now": visit.now,
        "alert": as_alert(CHANNELS, visit.reference, change),
        "about_report": change.report_id is not None,
        "confirmed": confirmed,
        "token": token,
    }
    return page(visit.request, "alerts/confirm.html", context)


@router.post("/alerts/confirm/{token}")
async def agree(visit: PageVisitDep, token: str, session: SessionDep) -> Response:
    """Yes. The link is the permission."""
    await allow(visit.request, visit.resources, "participate")
    if (question := read_token(visit.resources.settings.secret, "question", token)) is not None:
        await session.run_sync(confirmation.confirm_subscription, question, visit.now)
    else:
        await session.run_sync(
            confirmation.confirm, row_of_link(visit.resources, "confirm", token), visit.now
        )
    return RedirectResponse(f"/alerts/confirm/{token}", status_code=303)
