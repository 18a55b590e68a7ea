"""A report's own page, for everyone and for its reporter. What they may do there: `actions.py`."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode
from uuid import uuid4

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from service.domain.city.danger_words import find_danger
from service.domain.city.questions import answer_words
from service.domain.city.reference import Reference
from service.domain.kernel.codes import LONGEST, tidy_code
from service.domain.queries.tracking import Tracking, read_tracking
from service.domain.queries.views import PhotoLinks, ReportView
from service.domain.reports.access import Asker, find_report
from service.domain.reports.photos import photo_links
from service.domain.rules.standing_words import deadline_words
from service.errors import AppError, NotFound, Unauthenticated
from service.i18n import N_, pick, translate
from service.models import DONE
from service.pages.shared.keeping import forget_report, keep_secret, kept_secret, remember
from service.pages.shared.kinds import FLAG_WORDS
from service.pages.shared.story import tell_story
from service.rendering.engine import page
from service.sending.channels import CHANNELS, offered
from service.sending.push import push_key
from service.web.dependencies import NowDep, ReferenceDep, Resources, ResourcesDep, SessionDep
from service.web.viewer import ViewerDep

router = APIRouter()

BROKEN_LINK = "broken"
"""In the address of a page that a link with an incomplete secret led to."""

AGAIN_ZOOM = 17

_AROUND_SECRET = re.compile(r"^[^A-Za-z0-9_-]+|[^A-Za-z0-9_-]+$")


@router.get("/r")
async def look_up(code: Annotated[str, Query(max_length=LONGEST)] = "") -> Response:
    """Redirect to the page of the code that was typed. Raises NotFound for what is no code."""
    tidy = tidy_code(code)
    if tidy is None:
        raise NotFound(N_("Mã phản ánh chưa đúng. Mã có dạng như HUE-7K3M-92."))
    return RedirectResponse(f"/r/{tidy}", status_code=303)


@router.get("/r/{code}")
async def track(
    request: Request,
    code: str,
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    viewer: ViewerDep,
    now: NowDep,
    s: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """The report's page; a secret in the address goes into a cookie of this page at once."""
    tidy = tidy_code(code)
    if tidy is None:
        raise NotFound(N_("Không có phản ánh này. Hãy xem lại mã."))
    if s or tidy != code:
        return await _move_secret(request, session, resources, tidy, s, now)
    asker = (
        viewer.asker if viewer.account else Asker(secret=kept_secret(request), key=resources.settings.secret)
    )
    try:
        tracking = await session.run_sync(
            read_tracking, reference, resources.rulebook, CHANNELS, asker, tidy, now=now, public_url=""
        )
    except Unauthenticated:
        # The cookie of another installation, or of a report that went: the page is there for everyone.
        response = RedirectResponse(f"/r/{tidy}", status_code=303)
        forget_report(request, response, resources, tidy)
        return response
    return draw(request, reference, now, tracking)


def draw(
    request: Request,
    reference: Reference,
    now: datetime,
    tracking: Tracking,
    error: AppError | None = None,
    failed: str = "",
) -> Response:
    """The page or its live part; `failed` names the form that was refused, `error` says why."""
    resources: Resources = request.app.state.resources
    view = tracking.view
    filled = {
        "new_id": str(uuid4()),
        "report": view,
        "role": tracking.role,
        "own": tracking.own,
        "may": tracking.may,
        "original": tracking.original_code,
        "finished_at": tracking.finished_at,
        "deadline": deadline_words(tracking.standing),
        "story": tell_story(tracking.events, tracking.comments, view.photos),
        "pair": before_and_after(view),
        "place": place_words(view),
        "watches": tracking.watches,
        "waiting": [photo_links(each, "") for each in tracking.waiting],
        "known_channels": CHANNELS,
        "channels": offered(resources.settings),
        "push_key": push_key(resources.settings),
        "told": request.query_params.get("told", ""),
        "asked": request.query_params,
        "danger": find_danger(reference.config, view.description) if "new" in request.query_params else (),
        "again": f"/report?{urlencode(again_fields(view))}",
        "answers": answer_words(reference, tracking.own.attributes, view.category) if tracking.own else (),
        "share": f"{resources.settings.public_url.rstrip('/')}/r/{view.code}",
        "title": pick(reference.category_by_code[view.category].name),
        "reference": reference,
        "now": now,
        "new": "new" in request.query_params,
        "lost": request.query_params.get("lost", ""),
        "broken_link": BROKEN_LINK in request.query_params,
        "error": error,
        "failed": failed,
        "fields": error.errors if error else (),
        "islands": ["citizens/track.ts"],
        "flag_choices": [(kind, translate(words)) for kind, words in FLAG_WORDS.items()],
        "flagged": request.query_params.get("done") == "flag",
    }
    status = error.status if error else 200
    return page(request, "track/index.html", filled, part="track/_live.html", status=status)


def again_fields(view: ReportView) -> dict[str, str | float]:
    """Return what the next report may begin with, without scripts; a phone knows more by the code."""
    place: dict[str, str | float] = {
        "lon": view.location.lon,
        "lat": view.location.lat,
        "z": AGAIN_ZOOM,
        "step": "form",
    }
    return {"again": view.code, "category": view.category, **place, "address": view.address}


def before_and_after(view: ReportView) -> tuple[PhotoLinks, PhotoLinks] | None:
    """The first photo of the report beside the last that proves the work; None while it is not done."""
    if view.status not in DONE:
        return None
    before = [photo for photo in view.photos if photo.kind == "report"]
    after = [photo for photo in view.photos if photo.kind == "evidence"]
    return (before[0], after[-1]) if before and after else None


def place_words(view: ReportView) -> str:
    """Address and ward in one line; empty while neither is known."""
    return ", ".join(part for part in (view.address, view.ward.name if view.ward else "") if part)


async def _move_secret(
    request: Request, session: AsyncSession, resources: Resources, code: str, secret: str, now: datetime
) -> Response:
    """To the address without the secret; of one that opens nothing, to the public page, which says so.

    Mail programmes and messengers cut links short, or take the sentence's full stop for a part of them.
    """
    rest = request.url.remove_query_params(["s"]).query
    secret = _AROUND_SECRET.sub("", secret)
    if secret:
        asker = Asker(secret=secret, key=resources.settings.secret)
        try:
            await session.run_sync(find_report, asker, code, now=now)
        except Unauthenticated:
            return RedirectResponse(f"/r/{code}?{BROKEN_LINK}=1", status_code=303)
    response = RedirectResponse(f"/r/{code}{f'?{rest}' if rest else ''}", status_code=303)
    if secret:
        keep_secret(request, response, resources, code, secret)
    else:
        remember(request, response, resources, code)
    return response
