"""All difficulties by whose turn it is."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter
from fastapi.responses import Response

from service.db import DomainSession
from service.domain.city.city import load_calendar
from service.domain.rules.standing_words import DeadlineWords
from service.domain.works.views import WorkFilter, WorkView, list_works
from service.i18n import N_
from service.models import WorkKind, WorkStatus
from service.pages.plans.plans import PlansVisit
from service.pages.shared.visit import StaffVisit
from service.pages.shared.work_words import DIFFICULTY_WORDS, STATUS_WORDS, work_deadline
from service.pages.staff.staffroom import draw_staff_page
from service.web.dependencies import WithWorks

ShownWork = tuple[WorkView, DeadlineWords | None]
"""A work with how its deadline stands."""

router = APIRouter(dependencies=[WithWorks])

GROUPS: Mapping[str, tuple[str, frozenset[str]]] = {
    "raised": (N_("Chờ tổng hợp"), frozenset({WorkStatus.RAISED, WorkStatus.RETURNED})),
    "summarised": (N_("Chờ quyết định"), frozenset({WorkStatus.SUMMARISED})),
    "answered": (
        N_("Đã trả lời"),
        frozenset({WorkStatus.ANSWERED, WorkStatus.DECIDED, WorkStatus.CLOSED}),
    ),
}
MOST = 200


@router.get("/difficulties")
async def index(visit: PlansVisit) -> Response:
    """Difficulties that wait to be summed up, to be decided, and those that were answered."""
    context = {
        "groups": await visit.run(_read, visit),
        "difficulty_words": DIFFICULTY_WORDS,
        "statuses_of_works": STATUS_WORDS,
    }
    return draw_staff_page(visit, "difficulties/index.html", context)


def _read(session: DomainSession, visit: StaffVisit) -> list[tuple[str, str, list[ShownWork]]]:
    reference, actor, now = visit.reference, visit.staff.actor, visit.now
    calendar = load_calendar(session, reference)
    rows = []
    for key, (name, statuses) in GROUPS.items():
        wanted = WorkFilter(kind=WorkKind.DIFFICULTY, statuses=statuses)
        found, _ = list_works(session, reference, actor, wanted, now=now, limit=MOST)
        rows.append((key, name, [(each, work_deadline(calendar, each, now)) for each in found]))
    return rows
