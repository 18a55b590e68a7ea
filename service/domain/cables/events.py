"""Events of routes in the one log: public, for they are what was promised to everybody."""

from __future__ import annotations

from collections.abc import Mapping

from service.domain.works.actions import ActionContext
from service.models import CableRoute, Event, Subject, WorkEventType


def record_route(
    ctx: ActionContext,
    route: CableRoute,
    type_: WorkEventType,
    data: Mapping[str, object],
    *,
    state: str = "planned",
    public: bool = True,
    repeat_key: str | None = None,
) -> Event:
    """Add one event about the route. What colleagues write to each other stays with the section's work."""
    event = Event(
        subject_kind=Subject.CABLE_ROUTE,
        subject_id=str(route.id),
        type=type_,
        at=ctx.now,
        public=public,
        actor=ctx.actor.kind,
        staff_id=ctx.actor.staff_id,
        status=state,
        ward_id=route.ward_ids[0] if route.ward_ids else None,
        lead_id=route.lead_id,
        data={"street": route.street, **data},
        repeat_key=repeat_key,
    )
    ctx.session.add(event)
    return event
