"""Shared parts of the two screens: who may draw up plans, in a city that keeps any."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from service.domain.kernel.texts import alphabetical
from service.i18n import pick
from service.models import Role
from service.pages.shared.visit import StaffVisit, StaffVisitDep
from service.web.reading.plan_file import require_drafting


async def drafting_visit(visit: StaffVisitDep) -> StaffVisit:
    """Return the visit of somebody who draws up plans. Raises NotFound, Forbidden."""
    require_drafting(visit.reference, visit.staff)
    return visit


DraftingDep = Annotated[StaffVisit, Depends(drafting_visit)]


def all_units(visit: StaffVisit) -> list[tuple[str, str]]:
    """Return every unit in use, code and name, in the order of the alphabet."""
    active = [each for each in visit.reference.departments.values() if each.active]
    return sorted(((each.code, pick(each.name)) for each in active), key=lambda unit: alphabetical(unit[1]))


def issuers(visit: StaffVisit) -> list[tuple[str, str]]:
    """Return the units that this person may draw up a plan for."""
    actor = visit.staff.actor
    whole = actor.role == Role.ADMINISTRATOR or (actor.role == Role.MANAGER and actor.of_city)
    own = {each.code for each in visit.reference.departments.values() if each.id in actor.departments}
    return [each for each in all_units(visit) if whole or each[0] in own]
