"""The only code that changes a report's status: `move` takes one edge of the table in `edges.py`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from service.domain.reports.desk_marks import desk_columns_after
from service.domain.reports.edges import (
    EVIDENCE,
    EXECUTOR,
    INSPECTOR,
    LEAD,
    LEADER,
    LIFE,
    ORIGINAL,
    REASON,
    TRIAGE,
    StatusEdge,
)
from service.domain.reports.events import Actor, record
from service.domain.reports.photos import publish_evidence
from service.models import CLOCK_STANDS, FINISHED, Event, EventData, EventType, Report, Role, Status
from service.models.reports.event import ActorKind
from service.models.reports.report import ReportChanges


@dataclass(frozen=True, slots=True)
class StatusChange:
    """Change of a report's status that is asked for.

    `changes` are further columns of the report that change with it (parts, deadlines), decided by the
    verb that asks. `evidence` are photos of this report; whether the category needs one is said by
    `evidence_required`. `data` goes into the public event, `private` to staff.
    """

    to: Status
    actor: Actor
    at: datetime
    reason: str = ""
    evidence: Sequence[UUID] = ()
    evidence_required: bool = True
    changes: ReportChanges = field(default_factory=ReportChanges)
    data: EventData = field(default_factory=EventData)
    private: Mapping[str, object] | None = None


def roles_of(actor: Actor, report: Report) -> frozenset[str]:
    """Return the roles of the life cycle's table that `actor` has for this report."""
    if actor.kind != ActorKind.STAFF:
        return frozenset({actor.kind})
    found = set()
    if actor.role == Role.TRIAGE:
        found.add(TRIAGE)
    if actor.role in (Role.DEPARTMENT, Role.MANAGER) and report.lead_id in actor.departments:
        found.add(LEAD)
    if (
        actor.role in (Role.EXECUTOR, Role.DEPARTMENT, Role.MANAGER)
        and report.executor_id in actor.departments
    ):
        found.add(EXECUTOR)
    if actor.role == Role.INSPECTOR and _inspects(actor, report):
        found.add(INSPECTOR)
    return frozenset(found)


def _inspects(actor: Actor, report: Report) -> bool:
    """Return whether the case is of the inspector's wards or departments; without any, of the city."""
    if actor.wards is not None:
        return report.ward_id in actor.wards
    return not actor.departments or report.lead_id in actor.departments


def allowed(report: Report, actor: Actor | None = None) -> list[Status]:
    """Return the statuses the report can move to; with an actor, those this actor may move it to."""
    mine = roles_of(actor, report) if actor else None
    return LIFE.leads_to(report.status, mine)


def move(session: Session, report: Report, change: StatusChange) -> Event:
    """Take one edge of the life cycle: check it, change the report, write its event; the caller holds the row
    lock.

    Raises Conflict when the life cycle lacks the edge (`extra["allowed"]` lists those it has), Forbidden when
    the actor may not take it, Invalid when a requirement is missing.
    """
    edge = LIFE.find(report.status, change.to, roles_of(change.actor, report))
    LIFE.require(edge, _given(change))
    source = report.status
    why = change.changes.get("triage_reason")
    desk = desk_columns_after(report, edge.event, edge.target, change.actor, change.at, why)
    report.status = edge.target
    report.version += 1
    report.updated_at = change.at
    for column, value in {**_effects(edge, change), **desk, **change.changes}.items():
        setattr(report, column, value)
    data: EventData = {"from": source, "to": edge.target, **change.data}
    if change.reason:
        data["reason"] = change.reason
    if change.evidence:
        data["evidence"] = [str(photo) for photo in change.evidence]
    event = record(
        session, report, edge.event, actor=change.actor, at=change.at, data=data, private=change.private
    )
    if change.evidence:
        publish_evidence(session, report, change.evidence, change.at)
    return event


def _given(change: StatusChange) -> set[str]:
    """Return which of the things that steps need come with the change."""
    brought = {
        REASON: bool(change.reason.strip()),
        EVIDENCE: bool(change.evidence) or not change.evidence_required,
        LEADER: change.changes.get("lead_id") is not None,
        ORIGINAL: change.changes.get("duplicate_of_id") is not None,
    }
    return {need for need, there in brought.items() if there}


def _effects(edge: StatusEdge, change: StatusChange) -> ReportChanges:
    """Return what a change of status itself does to the report's times."""
    effects: ReportChanges = {}
    if edge.event == EventType.ACCEPTED:
        effects["accepted_at"] = change.at
    if edge.target == Status.ASSIGNED:
        effects["accepted_at"] = effects["holder_id"] = None
    effects["paused_at"] = change.at if edge.target in CLOCK_STANDS else None
    if edge.target == Status.RESOLVED:
        effects["resolved_at"] = change.at
    elif edge.target not in FINISHED:
        effects["resolved_at"] = None
    effects["closed_at"] = change.at if edge.target in FINISHED else None
    if edge.target != Status.TRIAGE:
        effects["triage_reason"] = None
    return effects
