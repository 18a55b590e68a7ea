"""Campaigns: their figures for everybody and every site, and the page kept by colleagues."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Response

from service.api.cleanups.answers import CleanupOut, cleanup_out
from service.api.shared.answers import refusals
from service.api.works.shared import WRITES, WorkCallDep
from service.domain.city.reference import Reference, ward_brief
from service.domain.cleanups.campaigns.campaigns import CampaignForm, find_campaign, keep_campaign
from service.domain.cleanups.campaigns.figures import CampaignView, view_campaign
from service.domain.queries.views import NamedCode, View
from service.domain.works.access import require_works
from service.domain.works.actions import ActionContext
from service.i18n import pick
from service.web.any_site import ANY_SITE
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep, SessionDep

router = APIRouter(tags=["clean-ups"])

BRIEFLY = "public, max-age=10"


class CampaignTotals(View):
    """Figures of all clean-ups with a result."""

    cleanups: int
    people: int
    kg: int
    bags: int
    trees: int
    wards: int
    spots_cured: int


class CampaignWard(View):
    """Figures of one ward."""

    ward: NamedCode
    cleanups: int
    people: int
    kg: int


class CampaignOut(View):
    """A campaign with its figures as of now; `coming` are the next clean-ups, `done` the latest."""

    slug: str
    title: str
    lead: str
    first: date
    last: date
    version: int
    figures: CampaignTotals
    wards: list[CampaignWard]
    coming: list[CleanupOut]
    done: list[CleanupOut]
    page: str


@router.get("/campaigns/{slug}", responses=refusals(404, 422))
async def one_campaign(
    slug: str,
    response: Response,
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    now: NowDep,
) -> CampaignOut:
    """Return a campaign's figures; any site may show them."""
    require_works(reference)
    campaign = await session.run_sync(find_campaign, slug)
    view = await session.run_sync(view_campaign, reference, campaign, now)
    response.headers.update({**ANY_SITE, "cache-control": BRIEFLY})
    return _campaign_out(view, reference, resources.settings.public_url)


@router.put(
    "/campaigns/{slug}",
    responses={**WRITES, 201: {"model": CampaignOut, "description": "The page is new"}},
)
async def keep_one_campaign(
    slug: str, sent: CampaignForm, response: Response, call: WorkCallDep, resources: ResourcesDep
) -> CampaignOut:
    """Make a campaign's page or change it; figures are counted, never written."""

    def verb(ctx: ActionContext) -> tuple[CampaignOut, bool]:
        campaign, new = keep_campaign(ctx, slug, sent)
        view = view_campaign(ctx.session, call.reference, campaign, call.now)
        return _campaign_out(view, call.reference, resources.settings.public_url), new

    return await call.create(response, verb)


def _campaign_out(view: CampaignView, reference: Reference, public_url: str) -> CampaignOut:
    campaign = view.campaign
    wards = [
        CampaignWard(ward=NamedCode(**brief), cleanups=each.cleanups, people=each.people, kg=each.kg)
        for each in view.wards
        if (brief := ward_brief(reference.wards.get(each.ward_id)))
    ]
    return CampaignOut(
        slug=campaign.slug,
        title=pick(campaign.title),
        lead=pick(campaign.lead),
        first=campaign.first,
        last=campaign.last,
        version=campaign.version,
        figures=CampaignTotals(**{name: getattr(view.figures, name) for name in CampaignTotals.model_fields}),
        wards=wards,
        coming=[cleanup_out(each, reference, public_url) for each in view.coming],
        done=[cleanup_out(each, reference, public_url) for each in view.done],
        page=f"{public_url.rstrip('/')}/campaigns/{campaign.slug}",
    )
