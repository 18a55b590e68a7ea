"""Consequences of filing an open case anew, under another kind or at another place: the rules run again.

What would come of it is foreseen first and shown; the same plan is then carried out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.casework.assignments import DEFAULT_POLICY
from service.domain.casework.case.accounts import account_of
from service.domain.casework.case.assignment import Assignment, current_supports, store_supports
from service.domain.casework.case.case import Case, stale_version
from service.domain.casework.case.deadline import Fact, clock_of, deadline_columns, shifted_deadline_columns
from service.domain.casework.case.repeats import mark_request
from service.domain.casework.extension_requests import lapse
from service.domain.city.reference import Reference
from service.domain.deadlines.deadlines import ends_at
from service.domain.reports.alarms import update_alarm
from service.domain.reports.edges import LEAD, TRIAGE
from service.domain.reports.events import Actor, record
from service.domain.reports.lifecycle import StatusChange, move, roles_of
from service.domain.rules.choice import Decision
from service.domain.rules.rulebook import PolicyInForce, Rulebook
from service.domain.rules.rules import ReportFacts
from service.domain.rules.words import explain
from service.errors import Conflict, Forbidden, invalid
from service.i18n import N_, language_in_use
from service.models import FINISHED, HELD, EventData, EventType, Report, Status
from service.models.reports.report import ReportChanges, StoredRouting


@dataclass(frozen=True, slots=True, kw_only=True)
class RefilingPlan:
    """Consequences of other facts. `moves`: another department takes the lead; `times` are the columns of the
    new deadline; `kept_deadline`: the later one that the rules say is not a department's to give itself.
    """

    assignment: Assignment
    policy: PolicyInForce | None
    times: ReportChanges
    moves: bool
    followed: bool
    decision: Decision
    sentence: str
    kept_deadline: bool = False

    @property
    def policy_code(self) -> str | None:
        """Return the code of the policy that holds afterwards."""
        return self.policy.policy.code if self.policy else None


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionEvent:
    """Event that tells a correction; by `digest` the same request is known again."""

    type: EventType
    digest: str
    data: EventData
    private: dict[str, object] | None = None


def may_refile(report: Report, actor: Actor) -> bool:
    """Return whether this person may correct kind and place now: coordinators while the case is open, who
    holds it meanwhile.
    """
    played = roles_of(actor, report)
    return report.status not in FINISHED and (TRIAGE in played or (LEAD in played and report.status in HELD))


def check_refiling(report: Report, actor: Actor, version: int, *, forbidden: str, ended: str) -> None:
    """Check that this person may correct the case now, and saw its newest version.

    Raises Forbidden with the msgid `forbidden` for who neither leads nor coordinates, Conflict for a stale
    version, and with the msgid `ended` for a case that can no more be corrected.
    """
    if not roles_of(actor, report) & {TRIAGE, LEAD}:
        raise Forbidden(forbidden)
    if version != report.version:
        raise stale_version(report, version)
    if not may_refile(report, actor):
        raise Conflict(ended)


def foresee_refiling(
    session: Session,
    reference: Reference,
    book: Rulebook,
    report: Report,
    actor: Actor,
    facts: ReportFacts,
    now: datetime,
    *,
    keep_lead: bool = False,
    policy: str | None = None,
) -> RefilingPlan:
    """Return what the rules make of the case with these facts; nothing changes.

    The lead stays with `keep_lead`, where no rule fits, and before and after the work. Raises Invalid for a
    `policy` that there is not.
    """
    decision = book.rules.decide(facts)
    before = reference.departments.get(report.lead_id or 0)
    named = reference.department_by_code.get(decision.lead or "")
    stays = keep_lead or named is None or report.status not in HELD
    lead = before if stays else named
    followed = decision.rule is not None and named is not None and lead == named
    plan = RefilingPlan(
        assignment=_parts(reference, report, decision, followed=followed),
        policy=None,
        times={},
        moves=report.status in HELD and lead != before,
        followed=followed,
        decision=decision,
        sentence=explain(decision, book.names, language_in_use.get()),
    )
    return _timed(session, book, report, actor, plan, policy, now)


def account_of_refiling(case: Case, book: Rulebook, plan: RefilingPlan) -> StoredRouting:
    """Return what the report keeps of the decision; reckoned before anything changes."""
    return account_of(
        case, book, plan.decision, plan.assignment, policy=plan.policy_code, followed=plan.followed
    )


def carry_out_refiling(
    case: Case,
    plan: RefilingPlan | None,
    routing: StoredRouting,
    event: CorrectionEvent,
    correct: Callable[[], None],
) -> None:
    """Correct the case, tell it, and carry out the plan, which is None where the rules say nothing new.

    `kept` is the account of the decision. The caller holds the report's lock and has checked everything.
    """
    session, report, now = case.session, case.report, case.now
    correct()
    if plan and not plan.moves:
        _set_parts(case, plan, routing)
    report.version += 1
    report.updated_at = now
    made = record(
        session, report, event.type, actor=case.actor, at=now, data=event.data, private=event.private
    )
    mark_request(made, event.digest)
    session.flush()
    if plan and plan.moves:
        _pass_on(case, plan, routing)
    update_alarm(session, case.reference, report, now)
    if plan:
        lapse(session, report, now)
    session.flush()


def _set_parts(case: Case, plan: RefilingPlan, routing: StoredRouting) -> None:
    """Write parts and deadline where the lead stays; `kept` is the account of the decision."""
    report, columns = case.report, plan.times
    if report.status in HELD:
        rule = plan.decision.rule if plan.followed else None
        columns = {
            **columns,
            **plan.assignment.columns(),
            "routing": routing,
            "rule_id": rule.id if rule else None,
        }
    for column, value in columns.items():
        setattr(report, column, value)
    store_supports(case, plan.assignment)


def _pass_on(case: Case, plan: RefilingPlan, routing: StoredRouting) -> None:
    """Let another department take the lead; a question that waits for its answer is dropped."""
    report, now = case.report, case.now
    before = case.reference.departments.get(report.lead_id or 0)
    if report.status == Status.WAITING:
        moved = shifted_deadline_columns(
            case.session, case.reference, report, Fact(EventType.RESUMED, now, Status.IN_PROGRESS)
        )
        move(case.session, report, StatusChange(Status.IN_PROGRESS, case.actor, now, changes=moved))
        case.session.flush()
    rule = plan.decision.rule if plan.followed else None
    columns: ReportChanges = {
        **plan.assignment.columns(),
        "routing": routing,
        "rule_id": rule.id if rule else None,
    }
    data: EventData = {**plan.assignment.event_data(), "lead_before": before.code if before else None}
    request = StatusChange(
        Status.ASSIGNED,
        case.actor,
        now,
        reason=case.reason,
        changes={**columns, **plan.times},
        data=data,
    )
    move(case.session, report, request)
    store_supports(case, plan.assignment)


def _parts(reference: Reference, report: Report, decision: Decision, *, followed: bool) -> Assignment:
    known = reference.department_by_code
    if followed:
        supports = tuple(known[code] for code in decision.supports)
        return Assignment(known[decision.lead or ""], supports, known.get(decision.executor or ""))
    lead = reference.departments.get(report.lead_id or 0)
    supports = tuple(current_supports(reference, report))
    return Assignment(lead, supports, reference.departments.get(report.executor_id or 0))


def _timed(
    session: Session,
    book: Rulebook,
    report: Report,
    actor: Actor,
    plan: RefilingPlan,
    chosen: str | None,
    now: datetime,
) -> RefilingPlan:
    """Return the plan with its policy and deadlines; none for a case that nobody was ever given."""
    if report.policy_id is None and report.status not in HELD:
        return plan
    held = next((each for each in book.policies.values() if each.id == report.policy_id), None)
    code = chosen or plan.decision.policy or (held.policy.code if held else DEFAULT_POLICY)
    if code not in book.policies:
        raise invalid(["policy"], N_("Không có loại thời hạn “{code}”."), code=code)
    policy = book.policies[code]
    # Who is handed it need not wait for the answer to a question of another.
    going_on = plan.moves and report.status == Status.WAITING
    clock = clock_of(
        session, report, *([Fact(EventType.RESUMED, now, Status.IN_PROGRESS)] if going_on else ())
    )
    times = deadline_columns(policy.policy, clock, report.created_at, book.calendar, now)
    later = report.due_at is not None and times["due_at"] > report.due_at
    if later and TRIAGE not in roles_of(actor, report) and not plan.moves:
        # A department does not give itself more time by calling a thing otherwise.
        return replace(plan, policy=held, kept_deadline=True)
    if plan.moves or report.status == Status.ASSIGNED:
        times["accept_due_at"] = ends_at(policy.policy.accept, now, book.calendar)
    return replace(plan, policy=policy, times={"policy_id": policy.id, **times})
