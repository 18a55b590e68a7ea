"""Figures on the wall of the operations centre: open and late, today's in and out, by department."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.kernel.sql import plan_by_values
from service.domain.queries.conditions import overdue
from service.domain.queries.views import View
from service.i18n import pick
from service.models import OPEN, Report, Status


class DepartmentLoad(View):
    """Number of open cases of one department; `code` is None for cases without one."""

    code: str | None
    name: str
    open: int
    late: int


class Wall(View):
    """The figures at `at`. `amber`: running out of time, `late`: past the deadline, both of the open ones.

    `received` and `finished` are today's, by the city's clock; finished is done, rejected, merged, withdrawn.
    """

    at: datetime
    open: int
    late: int
    amber: int
    triage: int
    to_verify: int
    received: int
    finished: int
    departments: list[DepartmentLoad]


def read_wall(session: Session, reference: Reference, *, now: datetime, most: int = 7) -> Wall:
    """Return the figures of all reports, published or not: one pass over the open ones, today's by index."""
    # One core is enough for a screen that nobody waits for.
    plan_by_values(session, one_core=True)
    rows = session.execute(_held(now)).all()
    received, finished = session.execute(_today(_midnight(reference, now))).one()
    resolved = session.scalar(select(func.count()).where(Report.status == Status.RESOLVED)) or 0
    return Wall(
        at=now,
        open=sum(row.open for row in rows),
        late=sum(row.late for row in rows),
        amber=sum(row.amber for row in rows),
        triage=sum(row.triage for row in rows),
        to_verify=resolved,
        received=received,
        finished=finished,
        departments=_departments(reference, rows, most),
    )


def _held(now: datetime) -> Select[int | None, int, int, int, int]:
    late = overdue(now)
    amber = and_(Report.amber_at <= func.coalesce(Report.paused_at, now), ~late)
    return (
        select(
            Report.lead_id,
            func.count().label("open"),
            _count(late).label("late"),
            _count(amber).label("amber"),
            _count(Report.status == Status.TRIAGE).label(Status.TRIAGE),
        )
        .where(Report.status.in_(OPEN))
        .group_by(Report.lead_id)
    )


def _today(midnight: datetime) -> Select[int, int]:
    """Return whatever ended today was changed today: that index holds no more than a day's work."""
    received = select(func.count()).where(Report.created_at >= midnight).scalar_subquery()
    ended = or_(
        Report.resolved_at >= midnight, and_(Report.closed_at >= midnight, Report.resolved_at.is_(None))
    )
    finished = select(func.count()).where(Report.updated_at >= midnight, ended).scalar_subquery()
    return select(received, finished)


def _departments(
    reference: Reference, rows: Sequence[Row[int | None, int, int, int, int]], most: int
) -> list[DepartmentLoad]:
    """Return those with most open, the latest first among equals."""
    held = [row for row in rows if row.lead_id is not None]
    held.sort(key=lambda row: (-row.open, -row.late, row.lead_id))
    found = []
    for row in held[:most]:
        view = reference.departments[row.lead_id]
        found.append(
            DepartmentLoad(
                code=view.code, name=pick(view.short_name or view.name), open=row.open, late=row.late
            )
        )
    return found


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(condition)


def _midnight(reference: Reference, now: datetime) -> datetime:
    local = now.astimezone(ZoneInfo(reference.timezone))
    return local.replace(hour=0, minute=0, second=0, microsecond=0)
