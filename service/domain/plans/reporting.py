"""Facts of a plan for its documents: rows with what became of them, difficulties, what is due next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from service.domain.plans.access import find_plan
from service.domain.plans.deciding import plan_work_codes
from service.domain.plans.overview import PlanView, RowView, view_plan
from service.domain.works.acting import Hand
from service.domain.works.units import unit_id
from service.errors import invalid
from service.i18n import N_
from service.models import Difficulty, Work

NEXT = timedelta(days=31)
"""The period after a report that its third part looks at."""


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Difficulty as a report tells it: what is in the way, what is proposed, what was decided."""

    title: str
    proposal: str
    decision: str
    unit_id: int


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """A plan at the end of the day `until`; `issuer_id` issues the documents about it."""

    plan: PlanView
    issuer_id: int
    until: date
    today: date
    hindrances: Sequence[Hindrance]

    @property
    def late(self) -> list[RowView]:
        """Return the rows with works past their deadline."""
        return [row for row in self.plan.rows if row.progress.late]

    @property
    def coming(self) -> list[RowView]:
        """Return the rows not done whose deadline lies in the period after the report."""
        end = self.until + NEXT
        due = ((row, row.progress.due_at) for row in self.plan.rows)
        return [row for row, at in due if at is not None and self.until < at.date() <= end]


def plan_facts(hand: Hand, code: str, until: date | None = None) -> PlanFacts:
    """Return what the documents about a plan say. Raises NotFound; Invalid for a day that has not come."""
    today = hand.calendar.local(hand.now).date()
    day = until or today
    if day > today:
        raise invalid(["until"], N_("Ngày báo cáo không được sau hôm nay."))
    at: datetime = min(hand.calendar.end_of_day(day), hand.now) if day < today else hand.now
    plan = find_plan(hand.session, hand.reference, hand.actor, code)
    codes = plan_work_codes(hand.session, plan)
    view = view_plan(hand.session, hand.reference, hand.actor, plan, at, codes)
    found = hand.session.execute(
        select(Work.title, Difficulty.proposal, Difficulty.decision, Difficulty.raised_by_id)
        .join(Work, Work.id == Difficulty.work_id)
        .where(Difficulty.plan_id == plan.id, Work.created_at <= at)
        .order_by(Work.created_at, Work.id)
    )
    return PlanFacts(view, plan.issuer_id, day, today, [Hindrance(*row) for row in found])


def rows_of_unit(hand: Hand, facts: PlanFacts, unit: str, *, late: bool) -> tuple[int, list[RowView]]:
    """Return a unit and the rows that it leads, supports or does with everyone; `late` ones alone if asked.

    Raises Invalid for a unit that is none.
    """
    number = unit_id(hand.reference, unit, "unit")
    rows = facts.late if late else list(facts.plan.rows)
    return number, [row for row in rows if _has_part(row, unit)]


def _has_part(row: RowView, unit: str) -> bool:
    named = [row.lead["code"]] if row.lead else []
    return row.everyone or unit in (*named, *(each["code"] for each in row.supports))
