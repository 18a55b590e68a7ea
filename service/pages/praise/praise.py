"""Praise for everybody, and the room in which leaders praise, remind and criticise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import uuid4

from fastapi import APIRouter
from fastapi.responses import Response

from service.db import DomainSession
from service.domain.cleanups.access import find_cleanup
from service.domain.cleanups.praise.commendations import (
    FORM_NAMES,
    GIVERS,
    NONE,
    PRAISES,
    NewCommendation,
    give_commendation,
    withdraw_commendation,
)
from service.domain.cleanups.praise.praise_views import (
    PhotoChoice,
    list_commendations,
    list_praise,
    photos_to_choose,
)
from service.domain.works.actions import ActionContext
from service.errors import AppError
from service.i18n import translate
from service.pages.shared.forms import Fields, FormDep, SentForm, naming, read, read_id
from service.pages.shared.kinds import departments_by_name
from service.pages.shared.preview import LinkPreview
from service.pages.shared.visit import PageVisitDep, StaffVisit, StaffVisitDep, answer_form
from service.pages.staff.staffroom import draw_staff_page
from service.rendering.engine import page
from service.web.dependencies import SessionDep, WithWorks

router = APIRouter(dependencies=[WithWorks])

PATH = "/manage/praise"


@router.get("/praise")
async def show_praise(visit: PageVisitDep, session: SessionDep) -> Response:
    """Return the praise of units, the newest first."""
    found = await session.run_sync(list_praise, visit.reference)
    base = visit.resources.settings.public_url.rstrip("/")
    context = {
        "reference": visit.reference,
        "now": visit.now,
        "items": found,
        "units": visit.reference.departments,
        "form_names": FORM_NAMES,
        "preview": LinkPreview(title="", url=f"{base}/praise", description="", image=""),
    }
    return page(visit.request, "praise/index.html", context)


@router.get(PATH)
async def manage_praise(visit: StaffVisitDep) -> Response:
    """Return what one's own unit was given, and the form for leaders."""
    return await _draw(visit)


@router.post(PATH)
async def give_one(visit: StaffVisitDep, form: FormDep) -> Response:
    """Praise, remind or criticise. The form sent twice is one. Asked for photos of the clean-up it is drawn
    again with them.
    """
    if form.text("act") == "photos":
        return await _draw(visit, form.fields(), choosing=True)

    def verb(ctx: ActionContext) -> None:
        sent = read(NewCommendation, _body(form))
        with naming("cleanup"):
            give_commendation(ctx, sent)

    return await _do(visit, form, verb)


@router.post(PATH + "/{commendation}/withdraw")
async def take_back_one(visit: StaffVisitDep, commendation: str, form: FormDep) -> Response:
    """Take one back."""

    def verb(ctx: ActionContext) -> None:
        withdraw_commendation(ctx, read_id(commendation, NONE))

    return await _do(visit, form, verb)


def _body(form: SentForm) -> dict[str, object]:
    return {
        **{name: form.text(name) for name in ("id", "unit", "form", "words", "decision")},
        "person": form.text("person") or None,
        "cleanup": form.text("cleanup") or None,
        "photo": form.text("photo") or None,
        "decided_on": form.day_or_none("decided_on"),
        "public": form.text("public") == "1",
    }


async def _do(visit: StaffVisit, form: SentForm, verb: Callable[[ActionContext], None]) -> Response:
    return await answer_form(
        visit.act(verb), lambda error: _draw(visit, form.fields(), error), f"{PATH}?done=1"
    )


def _photos(session: DomainSession, visit: StaffVisit, code: str) -> list[PhotoChoice]:
    with naming("cleanup"):
        found = find_cleanup(session, visit.reference, code, visit.staff.actor)
    return photos_to_choose(session, found.work)


async def _draw(
    visit: StaffVisit,
    typed: Mapping[str, str] | None = None,
    error: AppError | None = None,
    *,
    choosing: bool = False,
) -> Response:
    actor = visit.staff.actor
    departments, mine = departments_by_name(visit.reference), actor.departments
    whole = actor.of_city
    may_give = visit.staff.account.role in GIVERS
    photos: list[PhotoChoice] = []
    if may_give and typed and typed["cleanup"] and (choosing or typed["photo"] or error):
        try:
            photos = await visit.run(_photos, visit, typed["cleanup"])
        except AppError as refused:
            error = error or refused
    context = {
        "items": await visit.run(list_commendations, visit.reference, actor),
        "units": visit.reference.departments,
        "form_names": FORM_NAMES,
        "forms": [(each.value, translate(words)) for each, words in FORM_NAMES.items()],
        "praises": [each.value for each in PRAISES],
        "may_give": may_give,
        "leads": [each for each in departments if whole or each.id in mine],
        "takes_back": {each.id for each in departments if may_give and (whole or each.id in mine)},
        "photos": photos,
        "choosing": choosing,
        "typed": typed or Fields({"id": str(uuid4()), "public": "1"}),
    }
    return draw_staff_page(visit, "praise/manage.html", context, error=error)
