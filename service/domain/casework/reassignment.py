"""New assignment of a case that is taken up again after departments of it were switched off."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.reports.desk_marks import REOPENED
from service.domain.rules.choice import Decision
from service.domain.rules.routing import assignment_columns, decide, routing_account
from service.domain.rules.rulebook import Rulebook, load_rulebook
from service.models import EventData, Report
from service.models.reports.report import ReportChanges, StoredRouting


def successor_columns(
    session: Session, reference: Reference, report: Report, now: datetime
) -> tuple[ReportChanges, EventData]:
    """Return (columns, what the event tells): nothing where every department of the case is still there.

    Where its lead is not, the case goes to whom today's rules name, else to the ward's committee; where
    there is neither, to nobody, and the coordinator, on whose desk every reopened case lies, chooses. Others
    that are switched off play no part any more.
    """
    there = {each.id for each in reference.departments.values() if each.active}
    if {report.lead_id, report.executor_id, *report.support_ids} - {None} <= there:
        return {}, {}
    changes: ReportChanges = {
        "executor_id": report.executor_id if report.executor_id in there else None,
        "support_ids": [each for each in report.support_ids if each in there],
    }
    if report.lead_id is not None and report.lead_id not in there:
        changes.update(_led_anew(load_rulebook(session), report, now))
    if changes.get("lead_id", report.lead_id) is None:
        # Also where it is the coordinator who takes it up: settling it would leave it with nobody.
        changes["desk_reasons"], changes["desk_since"] = [REOPENED], now
    return changes, _event_data(reference, report, changes)


def _led_anew(book: Rulebook, report: Report, now: datetime) -> ReportChanges:
    decision = decide(book, report)
    lead, known = decision.lead or _committee(book, report), book.reference.department_by_code
    return {
        **assignment_columns(book, decision),
        "lead_id": known[lead].id if lead else None,
        "support_ids": sorted(known[code].id for code in decision.supports),
        "holder_id": None,
        "routing": _account(book, decision, report, now),
    }


def _committee(book: Rulebook, report: Report) -> str | None:
    ward = book.reference.wards.get(report.ward_id) if report.ward_id else None
    return book.committees.get(ward.code) if ward else None


def _account(book: Rulebook, decision: Decision, report: Report, now: datetime) -> StoredRouting:
    routing = routing_account(book, decision, now)
    return {**(report.routing or {}), **routing, "policy": (report.routing or {}).get("policy")}


def _event_data(reference: Reference, report: Report, changes: ReportChanges) -> EventData:
    def code(department_id: int | None) -> str | None:
        found = reference.departments.get(department_id or 0)
        return found.code if found else None

    data: EventData = {
        "supports": [reference.departments[each].code for each in changes["support_ids"]],
        "executor": code(changes["executor_id"]),
    }
    if "lead_id" in changes:
        data |= {"lead": code(changes["lead_id"]), "lead_before": code(report.lead_id)}
    return data
