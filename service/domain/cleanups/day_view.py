"""The day as the lead's phone shows it: who is expected, what is to be checked, what may be written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from service.domain.cleanups.access import find_cleanup
from service.domain.cleanups.day import AT_THE_PLACE, EARLY, count_came
from service.domain.cleanups.signups import call_sign
from service.domain.cleanups.views import (
    CheckLine,
    CleanupView,
    list_own_checks,
    list_signups,
    own_checks,
    view_cleanup,
)
from service.domain.works.actions import ActionContext
from service.domain.works.lifecycles import KEEPER, LEAD, SUPPORT, work_roles, work_steps
from service.domain.works.photos import work_photos
from service.models import SignupState, WorkStatus


@dataclass(frozen=True, slots=True)
class ExpectedGroup:
    """Sign-up by its call sign: how many are expected, how many came. Never who."""

    id: UUID
    sign: str
    people: int
    came: int | None
    waits: bool


@dataclass(frozen=True, slots=True)
class CleanupDay:
    """Day of a clean-up, with what the person may write down now. `photos` of afterwards are counted
    before they are rendered.
    """

    cleanup: CleanupView
    arrivals: Sequence[ExpectedGroup]
    walk_ins: int
    came: int
    checks: Sequence[CheckLine]
    tickable: frozenset[UUID]
    photos: int
    leads: bool
    counts: bool
    steps: frozenset[WorkStatus]

    @property
    def gives_result(self) -> bool:
        """Return whether the person may give the one result now."""
        return self.leads and self.counts and self.cleanup.status in AT_THE_PLACE


def view_day(ctx: ActionContext, code: str) -> CleanupDay:
    """Return the day of that clean-up; sign-ups are told to who leads. Raises NotFound."""
    cleanup = find_cleanup(ctx.session, ctx.reference, code, ctx.actor)
    work, parts = cleanup.work, work_roles(ctx.actor, cleanup.work)
    leads, at_place = LEAD in parts, work.status in AT_THE_PLACE
    signups = list_signups(ctx.session, work.id) if leads else []
    arrivals = [
        ExpectedGroup(each.id, call_sign(each.id), each.people, each.came, each.state == SignupState.WAITING)
        for each in signups
    ]
    photos = work_photos(ctx.session, work.id)
    checks = list_own_checks(ctx.session, ctx.actor, work)
    own = {each.id for each in own_checks(checks, ctx.actor.departments)}
    tickable = {
        each.id
        for each in checks
        if at_place and (parts & {LEAD, KEEPER} or (SUPPORT in parts and each.id in own))
    }
    return CleanupDay(
        cleanup=view_cleanup(ctx.session, cleanup, public=False),
        arrivals=sorted(arrivals, key=lambda each: each.sign),
        walk_ins=cleanup.side.walk_ins,
        came=count_came(ctx.session, cleanup.side),
        checks=checks,
        tickable=frozenset(tickable),
        photos=sum(each.kind == "after" and each.state != "failed" for each in photos),
        leads=leads,
        counts=at_place and work.starts_at is not None and ctx.now >= work.starts_at - EARLY,
        steps=frozenset(work_steps(work, ctx.actor)),
    )
