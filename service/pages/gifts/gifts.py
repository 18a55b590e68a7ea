"""Contributions and trees for who organises clean-ups: recorded, taken back, looked at again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import uuid4

from fastapi import APIRouter
from fastapi.responses import Response

from service.domain.cleanups.campaigns.campaigns import KEEPERS, list_campaigns
from service.domain.cleanups.drafts import MAKERS
from service.domain.cleanups.gifts.contribution_views import list_recorded
from service.domain.cleanups.gifts.contributions import (
    KIND_NAMES,
    NONE,
    NewContribution,
    record_contribution,
    withdraw_contribution,
)
from service.domain.cleanups.gifts.trees import NewTrees, TreeCheck, check_trees, list_own_trees, plant_trees
from service.domain.works.actions import ActionContext
from service.errors import AppError
from service.i18n import pick, translate
from service.pages.shared.forms import Fields, FormDep, SentForm, naming, read, read_id
from service.pages.shared.visit import StaffVisit, StaffVisitDep, answer_form
from service.pages.staff.staffroom import draw_staff_page
from service.web.dependencies import WakeAfter, WithWorks

router = APIRouter(dependencies=[WakeAfter, WithWorks])

PATH = "/manage/gifts"


@router.get(PATH)
async def manage_gifts(visit: StaffVisitDep) -> Response:
    """Return what one's units were given, the trees that they planted, and the forms."""
    return await _draw(visit)


@router.post(PATH)
async def record_gift(visit: StaffVisitDep, form: FormDep) -> Response:
    """Record a contribution. The form sent twice is one."""

    def verb(ctx: ActionContext) -> None:
        gift = read(NewContribution, _gift(form))
        with naming("cleanup"):
            record_contribution(ctx, gift)

    return await _do(visit, form, verb)


@router.post(PATH + "/trees")
async def write_trees(visit: StaffVisitDep, form: FormDep) -> Response:
    """Write down trees that were planted. The form sent twice is one."""

    def verb(ctx: ActionContext) -> None:
        body = {
            "id": form.text("id"),
            "species": form.text("species"),
            "planted": form.whole_or_text("planted"),
        }
        trees = read(NewTrees, body)
        with naming("cleanup"):
            plant_trees(ctx, form.text("cleanup"), trees)

    return await _do(visit, form, verb)


@router.post(PATH + "/trees/{trees}/check")
async def look_at_trees(visit: StaffVisitDep, trees: str, form: FormDep) -> Response:
    """Say how many of the trees live."""

    def verb(ctx: ActionContext) -> None:
        check_trees(ctx, read_id(trees, NONE), read(TreeCheck, {"alive": form.whole_or_text("alive")}))

    return await _do(visit, form, verb)


@router.post(PATH + "/{contribution}/withdraw")
async def take_back_gift(visit: StaffVisitDep, contribution: str, form: FormDep) -> Response:
    """Take a contribution out of lists and sums."""

    def verb(ctx: ActionContext) -> None:
        withdraw_contribution(ctx, read_id(contribution, NONE))

    return await _do(visit, form, verb)


def _gift(form: SentForm) -> dict[str, object]:
    names = ("id", "kind", "words", "giver", "receipt_no")
    return {
        **{name: form.text(name) for name in names},
        "cleanup": form.text("cleanup") or None,
        "campaign": form.text("campaign") or None,
        "amount_vnd": form.whole_or_text("amount_vnd"),
        "count": form.whole_or_text("count"),
        "named": bool(form.text("giver")),
        "received_on": form.day_or_none("received_on"),
    }


async def _do(visit: StaffVisit, form: SentForm, verb: Callable[[ActionContext], None]) -> Response:
    return await answer_form(
        visit.act(verb), lambda error: _draw(visit, form.fields(), error), f"{PATH}?done=1"
    )


async def _draw(
    visit: StaffVisit, typed: Mapping[str, str] | None = None, error: AppError | None = None
) -> Response:
    role = visit.staff.account.role
    campaigns = await visit.run(list_campaigns) if role in KEEPERS else []
    context = {
        "items": await visit.act(list_recorded),
        "trees": await visit.act(list_own_trees),
        "kind_names": KIND_NAMES,
        "kinds": [(each.value, translate(words)) for each, words in KIND_NAMES.items()],
        "campaigns": [(each.slug, pick(each.title)) for each in campaigns],
        "may_record": role in MAKERS | KEEPERS,
        "may_plant": role in MAKERS,
        "typed": Fields(typed or {}),
        "new_id": lambda: str(uuid4()),
    }
    return draw_staff_page(visit, "gifts/manage.html", context, error=error)
