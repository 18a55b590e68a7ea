"""Pages of campaigns for who keeps them: a list, and the form of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from service.domain.cleanups.campaigns.campaigns import KEEPERS, CampaignForm, keep_campaign, list_campaigns
from service.domain.works.actions import ActionContext
from service.errors import AppError
from service.models import Campaign
from service.pages.shared.forms import Fields, FormDep, SentForm, read
from service.pages.shared.visit import StaffVisit, StaffVisitDep, answer_form
from service.pages.staff.staffroom import draw_staff_page
from service.web.dependencies import WithWorks

router = APIRouter(dependencies=[WithWorks])


@router.get("/manage/campaigns")
async def manage_campaigns(visit: StaffVisitDep, slug: Annotated[str, Query(max_length=60)] = "") -> Response:
    """Return the campaigns and the form of one."""
    found = await visit.run(list_campaigns)
    chosen = next((each for each in found if each.slug == slug), None)
    return _draw(visit, found, _of(chosen) if chosen else Fields())


@router.post("/manage/campaigns")
async def save_campaign(visit: StaffVisitDep, form: FormDep) -> Response:
    """Keep a page. The form sent twice changes nothing the second time."""
    slug = form.text("slug")

    def verb(ctx: ActionContext) -> None:
        keep_campaign(ctx, slug, read(CampaignForm, _body(form)))

    async def redraw(error: AppError) -> Response:
        return _draw(visit, await visit.run(list_campaigns), form.fields(), error)

    return await answer_form(visit.act(verb), redraw, "/manage/campaigns?done=1")


def _body(form: SentForm) -> dict[str, object]:
    return {
        "title": {"vi": form.text("title.vi"), "en": form.text("title.en")},
        "lead": {"vi": form.text("lead.vi"), "en": form.text("lead.en")},
        "first": form.day("first"),
        "last": form.day("last"),
        "version": form.number("version") or 0,
    }


def _of(campaign: Campaign) -> Fields:
    words = {
        f"{name}.{language}": getattr(campaign, name).get(language, "")
        for name in ("title", "lead")
        for language in ("vi", "en")
    }
    days = {name: f"{getattr(campaign, name):%d/%m/%Y}" for name in ("first", "last")}
    return Fields({"slug": campaign.slug, "version": str(campaign.version), **words, **days})


def _draw(
    visit: StaffVisit, found: list[Campaign], typed: Mapping[str, str], error: AppError | None = None
) -> Response:
    context = {
        "campaigns": found,
        "typed": typed,
        "may_keep": visit.staff.account.role in KEEPERS,
    }
    return draw_staff_page(visit, "campaigns/manage.html", context, error=error)
