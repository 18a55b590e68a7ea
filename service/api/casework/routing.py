"""Routing made visible: why a report went where it went, and what a draft of rules would change."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from service.api.shared.answers import refusals
from service.domain.routing.trial import RuleTrial, TrialResult, try_rules
from service.domain.routing.why import RoutingAccount, explain_routing
from service.errors import Forbidden
from service.i18n import N_, language_in_use
from service.models import Role
from service.web.dependencies import NowDep, ResourcesDep, SessionDep
from service.web.viewer import StaffDep, ViewerDep

router = APIRouter(tags=["routing"])

MAY_TRY = frozenset({Role.ADMINISTRATOR, Role.MANAGER, Role.TRIAGE})


@router.get("/reports/{name}/routing", responses=refusals(401, 404, 422))
async def explain(
    name: Annotated[str, Path(max_length=64, description="Id or tracking code")],
    session: SessionDep,
    resources: ResourcesDep,
    viewer: ViewerDep,
    now: NowDep,
) -> RoutingAccount:
    """The decision in a sentence, the rules that lost and why, and how the deadline was counted."""
    book = await session.run_sync(resources.rulebook.get)
    return await session.run_sync(
        explain_routing, book, viewer.asker, name, now=now, language=language_in_use.get()
    )


@router.post("/rules/try", responses=refusals(400, 401, 403, 413, 422))
async def try_draft(
    trial: RuleTrial, session: SessionDep, resources: ResourcesDep, colleague: StaffDep, now: NowDep
) -> TrialResult:
    """Decide past reports by a draft of rules and by those in force, and tell what would change."""
    if colleague.actor.role not in MAY_TRY:
        raise Forbidden(N_("Chỉ quản trị viên, lãnh đạo và điều phối viên được thử quy tắc."))
    book = await session.run_sync(resources.rulebook.get)
    return await session.run_sync(try_rules, book, trial, now=now, language=language_in_use.get())
