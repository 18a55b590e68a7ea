"""Routing of new reports: ward, suspected duplicate or spam, the rules' decision, first change of status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from geo.locator import NOWHERE
from service.domain.casework.merge import merge_into
from service.domain.claims.owners import pole_owner_at
from service.domain.kernel.times import utc_text
from service.domain.numbers.proposals import propose_typed_number
from service.domain.numbers.registry import count_moved
from service.domain.numbers.written import ANSWER
from service.domain.people.colleagues import may_hold
from service.domain.publication.publication import set_published
from service.domain.reports.alarms import raise_alarm, reason_of, update_alarm
from service.domain.reports.bulk_write import write_reports
from service.domain.reports.events import SYSTEM, record
from service.domain.reports.lifecycle import StatusChange, move
from service.domain.routing.duplicates import Suspicion, find_suspects
from service.domain.routing.spam import Score, find_spam
from service.domain.rules.routing import (
    RoutingJudgement,
    assignment_columns,
    deadlines,
    judge_report,
    set_supports,
)
from service.domain.rules.rulebook import Rulebook
from service.errors import AppError
from service.models import EMERGENCY, EventData, EventType, Report, Status
from service.models.reports.report import ReportChanges, StoredRouting

OUTSIDE = "outside"
NO_RULE = "no_rule"
SUSPECTED_DUPLICATE = "suspected_duplicate"
ROUTING_FAILED = "routing_failed"
SUSPECTED_SPAM = "suspected_spam"


@dataclass(frozen=True, slots=True)
class _Case:
    """Report on its way; `distance_m` is how far outside its ward's border it lies, 0 inside."""

    report: Report
    distance_m: float
    suspicion: Suspicion | None
    judgement: RoutingJudgement
    now: datetime
    spam: Score | None = None


def unrouted_reports(session: Session, before: datetime, most: int) -> list[UUID]:
    """Return the oldest reports received before an instant and not routed yet."""
    return list(
        session.scalars(
            select(Report.id)
            .where(Report.status == Status.RECEIVED, Report.created_at < before)
            .order_by(Report.created_at)
            .limit(most)
        )
    )


def route_many(session: Session, book: Rulebook, ids: Sequence[UUID], now: datetime) -> int:
    """Route those of `ids` that still wait for it; return how many.

    Others are left alone. So are those that somebody holds a lock on, for a moment or to route them: they
    are among `still_waiting` afterwards. What refers to a report, as its photos do, holds up nothing.
    """
    reports = list(
        session.scalars(
            select(Report)
            .where(Report.id.in_(ids), Report.status == Status.RECEIVED)
            .order_by(Report.created_at, Report.id)
            .options(defer(Report.location), defer(Report.search))
            .with_for_update(skip_locked=True, key_share=True)
        )
    )
    if not reports:
        return 0
    suspects = find_suspects(session, book.reference, reports)
    spam = find_spam(session, book.reference, reports)
    wards, metres = book.locator.measure_many([r.lon for r in reports], [r.lat for r in reports])
    for report, ward, distance_m in zip(reports, wards, metres, strict=True):
        report.ward_id = None if ward == NOWHERE else int(ward)
        suspicion = suspects.get(report.id)
        case = _Case(
            report, float(distance_m), suspicion, judge_report(book, report), now, spam.get(report.id)
        )
        _route(session, book, case)
    routed = [report.id for report in reports]
    pairs = sorted(
        (str(report.attributes[ANSWER]), report.id) for report in reports if ANSWER in report.attributes
    )
    write_reports(session, reports)
    count_moved(session, routed)
    for _, report_id in pairs:  # in one order: two batches do not wait for each other's numbers
        propose_typed_number(session, report_id, now)
    return len(routed)


def still_waiting(session: Session, ids: Sequence[UUID]) -> list[UUID]:
    """Return the reports among `ids` that are not routed, also those that another worker is routing."""
    waiting = select(Report.id).where(Report.id.in_(ids), Report.status == Status.RECEIVED)
    return list(session.scalars(waiting.order_by(Report.created_at, Report.id)))


def hand_to_person(session: Session, report_id: UUID, now: datetime) -> None:
    """Hand a report that routing cannot deal with to a person, so that it never just waits."""
    query = select(Report).where(Report.id == report_id, Report.status == Status.RECEIVED).with_for_update()
    report = session.scalar(query)
    if report is not None:
        changes: ReportChanges = {"triage_reason": ROUTING_FAILED, "routed_at": now}
        move(
            session,
            report,
            StatusChange(Status.TRIAGE, SYSTEM, now, changes=changes, data={"why": ROUTING_FAILED}),
        )


def _route(session: Session, book: Rulebook, case: _Case) -> None:
    report = case.report
    report.routed_at = case.now
    report.routing = _account(case)
    if why := _emergency(book, case):
        report.priority = EMERGENCY
    _decide(session, book, case)
    if why and report.status == Status.DUPLICATE:
        update_alarm(session, book.reference, report, case.now)  # what it was merged into rings
    elif why:
        raise_alarm(session, report, why, case.now)


