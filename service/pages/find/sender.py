"""The page that finds a caller's reports by number, e-mail or name: a purpose first, each reading kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fastapi import APIRouter
from fastapi.responses import Response

from service.domain.queries.views import StaffView
from service.domain.workspaces.sender_search import find_by_sender, may_seek
from service.errors import AppError
from service.pages.shared.cards import card
from service.pages.shared.forms import FormDep
from service.pages.shared.visit import StaffVisit, StaffVisitDep, not_here
from service.pages.staff.staffroom import draw_staff_page
from service.sending.channels import CHANNELS

router = APIRouter()


@router.get("/find/sender")
async def ask(visit: StaffVisitDep) -> Response:
    """The form. Neither number nor purpose ever stands in an address."""
    return _draw(visit, {})


@router.post("/find/sender")
async def find_sender(visit: StaffVisitDep, form: FormDep) -> Response:
    """The reports of that number, e-mail or name."""
    typed = {"address": form.text("address")[:200], "purpose": form.text("purpose")[:200]}
    if "purpose" not in form:
        return _draw(visit, typed)
    try:
        found = await visit.run(
            find_by_sender,
            CHANNELS,
            visit.reference,
            visit.staff.asker,
            typed["address"],
            typed["purpose"],
            now=visit.now,
            public_url=visit.resources.settings.public_url,
            named=True,
        )
    except AppError as error:
        return _draw(visit, typed, error=error)
    return _draw(visit, typed, found)


def _draw(
    visit: StaffVisit,
    typed: Mapping[str, str],
    found: Sequence[StaffView] | None = None,
    error: AppError | None = None,
) -> Response:
    if not may_seek(visit.staff.actor, visit.reference):
        raise not_here()
    context = {
        "typed": {"address": "", "purpose": "", **typed},
        "searched": found is not None,
        "reports": [(card(visit.reference, view), view) for view in found or ()],
    }
    answer = draw_staff_page(visit, "find/sender.html", context, error=error)
    answer.headers["Cache-Control"] = "no-store"
    return answer
