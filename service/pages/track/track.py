"""A report's own page, for everyone and for its reporter. What they may do there: `actions.py`."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from service.db import DomainSession
from service.domain.kernel.codes import LONGEST, tidy_code
from service.domain.kernel.follower_secrets import claimed_follower
from service.domain.notices.citizens import known_secret
from service.domain.queries.feed import newest_position
from service.domain.queries.report_news import read_report_news
from service.domain.queries.tracking import Tracking, read_tracking
from service.domain.reports.access import Asker, find_report
from service.errors import NotFound, Unauthenticated
from service.i18n import N_
from service.pages.shared.citizen import CitizenDep
from service.pages.shared.report_secrets import (
    forget_report,
    keep_news,
    keep_secret,
    kept_codes,
    kept_secret,
    mark_seen,
    remember,
)
from service.pages.shared.visit import PageVisit, PageVisitDep
from service.pages.track.drawing import draw
from service.sending.channels import CHANNELS
from service.web.cursors import Cursors
from service.web.dependencies import ReferenceDep, SessionDep
from service.web.viewer import ViewerDep

router = APIRouter()

BROKEN_LINK = "broken"
"""In the address of a page that a link with an incomplete secret led to."""

OWN_PAGE_HEADER = "x-own-report"
"""Lets the service worker keep the page for reading without a network. Of who signed in by a code nothing is
kept: it would outlive the session.
"""

_AROUND_SECRET = re.compile(r"^[^A-Za-z0-9_-]+|[^A-Za-z0-9_-]+$")


@router.get("/r")
async def look_up(reference: ReferenceDep, code: Annotated[str, Query(max_length=LONGEST)] = "") -> Response:
    """Redirect to the page of the code that was typed. Raises NotFound for what is no code."""
    tidy = tidy_code(code, reference.code_prefix)
    if tidy is None:
        raise NotFound(N_("Mã phản ánh chưa đúng. Mã có dạng như HUE-7K3M-92."))
    return RedirectResponse(f"/r/{tidy}", status_code=303)


@router.get("/r/{code}")
async def track(
    visit: PageVisitDep,
    code: str,
    session: SessionDep,
    viewer: ViewerDep,
    citizen: CitizenDep,
    s: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """The report's page; a secret in the address goes into a cookie of this page at once."""
    tidy = tidy_code(code, visit.reference.code_prefix)
    if tidy is None:
        raise NotFound(N_("Không có phản ánh này. Hãy xem lại mã."))
    if s or tidy != code:
        return await _move_secret(visit, session, tidy, s)
    secret = kept_secret(visit.request)
    if citizen is not None and (secret is None or claimed_follower(secret) is not None):
        secret = (
            await session.run_sync(known_secret, visit.resources.settings.secret, citizen, tidy) or secret
        )
    asker = viewer.asker if viewer.account else Asker(secret=secret, key=visit.resources.settings.secret)
    seen_until = await session.run_sync(newest_position)  # first: what happens while we read is told again
    try:
        tracking = await session.run_sync(
            read_tracking,
            visit.reference,
            visit.resources.rulebook,
            CHANNELS,
            asker,
            tidy,
            now=visit.now,
            public_url="",
        )
    except Unauthenticated:
        # The cookie of another installation, or of a report that went: the page is there for everyone.
        response = RedirectResponse(f"/r/{tidy}", status_code=303)
        forget_report(visit.request, response, visit.resources, tidy)
        return response
    cursor = Cursors(visit.resources.settings.secret).seal_position(seen_until)
    drawn = draw(visit.request, visit.reference, visit.now, tracking, cursor=cursor)
    if secret and secret != kept_secret(visit.request) and not viewer.account:
        keep_secret(visit.request, drawn, visit.resources, tidy, secret, own=tracking.role == "reporter")
    if tracking.role in ("reporter", "follower") and citizen is None:
        drawn.headers[OWN_PAGE_HEADER] = "1"
    await _note_seen(visit, drawn, session, tracking)
    return drawn


async def _note_seen(visit: PageVisit, response: Response, session: AsyncSession, tracking: Tracking) -> None:
    """Take the report off what is new for this browser."""
    if tracking.view.code not in kept_codes(visit.request):
        return
    own = tracking.role == "reporter"
    remembered = mark_seen(
        visit.request, response, visit.resources, tracking.view.code, own=own, seen=tracking.newest
    )
    keep_news(visit.request, response, visit.resources, await session.run_sync(read_report_news, remembered))


async def _move_secret(visit: PageVisit, session: AsyncSession, code: str, secret: str) -> Response:
    """Redirect to the address without the secret;
    with one that opens nothing, to the public page, which says so.

    Mail programmes and messengers cut links short, or take the sentence's full stop for a part of them.
    Whoever is the report's sender here stays so, also when they open the link of somebody who follows it.
    """
    rest = visit.request.url.remove_query_params(["s"]).query
    secret = _AROUND_SECRET.sub("", secret)
    response = RedirectResponse(f"/r/{code}{f'?{rest}' if rest else ''}", status_code=303)
    if not secret:
        remember(visit.request, response, visit.resources, code)
        return response
    role = await session.run_sync(_role_of, visit.resources.settings.secret, secret, code, visit.now)
    if role is None:
        return RedirectResponse(f"/r/{code}?{BROKEN_LINK}=1", status_code=303)
    own_secret = kept_secret(visit.request)
    if role != "reporter" and own_secret:
        before = await session.run_sync(
            _role_of, visit.resources.settings.secret, own_secret, code, visit.now
        )
        if before == "reporter":
            secret, role = own_secret, before
    keep_secret(visit.request, response, visit.resources, code, secret, own=role == "reporter")
    return response


def _role_of(session: DomainSession, key: bytes, secret: str, code: str, now: datetime) -> str | None:
    """Return who shows this secret to the report, None where it opens nothing. Raises NotFound."""
    try:
        return find_report(session, Asker(secret=secret, key=key), code, now=now).actor.kind
    except Unauthenticated:
        return None
