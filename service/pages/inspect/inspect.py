"""The inspector's page in the street: what waits near by, and one case's photos and history to keep."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.domain.casework.inspections import TARGETS, photo_limit
from service.domain.city.reference import Reference
from service.domain.queries.tracking import read_tracking
from service.domain.workspaces.rounds import list_to_verify, read_to_verify
from service.i18n import pick, translate
from service.i18n.wording import STATUSES
from service.models import QuestionSpec
from service.pages.shared.story import tell_story
from service.pages.staff.staffroom import entry, surroundings
from service.rendering.engine import page
from service.sending.channels import CHANNELS
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep, SessionDep
from service.web.viewer import Colleague

router = APIRouter()

SHOWN = 100
Inspector = Annotated[Colleague, entry("/inspect")]


@router.get("/inspect")
async def inspect(
    request: Request, session: SessionDep, reference: ReferenceDep, staff: Inspector, now: NowDep
) -> Response:
    """The cases to verify; the island keeps them on the phone and works without a network."""
    found = await session.run_sync(
        list_to_verify,
        reference,
        staff.actor,
        sort="deadline",
        near=None,
        limit=SHOWN,
        now=now,
        public_url="",
    )
    filled = {
        **surroundings(staff, reference, now, "staff/inspect.ts"),
        "round": found,
        "kinds": _kinds(reference),
        "asked": _questions(reference),
        "icons": sorted({view.icon for view in reference.categories.values() if view.active}),
        "status_words": {f"status_{name}": translate(each.name) for name, each in STATUSES.items()},
        "targets": TARGETS,
        "photo_minutes": int(photo_limit(reference).total_seconds() // 60),
    }
    return page(request, "inspect/index.html", filled)


@router.get("/inspect/{code}")
async def case(
    request: Request,
    code: str,
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    staff: Inspector,
    now: NowDep,
) -> Response:
    """Show one case's facts, photos and history: a page, or the part that the phone keeps. Raises
    NotFound.
    """
    found = await session.run_sync(read_to_verify, reference, staff.asker, code, now=now, public_url="")
    stops = await session.run_sync(
        read_tracking, reference, resources.rulebook, CHANNELS, staff.asker, code, now=now, public_url=""
    )
    filled = {
        **surroundings(staff, reference, now),
        "report": found,
        "story": tell_story(stops.events, stops.comments, stops.view.photos),
    }
    return page(request, "inspect/case.html", filled, part="inspect/_case.html")


def _kinds(reference: Reference) -> list[tuple[str, str]]:
    """Return kinds that an inspector may report without further questions: codes and names."""
    return [
        (view.code, pick(view.name))
        for view in reference.categories.values()
        if view.active and not any(question.get("required") for question in _asked(reference, view.path))
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


def _asked(reference: Reference, path: tuple[str, ...]) -> list[QuestionSpec]:
    return [each for code in path for each in reference.category_by_code[code].questions]
