"""The links of messages: how often one is told, or no more; and the question whether an address agrees."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from service.domain.notices import confirmation, unsubscription
from service.domain.notices.alerts import as_alert
from service.domain.notices.links import read_token
from service.pages.messages.links import row_of_link
from service.rendering.engine import page
from service.sending.channels import CHANNELS
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep, SessionDep
from service.web.rates import allow

router = APIRouter()


@router.get("/n/{token}")
async def choices(
    request: Request,
    token: str,
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    now: NowDep,
) -> Response:
    """Show how things stand for who got the message, and what they may choose."""
    message_id = row_of_link(resources, "message", token)
    found = await session.run_sync(unsubscription.choices_of_message, CHANNELS, message_id)
    alert = as_alert(CHANNELS, reference, found.alert) if found.alert else None
    context = {
        "reference": reference,
        "now": now,
        "standing": found,
        "known_channels": CHANNELS,
        "alert": alert,
        "token": token,
        "done": request.query_params.get("done", ""),
    }
    return page(request, "alerts/choices.html", context)


@router.post("/n/{token}")
async def choose(
    request: Request,
    token: str,
    session: SessionDep,
    resources: ResourcesDep,
    now: NowDep,
    scope: Annotated[str, Form(max_length=10)] = "",
    pace: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Keep the choice. The link itself is the permission: mail programmes post here without any page.

    Their one click (RFC 8058) says neither scope nor pace, and ends what the message was about.
    """
    await allow(request, resources, "participate")
    message_id = row_of_link(resources, "message", token)
    if not pace:
        await session.run_sync(unsubscription.stop_notices, message_id, now)
        return Response(status_code=204)
    await session.run_sync(unsubscription.set_pace, message_id, scope, pace, now)
    return RedirectResponse(f"/n/{token}?done=1", status_code=303)


@router.get("/alerts/confirm/{token}")
async def question(
    request: Request,
    token: str,
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    now: NowDep,
) -> Response:
    """Show what is to be confirmed. Opening the link confirms nothing: programmes open links too."""
    question = read_token(resources.settings.secret, "question", token)
    if question is not None:
        _, change = await session.run_sync(confirmation.find_question, question)
        confirmed = await session.run_sync(confirmation.is_confirmed, question)
    else:
        change = await session.run_sync(
            confirmation.find_subscription, row_of_link(resources, "confirm", token)
        )
        confirmed = change.confirmed_at is not None
    context = {
        "reference": reference,
        "now": now,
        "alert": as_alert(CHANNELS, reference, change),
        "about_report": change.report_id is not None,
        "confirmed": confirmed,
        "token": token,
    }
    return page(request, "alerts/confirm.html", context)


@router.post("/alerts/confirm/{token}")
async def agree(
    request: Request, token: str, session: SessionDep, resources: ResourcesDep, now: NowDep
) -> Response:
    """Yes. The link is the permission."""
    await allow(request, resources, "participate")
    if (question := read_token(resources.settings.secret, "question", token)) is not None:
        await session.run_sync(confirmation.confirm_subscription, question, now)
    else:
        await session.run_sync(confirmation.confirm, row_of_link(resources, "confirm", token), now)
    return RedirectResponse(f"/alerts/confirm/{token}", status_code=303)
