"""Visit of a page: one request with all that answering it takes; every folder's own visit builds upon it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Concatenate, ParamSpec, TypeVar

from fastapi import Depends, Request

from service.db import DomainSession, async_unit_of_work
from service.domain.city.reference import Reference
from service.web.dependencies import NowDep, ReferenceDep, Resources, ResourcesDep
from service.web.viewer import Colleague, StaffDep

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class PageVisit:
    """A request for a page, whoever makes it. No connection is held between two calls of `run`."""

    request: Request
    resources: Resources
    reference: Reference
    now: datetime

    async def run(
        self, act: Callable[Concatenate[DomainSession, P], R], *given: P.args, **named: P.kwargs
    ) -> R:
        """Call a domain function in a transaction of its own, committed before this returns."""
        async with async_unit_of_work(self.resources.engine) as session:
            return await session.run_sync(act, *given, **named)

    @property
    def by_script(self) -> bool:
        """Return whether a script of the page asks, for a fragment of it."""
        return self.request.headers.get("hx-request") == "true"


@dataclass(frozen=True, slots=True)
class StaffVisit(PageVisit):
    """A request for a page by a member of staff who is signed in."""

    staff: Colleague


async def get_staff_visit(
    request: Request, resources: ResourcesDep, reference: ReferenceDep, staff: StaffDep, now: NowDep
) -> StaffVisit:
    """Return the visit of whoever is signed in. Raises Unauthenticated."""
    return StaffVisit(request, resources, reference, now, staff)


StaffVisitDep = Annotated[StaffVisit, Depends(get_staff_visit)]
