"""Help: what can be done here, what is public, what is stored, and the page that is shown offline."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.pages.shared.visit import PageVisitDep
from service.rendering.engine import page
from service.web.dependencies import ReferenceDep

router = APIRouter()

Topic = Literal["how", "public", "privacy", "accessibility"]


@router.get("/help")
async def index(request: Request, reference: ReferenceDep) -> Response:
    """Everything else: help, feed, figures, language and colours."""
    return page(request, "help/index.html", {"reference": reference})


@router.get("/help/{topic}")
async def topic(visit: PageVisitDep, topic: Topic) -> Response:
    """Show one help page."""
    return page(visit.request, f"help/{topic}.html", {"reference": visit.reference, "now": visit.now})


@router.get("/offline")
async def offline(request: Request, reference: ReferenceDep) -> Response:
    """Show what the service worker shows in place of a page it does not keep."""
    return page(request, "offline/index.html", {"reference": reference})
