"""The inspector's page in the street: what waits near by, and one case's photos and history to keep."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from service.domain.casework.inspections import TARGETS, photo_limit
from service.domain.city.reference import Reference
from service.domain.queries.tracking import read_tracking
from service.domain.workspaces.rounds import list_to_verify, read_to_verify
from service.i18n import pick, translate
from service.i18n.wording import STATUSES
from service.models import QuestionSpec
from service.pages.shared.story import build_timeline
from service.pages.shared.visit import StaffVisit
from service.pages.staff.staffroom import draw_staff_page, visit_of
from service.sending.channels import CHANNELS

router = APIRouter()

SHOWN = 100
InspectorVisit = Annotated[StaffVisit, visit_of("/inspect")]


@router.get("/inspect")
async def inspect(visit: InspectorVisit) -> Response:
    """The cases to verify; the island keeps them on the phone and works without a network."""
    reference = visit.reference
    found = await visit.run(
        list_to_verify,
        reference,
        visit.staff.actor,
        sort="deadline",
        near=None,
        limit=SHOWN,
        now=visit.now,
        public_url="",
    )
    filled = {
        "round": found,
        "kinds": _kinds(reference),
        "question_sets": _questions(reference),
        "icons": sorted({view.icon for view in reference.categories.values() if view.active}),
        "status_words": {f"status_{name}": translate(each.name) for name, each in STATUSES.items()},
        "targets": TARGETS,
        "photo_minutes": int(photo_limit(reference).total_seconds() // 60),
    }
    return draw_staff_page(visit, "inspect/index.html", filled, "staff/inspect.ts")


@router.get("/inspect/{code}")
async def case(visit: InspectorVisit, code: str) -> Response:
    """Show one case's facts, photos and history: a page, or the part that the phone keeps. Raises
    NotFound.
    """
    reference, asker, rules = visit.reference, visit.staff.asker, visit.resources.rulebook
    found = await visit.run(read_to_verify, reference, asker, code, now=visit.now, public_url="")
    tracking = await visit.run(
        read_tracking, reference, rules, CHANNELS, asker, code, now=visit.now, public_url=""
    )
    story = build_timeline(tracking.events, tracking.comments, tracking.view.photos)
    filled = {"report": found, "story": story}
    return draw_staff_page(visit, "inspect/case.html", filled, part="inspect/_case.html")


def _kinds(reference: Reference) -> list[tuple[str, str]]:
    """Return kinds that an inspector may report without further questions: codes and names."""
    return [
        (view.code, pick(view.name))
        for view in reference.categories.values()
        if view.active
        and not any(question.get("required") for question in _questions_of(reference, view.path))
    ]


def _questions(reference: Reference) -> list[tuple[str, list[QuestionSpec]]]:
    """Return (codes of the kinds that ask them, questions of one category): on the phone before it is
    offline.
    """
    kinds = {code for code, _ in _kinds(reference)}
    views = [view for view in reference.categories.values() if view.code in kinds]
    found = []
    for view in reference.categories.values():
        below = [each.code for each in views if view.code in each.path]
        questions = [each for each in view.questions if each["datatype"] != "datetime"]
        if below and questions:
            found.append((" ".join(below), questions))
    return found


def _questions_of(reference: Reference, path: tuple[str, ...]) -> list[QuestionSpec]:
    return [each for code in path for each in reference.category_by_code[code].questions]
