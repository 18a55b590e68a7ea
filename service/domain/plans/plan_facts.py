"""Facts of a plan for its documents: rows with what became of them, difficulties, what is due next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.plans.access import find_plan
from service.domain.plans.overview import PlanView, RowView, late_work, progress_of_rows, view_plan
from service.domain.plans.plan_steps import plan_work_codes
from service.domain.works.actions import ActionContext
from service.domain.works.units import unit_id
from service.errors import invalid
from service.i18n import N_
from service.models import Difficulty, Photo, Plan, PlanRow, Work, WorkKind
from service.models.reports.photo import PhotoState

NEXT = timedelta(days=31)
"""The period after a report that its third part looks at."""
MOST_PICTURES = 24
"""So many photos stand in the annex of a report, one of a work."""


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Difficulty as a report tells it: what is in the way, what is proposed, what was decided."""

    title: str
    proposal: str
    decision: str
    unit_id: int


@dataclass(frozen=True, slots=True)
class PicturedWork:
    """Photo of what a unit did for a row: key of its small version in the store, and its words."""

    picture: str
    words: str


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """A plan at the end of the day `until`; `issuer_id` issues the documents about it.

    `pictured` are photos of what was done, by row.
    """

    plan: PlanView
    issuer_id: int
    until: date
    today: date
    at: datetime
    zone: ZoneInfo
    hindrances: Sequence[Hindrance]
    pictured: Sequence[PicturedWork] = ()

    @property
    def late(self) -> list[RowView]:
        """Return the rows with works past their deadline."""
        return [row for row in self.plan.rows if row.progress.late]

    @property
    def coming(self) -> list[tuple[RowView, date]]:
        """Return the rows not done whose deadline lies in the period after the report, and its day."""
        dues = ((row, row.progress.due_at) for row in self.plan.rows)
        days = ((row, at.astimezone(self.zone).date()) for row, at in dues if at is not None)
        return [(row, day) for row, day in days if self.until < day <= self.until + NEXT]


def plan_facts(ctx: ActionContext, code: str, until: date | None = None) -> PlanFacts:
    """Return what the documents about a plan say. Raises NotFound; Invalid for a day that has not come."""
    today = ctx.calendar.local(ctx.now).date()
    day = until or today
    if day > today:
        raise invalid(["until"], N_("Ngày báo cáo không được sau hôm nay."))
    at: datetime = min(ctx.calendar.end_of_day(day), ctx.now) if day < today else ctx.now
    plan = find_plan(ctx.session, ctx.reference, ctx.actor, code)
    codes = plan_work_codes(ctx.session, plan)
    view = view_plan(ctx.session, ctx.reference, ctx.actor, plan, at, codes)
    found = ctx.session.execute(
        select(Work.title, Difficulty.proposal, Difficulty.decision, Difficulty.raised_by_id)
        .join(Work, Work.id == Difficulty.work_id)
        .where(Difficulty.plan_id == plan.id, Work.created_at <= at)
        .order_by(Work.created_at, Work.id)
    )
    pictured = _pictured(ctx, plan, at)
    hindrances = [Hindrance(*row) for row in found]
    return PlanFacts(view, plan.issuer_id, day, today, at, ctx.calendar.timezone, hindrances, pictured)


def rows_of_unit(ctx: ActionContext, facts: PlanFacts, unit: str) -> tuple[int, list[RowView]]:
    """Return a unit and the rows that it leads, supports or does with everyone.

    Raises Invalid for a unit that is none.
    """
    number = unit_id(ctx.reference, unit, "unit")
    return number, [row for row in facts.plan.rows if row.everyone or unit in _named(row)]


def late_rows_of_unit(
    ctx: ActionContext, plan: Plan, facts: PlanFacts, unit: str
) -> tuple[int, list[RowView]]:
    """Return a unit and the rows that it is late with: with its own work, as far as that is, or as one of
    those who support. What others are late with in a row for everyone is not its.

    Raises Invalid for a unit that is none.
    """
    number = unit_id(ctx.reference, unit, "unit")
    ids = select(PlanRow.id, PlanRow.position).where(PlanRow.plan_id == plan.id)
    positions = {row.id: row.position for row in ctx.session.execute(ids)}
    own = progress_of_rows(ctx.session, sorted(positions), facts.at, ctx.reference.departments_below(number))
    late = {positions[row]: progress for row, progress in own.items() if progress.late}
    lines = []
    for row in facts.plan.rows:
        if row.position in late:
            lines.append(row.model_copy(update={"progress": late[row.position]}))
        elif row.progress.late and not row.everyone and unit in _named(row):
            lines.append(row)
    return number, lines


def late_units(session: Session, plan_id: int, now: datetime) -> dict[int, int]:
    """Return the units that are late with works of a plan, and with how many."""
    counted = (
        select(Work.lead_id, func.count().label("late"))
        .join(PlanRow, PlanRow.id == Work.plan_row_id)
        .where(PlanRow.plan_id == plan_id, Work.kind == WorkKind.TASK, late_work(now))
        .group_by(Work.lead_id)
    )
    return {row.lead_id: row.late for row in session.execute(counted)}


def _named(row: RowView) -> list[str]:
    return [*([row.lead["code"]] if row.lead else []), *(each["code"] for each in row.supports)]


def _pictured(ctx: ActionContext, plan: Plan, at: datetime) -> list[PicturedWork]:
    """Return the newest photo of each work that was done, in the order of the rows."""
    newest = (
        select(Photo.work_id, Photo.thumbnail_key)
        .where(
            Photo.work_id == Work.id, Photo.state == PhotoState.READY, Photo.kind.in_(("evidence", "after"))
        )
        .where(Photo.created_at <= at)
        .order_by(Photo.created_at.desc(), Photo.id)
        .limit(1)
        .lateral()
    )
    rows = ctx.session.execute(
        select(PlanRow.label, PlanRow.position, PlanRow.task, Work.lead_id, newest.c.thumbnail_key)
        .join(Work, Work.plan_row_id == PlanRow.id)
        .join(newest, newest.c.work_id == Work.id)
        .where(PlanRow.plan_id == plan.id, Work.done_at.is_not(None), Work.done_at <= at)
        .order_by(PlanRow.position, Work.code)
        .limit(MOST_PICTURES)
    )
    units = ctx.reference.departments
    return [
        PicturedWork(
            row.thumbnail_key,
            f"{row.label or row.position}. {row.task}"
            + (f" ({units[row.lead_id].name['vi']})" if row.lead_id in units else ""),
        )
        for row in rows
    ]
