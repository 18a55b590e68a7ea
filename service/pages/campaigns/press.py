"""A campaign for the press: one text file with figures, words and the addresses of photos."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from service.domain.cleanups.campaigns.campaigns import find_campaign
from service.domain.cleanups.campaigns.figures import view_campaign
from service.domain.cleanups.gifts.contribution_views import gifts_of_campaign
from service.domain.cleanups.praise.praise_views import list_praise
from service.domain.reports.photos import media_url
from service.i18n import pick
from service.i18n.wording import exact
from service.pages.shared.visit import PageVisitDep
from service.rendering.engine import environment
from service.web.caching import made_for, reply
from service.web.dependencies import SessionDep, WithWorks

router = APIRouter(dependencies=[WithWorks])

AGE_S = 60
PRAISED = 10


@router.get("/campaigns/{slug}/press.txt")
async def press_file(visit: PageVisitDep, slug: str, session: SessionDep) -> Response:
    """Return the file, counted at this moment, in the reader's language."""
    campaign = await session.run_sync(find_campaign, slug)
    view = await session.run_sync(view_campaign, visit.reference, campaign, visit.now)
    praise = await session.run_sync(list_praise, visit.reference, campaign.first, campaign.last)
    totals, _ = await session.run_sync(gifts_of_campaign, visit.reference, campaign)
    base = visit.resources.settings.public_url.rstrip("/")
    context = {
        "gifts": totals,
        "campaign": campaign,
        "title": pick(campaign.title),
        "lead": pick(campaign.lead),
        "first": f"{campaign.first:%d/%m/%Y}",
        "last": f"{campaign.last:%d/%m/%Y}",
        "when": exact(visit.now, visit.reference.timezone),
        "view": view,
        "wards": visit.reference.wards,
        "units": visit.reference.departments,
        "praise": praise[:PRAISED],
        "photos": [
            (each, media_url(picture.public_key, base)) for each in view.done for picture in each.pictures
        ],
        "service_name": pick(visit.reference.service_name),
        "base": base,
        "now": visit.now,
        "timezone": visit.reference.timezone,
    }
    body = environment().get_template("campaigns/press.txt").render(context).encode()
    vary = "Accept-Language, Cookie"
    return reply(
        visit.request, made_for(visit.request, body), "text/plain; charset=utf-8", max_age_s=AGE_S, vary=vary
    )
