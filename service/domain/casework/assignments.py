"""Giving a case to a department: assign, hand on, refuse."""

from __future__ import annotations

from service.domain.casework.case.accounts import account_of
from service.domain.casework.case.assignment import requested_assignment, store_supports
from service.domain.casework.case.case import Case
from service.domain.casework.case.deadline import Fact, acceptance_columns, clock_of, deadline_columns
from service.domain.city.questions import check_attributes
from service.domain.deadlines.deadlines import ends_at
from service.domain.kernel.times import utc_text
from service.domain.publication.publication import set_published, withhold_category
from service.domain.rules.choice import Decision
from service.domain.rules.routing import decide, set_supports
from service.domain.rules.rulebook import PolicyInForce, Rulebook
from service.errors import invalid
from service.i18n import N_
from service.models import Event, EventData, EventType, RuleRefusal
from service.models.reports.report import ReportChanges

DEFAULT_POLICY = "standard"
"""The policy of a case that a person assigns where no rule speaks and who assigns names none."""

REFUSED, SUSPECTED_SPAM = "refused", "suspected_spam"


def assign(case: Case) -> Event:
    """Give the case to a lead department, under the category it belongs to: the coordinator's step.

    Where that is the lead whom the rules name, whoever else they name comes along, unless the request says
    otherwise or the case had this lead before. Deadlines are set as routing would set them: the clock
    starts when the report came in, not now.
    """
    if case.request.lead is None:
        return case.walk({"lead_id": None})
    corrected = _correct_category(case)
    book = case.books.get(case.session)
    decision = decide(book, case.report)
    followed = decision.rule is not None and decision.lead == case.request.lead
    again = case.request.lead == lead_code(case) and not corrected
    assignment = requested_assignment(case, decision if followed and not again else None)
    policy = _policy(case, book, decision)
    times = _times(case, book, policy)
    routing = account_of(case, book, decision, assignment, policy=policy.policy.code, followed=followed)
    event = case.walk(
        {
            **assignment.columns(),
            **times,
            # A person's own choice follows no rule.
            "rule_id": decision.rule.id if followed and decision.rule else None,
            "routing": routing,
        },
        {**assignment.event_data(), **corrected, "due_at": utc_text(times["due_at"])},
    )
    store_supports(case, assignment)
    return event


def hand_on(case: Case) -> Event:
    """Hand the lead on to another department: the deadline stays, the one for acceptance starts again."""
    if case.request.lead is None:
        return case.walk({"lead_id": None})
    assignment = requested_assignment(case)
    if assignment.lead is not None and assignment.lead.id == case.report.lead_id:
        raise invalid(["lead"], N_("Đơn vị này đang chủ trì. Hãy chọn đơn vị khác."))
    data: EventData = {**assignment.event_data(), "lead_before": lead_code(case)}
    again = acceptance_columns(case.session, case.reference, case.report, case.now)
    book = case.books.get(case.session)
    routing = account_of(
        case,
        book,
        decide(book, case.report),
        assignment,
        policy=(case.report.routing or {}).get("policy"),
        followed=False,
    )
    event = case.walk({**assignment.columns(), **again, "rule_id": None, "routing": routing}, data)
    store_supports(case, assignment)
    return event


def refuse(case: Case) -> Event:
    """Refuse the case (“not ours”): back to the coordinator, nobody holds it, its deadline runs on."""
    data: EventData = {"why": REFUSED, "lead_before": lead_code(case)}
    gone: ReportChanges = {
        "lead_id": None,
        "executor_id": None,
        "accept_due_at": None,
        "triage_reason": REFUSED,
    }
    doubted = case.report.rule_id, case.report.lead_id
    event = case.walk(gone, data)
    set_supports(case.report, ())
    _doubt(case, *doubted)
    return event


def _doubt(case: Case, rule_id: int | None, lead_id: int | None) -> None:
    """Flag the rule that sent the case where it does not belong."""
    if rule_id is None or lead_id is None:
        return
    case.session.add(
        RuleRefusal(
            report_id=case.report.id,
            rule_id=rule_id,
            department_id=lead_id,
            staff_id=case.actor.staff_id,
            reason=case.reason,
            at=case.now,
        )
    )


def lead_code(case: Case) -> str | None:
    """Return the code of the department that leads the case now."""
    lead = case.reference.departments.get(case.report.lead_id or 0)
    return lead.code if lead else None


def _correct_category(case: Case) -> EventData:
    """Put the report under its right category and make it public where a person's look was waited for.

    What the public event tells of it is the answer.
    """
    before = after = case.category
    if case.request.category is not None:
        found = case.reference.category_by_code.get(case.request.category)
        if found is None or not found.active:
            raise invalid(["category"], N_("Không có loại phản ánh “{code}”."), code=case.request.category)
        after = found
    held = case.report.triage_reason == SUSPECTED_SPAM
    if after != before or after.publication == "after_triage" or held:
        _publish(case, after.publication != "never")
    if after == before:
        return {}
    # Answers to questions that the right kind does not ask would mislead its rules.
    case.report.attributes = check_attributes(case.reference, after, case.report.attributes)[0]
    case.report.category_id = after.id
    return {"category_before": before.code}


def _publish(case: Case, published: bool) -> None:
    if published:
        set_published(case.session, case.report, True, actor=case.actor, now=case.now)
    else:
        withhold_category(case.session, case.report, actor=case.actor, now=case.now)


def _policy(case: Case, book: Rulebook, decision: Decision) -> PolicyInForce:
    code = case.request.policy or decision.policy or DEFAULT_POLICY
    if code not in book.policies:
        raise invalid(["policy"], N_("Không có loại thời hạn “{code}”."), code=code)
    return book.policies[code]


def _times(case: Case, book: Rulebook, policy: PolicyInForce) -> ReportChanges:
    clock = clock_of(case.session, case.report, Fact(EventType.ASSIGNED, case.now, case.request.to))
    return {
        "policy_id": policy.id,
        **deadline_columns(policy.policy, clock, case.report.created_at, book.calendar, case.now),
        # The department learns of it only now: until when it accepts is counted from here.
        "accept_due_at": ends_at(policy.policy.accept, case.now, book.calendar),
    }
