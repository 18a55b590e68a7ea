"""Putting a case under its right kind, or under another policy, while it is open: the rules run again.

What would come of it is foreseen first and shown; the same plan is then carried out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from sqlalchemy.orm import Session

from service.domain.casework.case.accounts import account_of
from service.domain.casework.case.assignment import Assignment, current_supports, store_supports
from service.domain.casework.case.case import Case, Code, Transition, Words, stale
from service.domain.casework.case.repeats import mark, request_digest, was_done
from service.domain.casework.case.timing import Fact, clock_of, counted, retimed
from service.domain.casework.extension_requests import lapse
from service.domain.city.questions import check_attributes
from service.domain.city.reference import CategoryView, Reference
from service.domain.deadlines.deadlines import ends_at
from service.domain.kernel.texts import tidy
from service.domain.kernel.times import utc, utc_text
from service.domain.publication.publication import withhold_category
from service.domain.reports.access import Asker, find_report, lock_report
from service.domain.reports.alarms import update_alarm
from service.domain.reports.drafts import StrictBody
from service.domain.reports.edges import LEAD, TRIAGE
from service.domain.reports.events import Actor, record
from service.domain.reports.lifecycle import StatusChange, move, roles_of
from service.domain.rules.routing import routing_facts
from service.domain.rules.rulebook import PolicyInForce, Rulebook, RulebookCache
from service.domain.rules.rules import Decision
from service.domain.rules.words import explain
from service.errors import Conflict, Forbidden, invalid
from service.i18n import N_, language_in_use
from service.models import FINISHED, HELD, EventType, Report, Status

DEFAULT_POLICY = "standard"


class Recategorising(StrictBody):
    """The right kind, and why; the citizen reads the reason. `policy` is the coordinator's to set: without
    it the rules say which. `lead` stays whoever leads where `keep_lead`.
    """

    category: Code
    reason: Annotated[Words, Field(min_length=1)]
    policy: Code | None = None
    keep_lead: bool = False
    version: Annotated[int, Field(ge=1, strict=True)]


@dataclass(frozen=True, slots=True)
class Recategorisation:
    """Consequences of another category. `moves`: another department takes the lead; `dropped` are answers
    to questions that the right kind does not ask; `kept_deadline`: the later one that the rules say is not
    a department's to give itself.
    """

    category: CategoryView
    assignment: Assignment
    policy: PolicyInForce | None
    times: Mapping[str, Any]
    moves: bool
    followed: bool
    decision: Decision
    sentence: str
    attributes: Mapping[str, object]
    dropped: Mapping[str, object]
    kept_deadline: bool = False


def preview_recategorising(
    session: Session,
    reference: Reference,
    books: RulebookCache,
    asker: Asker,
    name: str | UUID,
    request: Recategorising,
    now: datetime,
) -> tuple[Report, Recategorisation]:
    """Return the report as it is, and what the request would make of it. Nothing changes. Raises as
    `recategorise`.
    """
    access = find_report(session, asker, name, now=now)
    _check(access.report, access.actor, request)
    return access.report, _plan(
        session, reference, books.get(session), access.report, access.actor, request, now
    )


def recategorise(
    session: Session,
    reference: Reference,
    books: RulebookCache,
    asker: Asker,
    name: str | UUID,
    request: Recategorising,
    now: datetime,
) -> Report:
    """Put the case under the kind, with the parts and the deadline that the rules give to it.

    Raises NotFound; Forbidden for who neither leads nor coordinates; Conflict for a stale version and for a
    case that has ended; Invalid for a kind or policy that is none, for nothing to change, without a reason.
    """
    access = lock_report(session, asker, name, now=now)
    report, actor = access.report, access.actor
    asked = request_digest(request, verb=EventType.RECATEGORISED)
    if was_done(session, report, actor, asked):
        return report
    _check(report, actor, request)
    book = books.get(session)
    plan = _plan(session, reference, book, report, actor, request, now)
    given = Transition(to=report.status, reason=request.reason, version=request.version)
    case = Case(session, reference, books, report, actor, given, now)
    told = _told(reference, report, plan, tidy(request.reason))
    kept = account_of(
        case, book, plan.decision, plan.assignment, policy=_code(plan.policy), followed=plan.followed
    )
    _file_under(case, plan)
    if not plan.moves:
        _set(report, plan, kept)
        store_supports(case, plan.assignment)
    report.version += 1
    report.updated_at = now
    private = {"answers": dict(plan.dropped)} if plan.dropped else None
    mark(
        record(session, report, EventType.RECATEGORISED, actor=actor, at=now, data=told, private=private),
        asked,
    )
    session.flush()
    if plan.moves:
        _pass_on(case, plan, kept)
    update_alarm(session, reference, report, now)
    lapse(session, report, now)
    session.flush()
    return report


def may_recategorise(report: Report, actor: Actor) -> bool:
    """Return whether this person may correct the kind now: coordinators while it is open, who holds it
    meanwhile.
    """
    played = roles_of(actor, report)
    return report.status not in FINISHED and (TRIAGE in played or (LEAD in played and report.status in HELD))


def _check(report: Report, actor: Actor, request: Recategorising) -> None:
    if not roles_of(actor, report) & {TRIAGE, LEAD}:
        raise Forbidden(N_("Chỉ điều phối viên hoặc đơn vị chủ trì được sửa loại phản ánh."))
    if request.version != report.version:
        raise stale(report, request.version)
    if not may_recategorise(report, actor):
        raise Conflict(N_("Phản ánh này đã kết thúc hoặc đang chờ kiểm tra nên không sửa loại được nữa."))
    if request.policy is not None and TRIAGE not in roles_of(actor, report):
        raise Forbidden(N_("Chỉ điều phối viên được đổi loại thời hạn."))
    if not tidy(request.reason):
        raise invalid(["reason"], N_("Cần nêu lý do."))


def _plan(
    session: Session,
    reference: Reference,
    book: Rulebook,
    report: Report,
    actor: Actor,
    request: Recategorising,
    now: datetime,
) -> Recategorisation:
    category = reference.category_by_code.get(request.category)
    if category is None or not category.active:
        raise invalid(["category"], N_("Không có loại phản ánh “{code}”."), code=request.category)
    if category.id == report.category_id and request.policy is None:
        raise invalid(["category"], N_("Phản ánh đang thuộc loại này. Hãy chọn loại khác."))
    kept, _ = check_attributes(reference, category, report.attributes)
    facts = replace(routing_facts(book, report), categories=category.path, attributes=kept)
    decision = book.rules.decide(facts)
    before = reference.departments.get(report.lead_id or 0)
    named = reference.department_by_code.get(decision.lead or "")
    stays = request.keep_lead or named is None or report.status not in HELD
    lead = before if stays else named
    followed = decision.rule is not None and named is not None and lead == named
    plan = Recategorisation(
        category=category,
        assignment=_parts(reference, report, decision, followed, stays),
        policy=None,
        times={},
        moves=report.status in HELD and lead != before,
        followed=followed,
        decision=decision,
        sentence=explain(decision, book.names, language_in_use.get()),
        attributes=kept,
        dropped={code: value for code, value in report.attributes.items() if code not in kept},
    )
    return _timed(session, book, report, actor, request, plan, now)


def _parts(
    reference: Reference, report: Report, decision: Decision, followed: bool, stays: bool
) -> Assignment:
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
    request: Recategorising,
    plan: Recategorisation,
    now: datetime,
) -> Recategorisation:
    """The plan with its policy and deadlines; none for a case that nobody was ever given."""
    if report.policy_id is None and report.status not in HELD:
        return plan
    held = next((each for each in book.policies.values() if each.id == report.policy_id), None)
    code = request.policy or plan.decision.policy or (held.policy.code if held else DEFAULT_POLICY)
    if code not in book.policies:
        raise invalid(["policy"], N_("Không có loại thời hạn “{code}”."), code=code)
    policy = book.policies[code]
    # Who is handed it need not wait for the answer to a question of another.
    going_on = plan.moves and report.status == Status.WAITING
    clock = clock_of(
        session, report, *([Fact(EventType.RESUMED, now, Status.IN_PROGRESS)] if going_on else ())
    )
    times = counted(policy.policy, clock, report.created_at, book.calendar, now)
    later = report.due_at is not None and times["due_at"] > report.due_at
    if later and TRIAGE not in roles_of(actor, report) and not plan.moves:
        # A department does not give itself more time by calling a thing otherwise.
        return replace(plan, policy=held, kept_deadline=True)
    if plan.moves or report.status == Status.ASSIGNED:
        times["accept_due_at"] = ends_at(policy.policy.accept, now, book.calendar)
    return replace(plan, policy=policy, times={"policy_id": policy.id, **times})


def _told(reference: Reference, report: Report, plan: Recategorisation, reason: str) -> dict[str, object]:
    before = reference.categories[report.category_id]
    due_at = plan.times.get("due_at", report.due_at)
    told = {
        "category": plan.category.code,
        "category_name": dict(plan.category.name),
        "reason": reason,
        "policy": _code(plan.policy),
        "before": utc_text(report.due_at),
        "after": utc_text(utc(due_at)) if due_at else None,
        **plan.assignment.event_data(),
    }
    # What only puts it under another policy corrected no kind: the figures count it apart.
    return told if before == plan.category else {**told, "category_before": before.code}


def _file_under(case: Case, plan: Recategorisation) -> None:
    report = case.report
    if plan.category.id != report.category_id:
        if plan.category.publication == "never":
            withhold_category(case.session, report, actor=case.actor, now=case.now)
        report.category_id = plan.category.id
        report.attributes = dict(plan.attributes)


def _set(report: Report, plan: Recategorisation, kept: Mapping[str, object]) -> None:
    columns = dict(plan.times)
    if report.status in HELD:
        rule = plan.decision.rule if plan.followed else None
        columns |= {**plan.assignment.columns(), "routing": dict(kept), "rule_id": rule.id if rule else None}
    for column, value in columns.items():
        setattr(report, column, value)


def _pass_on(case: Case, plan: Recategorisation, kept: Mapping[str, object]) -> None:
    """Another department takes the lead; a question that waits for its answer is dropped."""
    report, now = case.report, case.now
    before = case.reference.departments.get(report.lead_id or 0)
    if report.status == Status.WAITING:
        moved = retimed(
            case.session, case.reference, report, Fact(EventType.RESUMED, now, Status.IN_PROGRESS)
        )
        move(case.session, report, StatusChange(Status.IN_PROGRESS, case.actor, now, changes=moved))
        case.session.flush()
    rule = plan.decision.rule if plan.followed else None
    columns = {**plan.assignment.columns(), "routing": dict(kept), "rule_id": rule.id if rule else None}
    data = {**plan.assignment.event_data(), "lead_before": before.code if before else None}
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


def _code(policy: PolicyInForce | None) -> str | None:
    return policy.policy.code if policy else None
