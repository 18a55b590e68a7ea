"""A campaign for everybody: its page, and the banner that other sites show."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response
from markupsafe import escape
from pydantic import BaseModel

from service.domain.city.penalties import PenaltyView, penalties_in_force
from service.domain.cleanups.campaigns.campaigns import find_campaign
from service.domain.cleanups.campaigns.figures import CampaignFigures, count_campaign, view_campaign
from service.domain.cleanups.gifts.contribution_views import gifts_of_campaign
from service.domain.cleanups.praise.commendations import FORM_NAMES
from service.domain.cleanups.praise.praise_views import list_praise
from service.domain.cleanups.spots.weekly_list import CATEGORIES
from service.domain.cleanups.views import newest_picture
from service.i18n import language_in_use, pick
from service.models import Campaign
from service.pages.shared.preview import LinkPreview
from service.pages.shared.visit import PageVisit, PageVisitDep
from service.rendering.engine import environment, page
from service.web.caching import made_for, reply
from service.web.dependencies import SessionDep, WithWorks

router = APIRouter(dependencies=[WithWorks])

BANNER_AGE_S = 600
PRAISED = 6
"""So many praises stand in the column of a campaign."""
SIZES = {"wide": (728, 90), "box": (300, 250), "tall": (160, 600)}
"""Width and height in pixels of the banners that sites have room for."""
FRAMED = "body{margin:0}img{display:block}"
"""Style of the frame: the picture fills it to its edges."""
_FRAMED_HASH = b64encode(sha256(FRAMED.encode()).digest()).decode()
IN_OTHER_SITES = {
    "content-security-policy": f"default-src 'none'; img-src 'self'; style-src 'sha256-{_FRAMED_HASH}'; "
    "base-uri 'none'; frame-ancestors *",
    "cross-origin-resource-policy": "cross-origin",
    "vary": "Accept-Language, Accept-Encoding",
}


class BannerWanted(BaseModel):
    """Size of a banner."""

    size: Literal["wide", "box", "tall"] = "wide"


@router.get("/campaigns/{slug}")
async def show_campaign(visit: PageVisitDep, slug: str, session: SessionDep) -> Response:
    """Return the page: figures, what comes, what was done, by ward."""
    campaign = await session.run_sync(find_campaign, slug)
    view = await session.run_sync(view_campaign, visit.reference, campaign, visit.now)
    base = visit.resources.settings.public_url.rstrip("/")
    context = {
        "reference": visit.reference,
        "now": visit.now,
        "view": view,
        "done": [(each, newest_picture(each, "before"), newest_picture(each, "after")) for each in view.done],
        "campaign": campaign,
        "gifts": await session.run_sync(gifts_of_campaign, visit.reference, campaign),
        "praise": (await session.run_sync(list_praise, visit.reference, campaign.first, campaign.last))[
            :PRAISED
        ],
        "penalties": _penalties(visit),
        "units": visit.reference.departments,
        "form_names": FORM_NAMES,
        "ward_names": {each.id: each for each in visit.reference.wards.values()},
        "base": base,
        "sizes": SIZES,
        "frames": {size: _frame(base, campaign, size) for size in SIZES},
        "preview": LinkPreview(
            title=pick(campaign.title),
            url=f"{base}/campaigns/{campaign.slug}",
            description=pick(campaign.lead),
            image="",
        ),
    }
    return page(visit.request, "campaigns/show.html", context)


@router.get("/campaigns/{slug}/banner")
async def frame_of_banner(
    visit: PageVisitDep, slug: str, session: SessionDep, wanted: Annotated[BannerWanted, Query()]
) -> Response:
    """Return the banner for a frame in another site: a picture with its words, a link, no script."""
    return await _banner("campaigns/banner.html", "text/html", visit, slug, session, wanted)


@router.get("/campaigns/{slug}/banner.svg")
async def picture_of_banner(
    visit: PageVisitDep, slug: str, session: SessionDep, wanted: Annotated[BannerWanted, Query()]
) -> Response:
    """Return the banner as a picture."""
    return await _banner("campaigns/banner.svg", "image/svg+xml", visit, slug, session, wanted)


async def _banner(
    template: str, media_type: str, visit: PageVisit, slug: str, session: SessionDep, wanted: BannerWanted
) -> Response:
    campaign = await session.run_sync(find_campaign, slug)
    figures = await session.run_sync(count_campaign, visit.reference, campaign)
    body = _draw(template, campaign, figures, wanted, visit.resources.settings.public_url)
    answer = reply(
        visit.request,
        made_for(visit.request, body.encode()),
        f"{media_type}; charset=utf-8",
        max_age_s=BANNER_AGE_S,
    )
    answer.headers.update(IN_OTHER_SITES)
    return answer


def _penalties(visit: PageVisit) -> Sequence[PenaltyView]:
    """Return the penalties in force for what clean-ups take away; none where the city has entered none."""
    found = {
        row.code: row for code in CATEGORIES for row in penalties_in_force(visit.reference, visit.now, code)
    }
    return list(found.values())


def _frame(base: str, campaign: Campaign, size: str) -> str:
    """Return what another site writes to show the banner."""
    width, height = SIZES[size]
    address = f"{base}/campaigns/{campaign.slug}/banner?size={size}"
    title = escape(pick(campaign.title))
    shown = f'title="{title}" width="{width}" height="{height}" frameborder="0" scrolling="no"'
    return f'<iframe src="{address}" {shown}></iframe>'


def _draw(
    template: str, campaign: Campaign, figures: CampaignFigures, wanted: BannerWanted, public_url: str
) -> str:
    width, height = SIZES[wanted.size]
    context = {
        "framed": FRAMED,
        "title": pick(campaign.title),
        "figures": figures,
        "size": wanted.size,
        "language": language_in_use.get(),
        "width": width,
        "height": height,
        "slug": campaign.slug,
        "base": public_url.rstrip("/"),
    }
    return environment().get_template(template).render(context)
