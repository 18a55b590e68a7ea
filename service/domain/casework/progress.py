"""Working on a case: accept, ask the reporter, resume, resolve."""

from __future__ import annotations

from service.domain.casework.case.assignment import requested_assignment, store_supports
from service.domain.casework.case.case import Case
from service.domain.casework.case.deadline import Fact, shifted_deadline_columns
from service.domain.people.colleagues import may_hold, names_of
from service.domain.publication.publication import set_published
from service.models import Event, EventType


def accept_case(case: Case) -> Event:
    """Take the case on as its lead department, and say who helps and who carries it out.

    Whom it was given to keeps it, whoever accepts it; else it is theirs who accept.
    """
    assignment = requested_assignment(case)
    keeps = {each.id for each in may_hold(case.session, case.reference, case.report.lead_id)}
    holder_id = case.report.holder_id if case.report.holder_id in keeps else case.actor.staff_id
    names = names_of(case.session, [holder_id, case.report.holder_id])
    data = {"holder_id": holder_id, "holder": names.get(holder_id or 0)}
    if case.report.holder_id not in (None, holder_id):
        data["before"] = names.get(case.report.holder_id or 0)
    if case.category.publication == "after_triage":
        set_published(case.session, case.report, True, actor=case.actor, now=case.now)
    event = case.walk({**assignment.columns(), "holder_id": holder_id}, assignment.event_data(), private=data)
    store_supports(case, assignment)
    return event


def ask_reporter(case: Case) -> Event:
    """Ask the reporter for something; the reason is the question. The clock stands until it is answered."""
    return case.walk()


def resume(case: Case) -> Event:
    """Resume the case: its deadline moves by the working time that was waited."""
    moved = shifted_deadline_columns(
        case.session, case.reference, case.report, Fact(EventType.RESUMED, case.now, case.request.to)
    )
    return case.walk(moved)


def resolve_case(case: Case) -> Event:
    """Mark the case as resolved, with evidence where its category requires it."""
    return case.walk(evidence_required=case.category.evidence_required)
