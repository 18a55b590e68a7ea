"""Page of the reports sent from this phone: those sent, by their codes; those that wait are the island's."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.domain.notices.citizens import codes_of_reports
from service.domain.queries.my_reports import reports_by_code
from service.pages.shared.cards import card
from service.pages.shared.citizen import CitizenDep
from service.pages.shared.keeping import kept_codes
from service.rendering.engine import page
from service.web.dependencies import NowDep, ReferenceDep, SessionDep

router = APIRouter()


@router.get("/mine")
async def mine(
    request: Request, session: SessionDep, reference: ReferenceDep, now: NowDep, citizen: CitizenDep
) -> Response:
    """Reports sent or followed from here, newest first; what is not public yet by its code alone."""
    codes = kept_codes(request)
    views = await session.run_sync(reports_by_code, reference, codes, now=now, public_url="")
    shown = {view.code for view in views}
    own = list(await session.run_sync(codes_of_reports, citizen)) if citizen else []
    known = await session.run_sync(reports_by_code, reference, own, now=now, public_url="")
    public = {view.code for view in known}
    context = {
        "citizen": citizen,
        "known": [card(reference, view) for view in known],
        "known_unseen": [code for code in own if code not in public],
        "reference": reference,
        "now": now,
        "reports": [card(reference, view) for view in views],
        "unseen": [code for code in codes if code not in shown],
        "islands": ["citizens/mine.ts"],
    }
    # What a service worker keeps outlives the session: of who signed in it must keep nothing.
    headers = {"cache-control": "no-store"} if citizen else {}
    return page(request, "mine/index.html", context, headers=headers)