def _emergency(book: Rulebook, case: _Case) -> str | None:
    """Return why the report is an emergency, wherever it goes: a suspicion changes nothing about a
    live wire.
    """
    policy = case.judgement.decision.policy
    hotline = policy is not None and book.policies[policy].policy.hotline
    return reason_of(book.reference, case.report, hotline=hotline)


def _decide(session: Session, book: Rulebook, case: _Case) -> None:
    report, suspicion = case.report, case.suspicion
    if case.spam is not None:
        set_published(session, report, False, actor=SYSTEM, now=case.now)
        _to_triage(
            session, case, SUSPECTED_SPAM, {"points": case.spam.points, "signs": dict(case.spam.signs)}
        )
    elif report.ward_id is None:
        _to_triage(session, case, OUTSIDE)
    elif suspicion is not None and suspicion.action == "merge" and _merged(session, case, suspicion):
        return
    elif suspicion is not None:
        private = {"original": suspicion.original_code}
        _to_triage(session, case, SUSPECTED_DUPLICATE, private, quiet=suspicion.secret)
    elif case.judgement.decision.rule is None:
        _to_triage(session, case, NO_RULE)
    else:
        _assign(session, book, case)


def _merged(session: Session, case: _Case, suspicion: Suspicion) -> bool:
    """Merge at once where the category says so; False when the original has meanwhile come to an end."""
    try:
        merge_into(session, case.report, suspicion.original_id, actor=SYSTEM, at=case.now)
    except AppError:
        return False
    return True


def _to_triage(
    session: Session,
    case: _Case,
    why: str,
    private: Mapping[str, object] | None = None,
    *,
    quiet: bool = False,
) -> None:
    """Hand the report to a person; with `quiet` its sender does not read why."""
    data: EventData = {} if quiet else {"why": why}
    if quiet:
        private = {"why": why, **(private or {})}
    change = StatusChange(
        Status.TRIAGE, SYSTEM, case.now, changes={"triage_reason": why}, data=data, private=private
    )
    move(session, case.report, change)


def _assign(session: Session, book: Rulebook, case: _Case) -> None:
    report, decision = case.report, case.judgement.decision
    assert decision.rule is not None  # noqa: S101 - told apart by the caller
    times = deadlines(book, decision.rule.policy, report.created_at)
    known = book.reference.department_by_code
    supports = list(decision.supports)
    if (owner := _owner_in_danger(session, book, case)) not in (None, decision.lead, decision.executor):
        supports = sorted({*supports, str(owner)})
    set_supports(report, [known[code].id for code in supports])
    data: EventData = {
        "lead": decision.lead,
        "supports": supports,
        "executor": decision.executor,
        "rule": decision.rule.number,
        "due_at": utc_text(times.due_at),
    }
    changes: ReportChanges = {**assignment_columns(book, decision), **times.columns()}
    move(session, report, StatusChange(Status.ASSIGNED, SYSTEM, case.now, changes=changes, data=data))
    if decision.rule.place:
        _entrust_head(session, book, case)


def _entrust_head(session: Session, book: Rulebook, case: _Case) -> None:
    """Give a case of premises to their head, where their unit leads and the head may hold it."""
    report = case.report
    found = book.premises.at(report.lon, report.lat)
    if found is None or found.unit != case.judgement.decision.lead or found.head_id is None:
        return
    able = {each.id: each.name for each in may_hold(session, book.reference, report.lead_id)}
    if (name := able.get(found.head_id)) is None:
        return
    report.holder_id = found.head_id
    private = {"holder_id": found.head_id, "holder": name, "before": None}
    record(session, report, EventType.ENTRUSTED, actor=SYSTEM, at=case.now, public=False, private=private)


def _owner_in_danger(session: Session, book: Rulebook, case: _Case) -> str | None:
    """Return the code of the pole's owner where a hanging cable is an emergency, None for everything else.

    They are told of it at once, whoever owns the cable.
    """
    reference, report = book.reference, case.report
    rules, kind = reference.config.cables, reference.categories.get(report.category_id)
    if report.priority != EMERGENCY or rules is None or kind is None or rules.category not in kind.path:
        return None
    owner = pole_owner_at(session, reference, report, case.now)
    return reference.departments[owner].code if owner is not None else None


def _account(case: _Case) -> StoredRouting:
    routing = case.judgement.account(case.now)
    if case.report.ward_id is not None:
        routing["ward_distance_m"] = round(case.distance_m, 1)
    if case.suspicion:
        routing["suspicion"] = {
            "code": case.suspicion.original_code,
            "distance_m": round(case.suspicion.distance_m, 1),
            "action": case.suspicion.action,
        }
    return routing
