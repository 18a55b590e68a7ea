"""Asking for reports: a period over, one report of each kind and a row for each unit, exactly once."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.city.calendar import Calendar
from service.domain.city.reference import Reference
from service.domain.documents.register import WRITERS, require_issuing
from service.domain.periodic.kinds import period_around
from service.domain.queries.manage.periods import Period
from service.domain.reports.events import Actor
from service.domain.works.terms import after_working_days
from service.errors import NotFound, invalid
from service.i18n import N_
from service.models import ApiKey, EventType, OwnNotice, PeriodicReport, ReportKind, Staff, UnitReport


def request_due_reports(session: Session, reference: Reference, calendar: Calendar, now: datetime) -> int:
    """Ask for the reports of every kind whose period has ended since it began; how many.

    The row of the period is what two workers at one moment wait for: the second one asks for nothing.
    """
    today = calendar.local(now).date()
    count = 0
    for kind in session.scalars(select(ReportKind).where(ReportKind.active).order_by(ReportKind.id)):
        ended = period_around(kind.period, period_around(kind.period, today).first - timedelta(days=1))
        if kind.begins_on <= ended.last and _ask(session, reference, calendar, kind, ended, now):
            count += 1
    return count


def ask_for(
    session: Session,
    reference: Reference,
    calendar: Calendar,
    actor: Actor,
    code: str,
    day: date,
    now: datetime,
) -> PeriodicReport:
    """Ask by hand for the report of the period that the day lies in; the same again is the same report.

    Raises NotFound, Forbidden, Invalid for a period that is not over.
    """
    kind = session.scalar(select(ReportKind).where(ReportKind.code == code))
    if kind is None:
        raise NotFound(N_("Không có loại báo cáo này."))
    require_issuing(actor, kind.issuer_id)
    period = period_around(kind.period, day)
    if period.last >= calendar.local(now).date():
        raise invalid(["day"], N_("Kỳ báo cáo này chưa kết thúc."))
    _ask(session, reference, calendar, kind, period, now, actor.staff_id)
    own = PeriodicReport.kind_id == kind.id, PeriodicReport.first == period.first
    return session.scalars(select(PeriodicReport).where(*own)).one()


def _ask(
    session: Session,
    reference: Reference,
    calendar: Calendar,
    kind: ReportKind,
    period: Period,
    now: datetime,
    by: int | None = None,
) -> bool:
    midnight = calendar.end_of_day(period.last)
    facts = {
        "kind_id": kind.id,
        "first": period.first,
        "last": period.last,
        "asked_at": now,
        "due_at": after_working_days(calendar, midnight, kind.due_days),
    }
    claim = insert(PeriodicReport).values(facts).on_conflict_do_nothing().returning(PeriodicReport.id)
    number = session.scalar(claim)
    if number is None:
        return False
    active = [each for each in kind.unit_ids if each in reference.departments]
    for unit in active:
        session.add(UnitReport(report_id=number, unit_id=unit))
    session.flush()
    _ring(session, number, active, now, by)
    return True


def _ring(session: Session, number: int, units: list[int], now: datetime, by: int | None) -> None:
    """Tell the people of the units on their bells, once, but not who asked."""
    writers = Staff.active, Staff.role.in_(WRITERS), Staff.department_id.in_(units)
    keys = Staff.id.not_in(select(ApiKey.staff_id))
    data = {"periodic_id": number, "occasion": f"periodic:{number}", "type": EventType.DEADLINE_WARNED}
    rows = [
        {**data, "staff_id": each, "by_id": by, "at": now}
        for each in session.scalars(select(Staff.id).where(*writers, keys).order_by(Staff.id))
        if each != by
    ]
    if rows:
        session.execute(insert(OwnNotice).values(rows).on_conflict_do_nothing())
