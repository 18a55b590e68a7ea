"""One's own reports on this phone: those sent, by their codes; those that wait are the island's."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.deps import NowDep, ReferenceDep, SessionDep
from service.domain.queries.keepsakes import reports_by_code
from service.pages.cards import card
from service.pages.keeping import kept_codes
from service.rendering import page

router = APIRouter()


@router.get("/mine")
async def mine(request: Request, session: SessionDep, reference: ReferenceDep, now: NowDep) -> Response:
    """Reports sent or followed from here, newest first; what is not public yet by its code alone."""
    codes = kept_codes(request)
    views = await session.run_sync(reports_by_code, reference, codes, now=now, public_url="")
    shown = {view.code for view in views}
    context = {
        "reference": reference,
        "now": now,
        "reports": [card(reference, view) for view in views],
        "unseen": [code for code in codes if code not in shown],
        "islands": ["mine.ts"],
    }
    return page(request, "mine/index.html", context)
