"""All difficulties by whose turn it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from service.db import DomainSession
from service.domain.city.city import load_calendar
from service.domain.works.access import require_works
from service.domain.works.views import WorkFilter, list_works
from service.i18n import N_
from service.models import WorkKind, WorkStatus
from service.pages.plans.plans import PlansVisit
from service.pages.shared.visit import StaffVisit
from service.pages.shared.work_words import DIFFICULTY_WORDS, STATUS_WORDS, work_deadline
from service.pages.staff.staffroom import surroundings
from service.rendering.engine import page

router = APIRouter()

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
    require_works(visit.reference)
    context = {
        **surroundings(visit.staff, visit.reference, visit.now),
        "groups": await visit.run(_read, visit),
        "difficulty_words": DIFFICULTY_WORDS,
        "statuses_of_works": STATUS_WORDS,
    }
    return page(visit.request, "difficulties/index.html", context)


def _read(session: DomainSession, visit: StaffVisit) -> list[tuple[str, str, list[Any]]]:
    reference, actor, now = visit.reference, visit.staff.actor, visit.now
    calendar = load_calendar(session, reference)
    rows = []
    for key, (name, statuses) in GROUPS.items():
        wanted = WorkFilter(kind=WorkKind.DIFFICULTY, statuses=statuses)
        found, _ = list_works(session, reference, actor, wanted, now=now, limit=MOST)
        rows.append((key, name, [(each, work_deadline(calendar, each, now)) for each in found]))
    return rows
