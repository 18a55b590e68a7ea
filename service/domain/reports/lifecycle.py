"""The one function that walks the table of `edges.py`. Nothing else writes a status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from service.domain.reports.desk_marks import after_step
from service.domain.reports.edges import BY_STATUS, EDGES, EXECUTOR, INSPECTOR, LEAD, TRIAGE, StatusEdge
from service.domain.reports.events import Actor, record
from service.domain.reports.photos import publish_evidence
from service.errors import Conflict, Forbidden, invalid
from service.i18n import N_, MarkedText
from service.i18n.wording import STATUSES
from service.models import CLOCK_STANDS, FINISHED, Event, EventType, Report, Role, Status


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
    changes: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    private: Mapping[str, object] | None = None


def roles_of(actor: Actor, report: Report) -> frozenset[str]:
    """Return the roles of the life cycle's table that `actor` has for this report."""
    if actor.kind != "staff":
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
    if actor.role == Role.INSPECTOR and (not actor.departments or report.lead_id in actor.departments):
        found.add(INSPECTOR)
    return frozenset(found)


def allowed(report: Report, actor: Actor | None = None) -> list[Status]:
    """The statuses the report can move to; with an actor, those this actor may move it to."""
    mine = roles_of(actor, report) if actor else None
    return [e.target for e in EDGES if e.source == report.status and (mine is None or e.who & mine)]


def move(session: Session, report: Report, change: StatusChange) -> Event:
    """Walk one edge: check it, change the report and write the event; the caller holds the row's lock.

    Raises Conflict when the life cycle lacks the edge (`extra["allowed"]` lists those it has),
    Forbidden when the actor may not take it, Invalid when a requirement is missing.
    """
    edge = _edge(report, change)
    _check_requirements(edge, report, change)
    source = report.status
    why = change.changes.get("triage_reason")
    desk = after_step(report, edge.event, edge.target, change.actor, change.at, why)
    report.status = edge.target
    report.version += 1
    report.updated_at = change.at
    for column, value in {**_effects(edge, change), **desk, **change.changes}.items():
        setattr(report, column, value)
    data = {"from": source, "to": edge.target, **change.data}
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


def _named(status: Status) -> MarkedText:
    """Return the status as people know it; codes are in `allowed` and `status_now`."""
    return MarkedText(STATUSES[status].name)


def _edge(report: Report, change: StatusChange) -> StatusEdge:
    edge = BY_STATUS.get((report.status, change.to))
    if edge is None:
        raise Conflict(
            N_("Phản ánh đang ở trạng thái “{status}”, không chuyển sang “{to}” được."),
            extra={"allowed": allowed(report), "status_now": report.status},
            status=_named(report.status),
            to=_named(change.to),
        )
    if not edge.who & roles_of(change.actor, report):
        raise Forbidden(
            N_("Bạn không có quyền chuyển phản ánh này sang “{to}”."),
            extra={"allowed": allowed(report, change.actor)},
            to=_named(change.to),
        )
    return edge


def _check_requirements(edge: StatusEdge, report: Report, change: StatusChange) -> None:
    if edge.reason and not change.reason.strip():
        raise invalid(["reason"], N_("Cần nêu lý do."))
    if edge.evidence and change.evidence_required and not change.evidence:
        raise invalid(["evidence"], N_("Cần ít nhất một ảnh bằng chứng."))
    if edge.lead and change.changes.get("lead_id") is None:
        raise invalid(["lead"], N_("Cần chọn đơn vị chủ trì."))
    if edge.original and change.changes.get("duplicate_of_id") is None:
        raise invalid(["duplicate_of"], N_("Cần nêu phản ánh gốc."))


def _effects(edge: StatusEdge, change: StatusChange) -> dict[str, object]:
    """Return what a change of status itself does to the report's times."""
    effects: dict[str, object] = {}
    if edge.event == EventType.ACCEPTED:
        effects["accepted_at"] = change.at
    if edge.target == Status.ASSIGNED:
        effects |= {"accepted_at": None, "holder_id": None}
    effects["paused_at"] = change.at if edge.target in CLOCK_STANDS else None
    if edge.target == Status.RESOLVED:
        effects["resolved_at"] = change.at
    elif edge.target not in FINISHED:
        effects["resolved_at"] = None
    effects["closed_at"] = change.at if edge.target in FINISHED else None
    if edge.target != Status.TRIAGE:
        effects["triage_reason"] = None
    return effects
