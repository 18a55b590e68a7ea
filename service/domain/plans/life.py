"""The life of a plan as a table, and the one function that walks it. Nothing else writes a plan's state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.kernel.state_machine import Edge, Lifecycle
from service.domain.plans.access import ADMINISTRATOR, DIRECTOR, DRAFTER, plan_roles
from service.domain.reports.events import Actor
from service.domain.works.events import record_plan
from service.i18n import N_
from service.models import Event, Plan, PlanState, WorkEventType

REASON = "reason"

STATE_NAMES: Mapping[PlanState, str] = {
    PlanState.DRAFT: N_("Dự thảo"),
    PlanState.IN_FORCE: N_("Đang thực hiện"),
    PlanState.CLOSED: N_("Đã kết thúc"),
    PlanState.DROPPED: N_("Đã bỏ dự thảo"),
}

_DECIDING = frozenset({DIRECTOR, ADMINISTRATOR})

PLAN_LIFE: Lifecycle[PlanState, WorkEventType] = Lifecycle(
    (
        Edge(PlanState.DRAFT, PlanState.IN_FORCE, WorkEventType.PLAN_IN_FORCE, _DECIDING),
        Edge(PlanState.DRAFT, PlanState.DROPPED, WorkEventType.PLAN_DROPPED, frozenset({DRAFTER})),
        Edge(
            PlanState.IN_FORCE,
            PlanState.CLOSED,
            WorkEventType.PLAN_CLOSED,
            _DECIDING,
            frozenset({REASON}),
        ),
    ),
    first=PlanState.DRAFT,
    finished=frozenset({PlanState.CLOSED, PlanState.DROPPED}),
    names=STATE_NAMES,
    unknown=N_("Kế hoạch đang ở trạng thái “{status}”, không chuyển sang “{to}” được."),
    not_yours=N_("Bạn không có quyền chuyển kế hoạch này sang “{to}”."),
    missing={REASON: N_("Cần nêu lý do.")},
)


@dataclass(frozen=True, slots=True)
class PlanMove:
    """Step of a plan that is asked for; `data` goes into its event."""

    to: PlanState
    actor: Actor
    at: datetime
    reason: str = ""
    data: Mapping[str, object] = field(default_factory=dict)


def plan_steps(plan: Plan, actor: Actor) -> list[PlanState]:
    """Return the steps that this actor may take now."""
    return PLAN_LIFE.leads_to(plan.state, plan_roles(actor, plan))


def move_plan(session: Session, plan: Plan, move: PlanMove) -> Event:
    """Walk one step and write its event; the caller holds the row's lock.

    Raises Conflict, Forbidden, Invalid.
    """
    edge = PLAN_LIFE.find(plan.state, move.to, plan_roles(move.actor, plan))
    PLAN_LIFE.require(edge, {REASON} if move.reason.strip() else ())
    source = plan.state
    plan.state = edge.target
    plan.version += 1
    plan.updated_at = move.at
    if edge.target == PlanState.IN_FORCE:
        plan.in_force_at = move.at
    elif edge.target in PLAN_LIFE.finished:
        plan.ended_at, plan.end_reason = move.at, move.reason
    data = {"from": source, "to": edge.target, **move.data}
    if move.reason:
        data["reason"] = move.reason
    return record_plan(session, plan, edge.event, actor=move.actor, at=move.at, data=data)
