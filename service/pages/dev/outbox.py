"""Outbox of the demo, word for word; only where the demo is on, and only at this very machine."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from service.domain.notices.outbox import read_html, read_outbox
from service.errors import NotFound
from service.i18n import N_
from service.pages.dev.only_demo import OnlyDemo
from service.pages.shared.visit import PageVisitDep
from service.rendering.engine import page
from service.sending.channels import CHANNELS
from service.web.dependencies import ResourcesDep, SessionDep

router = APIRouter(dependencies=[OnlyDemo])

MAIL_CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'self'; "
    "base-uri 'none'"
)
"""An e-mail brings its own style; nothing in it runs, loads or leaves its frame."""


@router.get("/dev/outbox")
async def outbox(
    visit: PageVisitDep, session: SessionDep, channel: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """The newest messages with what became of them."""
    context = {
        "reference": visit.reference,
        "now": visit.now,
        "messages": await session.run_sync(read_outbox, channel),
        "channel": channel,
        "known_channels": CHANNELS,
    }
    return page(visit.request, "dev/outbox.html", context, part="dev/_outbox.html")


@router.get("/dev/outbox/{message}")
async def letter(request: Request, session: SessionDep, resources: ResourcesDep, message: UUID) -> Response:
    """Show one e-mail as a mail programme shows it."""
    html = await session.run_sync(read_html, message)
    if html is None:
        raise NotFound(N_("Không có thư này."))
    headers = {"content-security-policy": MAIL_CSP, "x-frame-options": "SAMEORIGIN"}
    return HTMLResponse(html, headers=headers)
