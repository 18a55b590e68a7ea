"""Warnings of deadlines: who is told when time runs out, and again by the city's ladder.

A step is taken once for each value of a deadline; after an extension or a reopening the value is another one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import case, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.casework.case.deadline import clock_of
from service.domain.casework.passing_time.due_reports import lock_due_reports
from service.domain.city.calendar import ZERO, Calendar
from service.domain.city.city import load_calendar
from service.domain.city.config import EscalationStage
from service.domain.city.reference import Reference
from service.domain.deadlines.clock import Pause
from service.domain.deadlines.deadlines import Term, ends_at
from service.domain.kernel.isolation import OnFailure, each_alone
from service.domain.kernel.times import utc_text
from service.domain.reports.events import SYSTEM, record
from service.models import (
    CLOCK_RUNS,
    DeadlineStep,
    EventData,
    EventType,
    Report,
    Role,
    Status,
    WorkDeadlineStep,
)

HOLDER, MANAGER, CITY_MANAGER, DESK = "holder", "manager", "city_manager", "triage"
ACCEPT, AMBER, RED, RUNG = "accept", "amber", "red", "rung-"
PUT_OFF = timedelta(hours=1)
"""A case whose warnings failed is looked at again after this."""

_AFTER = timedelta(microseconds=1)
"""A deadline is kept up to its very instant."""


class WarningStep(NamedTuple):
    """Warning: its name, from when on it is due, which deadline it is about, who is told."""

    name: str
    at: datetime
    due_at: datetime
    to: tuple[str, ...]

    @property
    def late(self) -> bool:
        """Return whether the deadline for resolution has passed with this step."""
        return self.name == RED or self.name.startswith(RUNG)


def steps_of(
    amber_at: datetime | None,
    due_at: datetime | None,
    accept_due_at: datetime | None,
    ladder: Sequence[EscalationStage],
    pauses: Iterable[Pause],
    calendar: Calendar,
) -> list[WarningStep]:
    """Return every step of a case with these deadlines; `accept_due_at` only while it is not accepted."""
    found = []
    if accept_due_at:
        found.append(WarningStep(ACCEPT, accept_due_at + _AFTER, accept_due_at, (HOLDER, MANAGER, DESK)))
    if due_at is None:
        return found
    if amber_at:
        found.append(WarningStep(AMBER, amber_at, due_at, (HOLDER,)))
    found.append(WarningStep(RED, due_at + _AFTER, due_at, (MANAGER, DESK)))
    stood = list(pauses)
    for number, rung in enumerate(ladder, 1):
        at = rung_at(due_at, rung.after_working_days, stood, calendar)
        found.append(WarningStep(f"{RUNG}{number}", at, due_at, rung.to))
    return found


def rung_at(due_at: datetime, working_days: int, pauses: Iterable[Pause], calendar: Calendar) -> datetime:
    """Return the end of that working day after the deadline, moved by the working time the clock stood
    meanwhile.

    A pause that has not ended moves nothing: nobody is told while it lasts.
    """
    at = ends_at(Term("working_days", working_days), due_at, calendar)
    for begin, end in sorted((each for each in pauses if each[1]), key=lambda each: each[0]):
        if end is None or end <= due_at or begin >= at:
            continue
        stood = calendar.working_time_between(max(begin, due_at), end)
        at = calendar.add_working_time(at, stood) if stood > ZERO else at
    return at


def warn_due(
    session: Session,
    reference: Reference,
    now: datetime,
    most: int = 200,
    failed: OnFailure | None = None,
) -> int:
    """Take every step that is due for up to `most` cases, those that waited longest first; how many cases.

    Rows are locked and skipped where somebody has them, so that any number may run at one moment; they are
    due at the next run still. A case that cannot be dealt with is put off, and `failed` is told of it.
    """
    cases = lock_due_reports(session, [Report.warn_at <= now], [Report.warn_at], most)
    if cases:
        calendar, ladder = load_calendar(session, reference), reference.config.escalation

        def look_at(each: Report) -> None:
            _look(session, reference, each, calendar, ladder, now)

        each_alone(session, cases, look_at, _putting_off(session, now, failed) if failed else None)
        session.flush()
    return len(cases)


def _putting_off(session: Session, now: datetime, failed: OnFailure) -> OnFailure:
    """Tell `failed`, and look at the case again later: else it would stand before all others at every run."""

    def put_off(report_id: UUID, error: Exception) -> None:
        later = update(Report).where(Report.id == report_id).values(warn_at=now + PUT_OFF)
        session.execute(later.execution_options(synchronize_session=False))
        failed(report_id, error)

    return put_off


def schedule_first_warning(session: Session, now: datetime) -> None:
    """Set `warn_at` of imported cases to their next warning still ahead: past ones are never sent."""
    coming = case((Report.amber_at > now, Report.amber_at), else_=Report.due_at)
    session.execute(
        update(Report)
        .where(Report.status.in_(CLOCK_RUNS), Report.due_at > now, Report.warn_at.is_(None))
        .values(warn_at=coming)
    )


def _look(
    session: Session,
    reference: Reference,
    report: Report,
    calendar: Calendar,
    ladder: Sequence[EscalationStage],
    now: datetime,
) -> None:
    if report.status not in CLOCK_RUNS:
        report.warn_at = None
        return
    late = report.due_at is not None and report.due_at < now
    pauses = clock_of(session, report).pauses if late and ladder else ()
    accept = report.accept_due_at if report.status == Status.ASSIGNED else None
    steps = steps_of(report.amber_at, report.due_at, accept, ladder, pauses, calendar)
    due = [step for step in steps if step.at <= now]
    claimed = claim_steps(session, DeadlineStep, {"report_id": report.id}, due, now)
    _tell(session, reference, report, claimed, now)
    report.warn_at = min((step.at for step in steps if step.at > now), default=None)


def claim_steps(
    session: Session,
    table: type[DeadlineStep | WorkDeadlineStep],
    owner: Mapping[str, UUID],
    steps: Sequence[WarningStep],
    now: datetime,
) -> list[WarningStep]:
    """Claim steps of warning, and return those that nobody has taken before.

    `owner` is whose they are, by the column of the table: `{"report_id": …}` or `{"work_id": …}`.
    """
    if not steps:
        return []
    rows = [{**owner, "step": s.name, "due_at": s.due_at, "at": now} for s in steps]
    claim = insert(table).values(rows).on_conflict_do_nothing().returning(table.step)
    claimed = set(session.scalars(claim))
    return [step for step in steps if step.name in claimed]


def _tell(
    session: Session, reference: Reference, report: Report, steps: Sequence[WarningStep], now: datetime
) -> None:
    """Write one event for the deadline and one for acceptance. Of several steps at once the last is told, to
    everyone whom any of them concerns; who is late need not hear that time was running out.
    """
    late = [step for step in steps if step.late]
    amber = [step for step in steps if step.name == AMBER]
    for group in (late or amber, [step for step in steps if step.name == ACCEPT]):
        if group:
            _record(session, reference, report, group, now)


def _record(
    session: Session, reference: Reference, report: Report, group: Sequence[WarningStep], now: datetime
) -> None:
    last = group[-1]
    to = list(dict.fromkeys(each for step in group for each in step.to))
    data: EventData = {"step": last.name, "due_at": utc_text(last.due_at), "to": to}
    private = {"recipients": warned_circles(reference, report, to)}
    kind = EventType.OVERDUE if last.late else EventType.DEADLINE_WARNED
    record(session, report, kind, actor=SYSTEM, at=now, public=False, data=data, private=private)


def warned_circles(reference: Reference, report: Report, to: Iterable[str]) -> list[dict[str, str | None]]:
    """Return `{"role", "department"}` of each who is told; the department by its code, None for the whole
    city.
    """
    lead = _code(reference, report.lead_id)
    executor = _code(reference, report.executor_id)
    found: list[dict[str, str | None]] = []
    for each in to:
        if each == HOLDER and lead:
            found.append({"role": Role.DEPARTMENT, "department": lead})
            if executor:
                found.append({"role": Role.EXECUTOR, "department": executor})
        elif each == MANAGER and lead:
            found.append({"role": Role.MANAGER, "department": lead})
        elif each == CITY_MANAGER:
            found.append({"role": Role.MANAGER, "department": None})
        else:  # the desk; and whoever should hear of a case that nobody leads
            found.append({"role": Role.TRIAGE, "department": None})
    return [each for index, each in enumerate(found) if each not in found[:index]]


def _code(reference: Reference, department_id: int | None) -> str | None:
    return reference.departments[department_id].code if department_id is not None else None
