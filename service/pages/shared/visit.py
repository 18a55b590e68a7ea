"""Visit of a page: one request with all that answering it takes; every folder's own visit builds upon it.

Beside it how a form is answered: led on where it was carried out, drawn again where it was refused.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Concatenate, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, Response

from service.db import DomainSession, async_unit_of_work
from service.domain.city.city import load_calendar
from service.domain.city.reference import Reference
from service.domain.works.actions import ActionContext
from service.errors import AppError, NotFound
from service.i18n import N_
from service.web.dependencies import NowDep, ReferenceDep, Resources, ResourcesDep
from service.web.viewer import Colleague, StaffDep

P = ParamSpec("P")
R = TypeVar("R")

WITH_OWN_PAGE = frozenset({401, 404})
"""Statuses of refusals that are a page of their own: to sign in, not found."""


def not_here() -> NotFound:
    """Return the refusal of a page that does not exist, or of which the visitor may not know."""
    return NotFound(N_("Không có trang hoặc mục này. Hãy xem lại địa chỉ."))


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
    def zone(self) -> ZoneInfo:
        """Return the city's time zone."""
        return ZoneInfo(self.reference.timezone)

    @property
    def today(self) -> date:
        """Return the day that it is in the city."""
        return self.now.astimezone(self.zone).date()

    @property
    def by_script(self) -> bool:
        """Return whether a script of the page asks, for a fragment of it."""
        return self.request.headers.get("hx-request") == "true"


@dataclass(frozen=True, slots=True)
class StaffVisit(PageVisit):
    """A request for a page by a member of staff who is signed in."""

    staff: Colleague

    def context(self, session: DomainSession) -> ActionContext:
        """Return what the verbs of works act by: this person, now, by the calendar in force."""
        calendar = load_calendar(session, self.reference)
        return ActionContext(session, self.reference, calendar, self.staff.actor, self.now)

    async def act(self, verb: Callable[[ActionContext], R]) -> R:
        """Call a verb of works in a transaction of its own, committed before this returns."""
        return await self.run(lambda session: verb(self.context(session)))


async def get_page_visit(
    request: Request, resources: ResourcesDep, reference: ReferenceDep, now: NowDep
) -> PageVisit:
    """Return the visit of anybody, signed in or not."""
    return PageVisit(request, resources, reference, now)


PageVisitDep = Annotated[PageVisit, Depends(get_page_visit)]


async def get_staff_visit(
    request: Request, resources: ResourcesDep, reference: ReferenceDep, staff: StaffDep, now: NowDep
) -> StaffVisit:
    """Return the visit of whoever is signed in. Raises Unauthenticated."""
    return StaffVisit(request, resources, reference, now, staff)


StaffVisitDep = Annotated[StaffVisit, Depends(get_staff_visit)]


async def answer_form(
    doing: Awaitable[R],
    redraw: Callable[[AppError], Awaitable[Response]],
    address: str | Callable[[R], str],
    raised: frozenset[int] = WITH_OWN_PAGE,
) -> Response:
    """Carry out a form: return a redirect to `address`, or the page that `redraw` makes of the refusal.

    Raises refusals with a status in `raised`, by default those that are a page of their own.
    """
    try:
        done = await doing
    except AppError as error:
        if error.status in raised:
            raise
        return await redraw(error)
    return RedirectResponse(address if isinstance(address, str) else address(done), status_code=303)
