"""Plans as they are told: their table with what became of each row, their figures, the plans below them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from datetime import time as time_of_day

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, case, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session, aliased

from service.domain.city.config_parts import UnitBrief
from service.domain.city.reference import Reference, department_brief
from service.domain.kernel.sql import AnyRow
from service.domain.plans.access import visible_plans
from service.domain.plans.life import plan_steps
from service.domain.plans.readers import ReaderCounts, count_readers
from service.domain.reports.events import Actor
from service.domain.works.views import ReadModel
from service.models import Plan, PlanParent, PlanRow, PlanState, Work, WorkKind, WorkStatus
from service.models.shared.base import StoredRecipient


class WorkProgress(ReadModel):
    """Counts of works. Of those done, `on_time` were so by the deadline in force, `on_first` by the first."""

    total: int = 0
    done: int = 0
    under_way: int = 0
    waiting: int = 0
    late: int = 0
    on_time: int = 0
    on_first: int = 0
    due_at: datetime | None = None
    result: str = ""


class RowView(ReadModel):
    """Row of a plan: its words, what was understood, and what became of it."""

    position: int
    version: int
    label: str
    group: str
    task: str
    lead_words: str
    time_words: str
    note: str
    lead: UnitBrief | None
    supports: list[UnitBrief]
    everyone: bool
    first: date | None
    last: date | None
    repeats: str | None
    time: time_of_day | None
    on_holiday: str
    key: bool
    needs_photo: bool
    indicator: str | None
    target: int | None
    unclear: list[str]
    progress: WorkProgress


class PlanBrief(ReadModel):
    """A plan in a list; `children` of `expected` units below have a plan of their own to carry it out."""

    code: str
    title: str
    number: str
    state: str
    issuer: UnitBrief | None
    first: date | None
    last: date | None
    version: int
    progress: WorkProgress
    read: int
    readers: int
    children: int
    expected: int


class PlanView(PlanBrief):
    """A whole plan. `missing` are the units below that have none yet; `actions` the asker's next steps."""

    dated: date | None
    keeper: UnitBrief | None
    public: bool
    parents: list[dict[str, str | None]]
    recipients: list[StoredRecipient]
    warnings: list[str]
    acknowledged: bool
    source: bool
    in_force_at: datetime | None
    ended_at: datetime | None
    end_reason: str
    below: list[dict[str, str]]
    missing: list[UnitBrief]
    rows: list[RowView]
    actions: list[str]
    works: list[str] = []


@dataclass(frozen=True, slots=True)
class _Below:
    plans: Sequence[Plan]
    missing: Sequence[int]
    expected: int


def list_plans(session: Session, reference: Reference, actor: Actor, now: datetime) -> list[PlanBrief]:
    """Return the plans that the person may see, running ones first, 200 at most; of wards' plans that carry
    out another only their own.
    """
    rank = case({PlanState.IN_FORCE: 0, PlanState.DRAFT: 1, PlanState.CLOSED: 2}, value=Plan.state, else_=3)
    own = Plan.issuer_id.in_(sorted(actor.departments)) if actor.departments else None
    order = [rank, *([own.desc()] if own is not None else []), Plan.last, Plan.id.desc()]
    shown = select(Plan).where(visible_plans(actor), Plan.state != PlanState.DROPPED)
    plans = session.scalars(shown.order_by(*order).limit(200)).all()
    below = _below(session, reference, plans)
    wards = {each.id for each in reference.departments.values() if each.kind == "ward"}
    hidden = {child.id for each in below.values() for child in each.plans if child.issuer_id in wards}
    top = [plan for plan in plans if plan.id not in hidden or plan.issuer_id in actor.departments]
    progress = _progress_of_plans(session, [plan.id for plan in top], now)
    readers = count_readers(session, reference, top)
    return [
        PlanBrief(**_brief(reference, plan, progress.get(plan.id), readers[plan.id], below[plan.id]))
        for plan in top
    ]


def view_plan(
    session: Session, reference: Reference, actor: Actor, plan: Plan, now: datetime, works: Sequence[str] = ()
) -> PlanView:
    """Return one plan with its rows; a fixed number of queries however many these are."""
    rows = session.scalars(select(PlanRow).where(PlanRow.plan_id == plan.id).order_by(PlanRow.position)).all()
    by_row = progress_of_rows(session, [row.id for row in rows], now)
    below = _below(session, reference, [plan])[plan.id]
    progress = _progress_of_plans(session, [plan.id], now).get(plan.id)
    readers = count_readers(session, reference, [plan])[plan.id]
    units = reference.departments
    return PlanView(
        **_brief(reference, plan, progress, readers, below),
        dated=plan.dated,
        keeper=department_brief(units.get(plan.keeper_id)),
        public=plan.public,
        parents=_parents(session, plan),
        recipients=plan.recipients,
        warnings=plan.warnings,
        acknowledged=plan.acknowledged_at is not None,
        source=plan.source_key is not None,
        in_force_at=plan.in_force_at,
        ended_at=plan.ended_at,
        end_reason=plan.end_reason,
        below=[_named_plan(reference, child) for child in below.plans],
        missing=[brief for each in below.missing if (brief := department_brief(units.get(each)))],
        rows=[view_row(reference, row, by_row.get(row.id, WorkProgress())) for row in rows],
        actions=[str(step) for step in plan_steps(plan, actor)],
        works=list(works),
    )


def view_row(reference: Reference, row: PlanRow, progress: WorkProgress) -> RowView:
    """Return one row as it is told."""
    units = reference.departments
    plain = {
        name: getattr(row, name)
        for name in RowView.model_fields
        if name not in ("group", "lead", "supports", "progress")
    }
    supports = [department_brief(units.get(each)) for each in row.support_ids]
    return RowView(
        **plain,
        group=row.section_label,
        lead=department_brief(units.get(row.lead_id)) if row.lead_id else None,
        supports=[each for each in supports if each],
        progress=progress,
    )


def progress_of_rows(
    session: Session, row_ids: Sequence[int], now: datetime, leads: Collection[int] | None = None
) -> Mapping[int, WorkProgress]:
    """Return what became of each row's works, or of those alone that these units lead."""
    results = func.array_agg(aggregate_order_by(Work.result, Work.updated_at.desc())).filter(
        Work.result != ""
    )
    counted = (
        select(Work.plan_row_id, *_figures(now), results[1].label("result"))
        .where(Work.plan_row_id.in_(row_ids), Work.kind == WorkKind.TASK)
        .where(Work.status != WorkStatus.DROPPED)
        .group_by(Work.plan_row_id)
    )
    if leads is not None:
        counted = counted.where(Work.lead_id.in_(sorted(leads)))
    return {row.plan_row_id: _progress(row) for row in session.execute(counted)}


def _progress_of_plans(session: Session, ids: Sequence[int], now: datetime) -> Mapping[int, WorkProgress]:
    counted = (
        select(PlanRow.plan_id, *_figures(now))
        .join(Work, Work.plan_row_id == PlanRow.id)
        .where(PlanRow.plan_id.in_(ids), Work.kind == WorkKind.TASK, Work.status != WorkStatus.DROPPED)
        .group_by(PlanRow.plan_id)
    )
    return {row.plan_id: _progress(row) for row in session.execute(counted)}


def _figures(now: datetime) -> Sequence[SQLColumnExpression[object]]:
    done = Work.done_at.is_not(None)
    undone = _undone()
    count = func.count()
    return [
        count.label("total"),
        count.filter(done).label("done"),
        count.filter(Work.status == WorkStatus.UNDER_WAY).label("under_way"),
        count.filter(Work.status == WorkStatus.WAITING).label("waiting"),
        count.filter(late_work(now)).label("late"),
        count.filter(done, Work.done_at <= Work.due_at).label("on_time"),
        count.filter(done, Work.done_at <= Work.first_due_at).label("on_first"),
        func.min(Work.due_at).filter(undone).label("due_at"),
    ]


def late_work(now: datetime) -> ColumnElement[bool]:
    """Return the condition of the works that are past their deadline and not done."""
    return and_(_undone(), Work.paused_at.is_(None), Work.due_at < now)


def _undone() -> ColumnElement[bool]:
    return and_(Work.done_at.is_(None), Work.closed_at.is_(None))


def _progress(row: AnyRow) -> WorkProgress:
    found = {name: value for name, value in row._mapping.items() if name in WorkProgress.model_fields}
    return WorkProgress(**{name: value for name, value in found.items() if value is not None})


def _brief(
    reference: Reference, plan: Plan, progress: WorkProgress | None, readers: ReaderCounts, below: _Below
) -> dict[str, object]:
    return {
        "code": plan.code,
        "title": plan.title,
        "number": plan.number,
        "state": plan.state,
        "issuer": department_brief(reference.departments.get(plan.issuer_id)),
        "first": plan.first,
        "last": plan.last,
        "version": plan.version,
        "progress": progress or WorkProgress(),
        "read": readers.read,
        "readers": readers.total,
        "children": below.expected - len(below.missing) if below.expected else len(below.plans),
        "expected": below.expected,
    }


def _below(session: Session, reference: Reference, plans: Sequence[Plan]) -> dict[int, _Below]:
    """Return the plans that carry each one out. Where wards' committees have begun, all of them are
    expected to.
    """
    child = aliased(Plan)
    found: dict[int, list[Plan]] = {plan.id: [] for plan in plans}
    for parent_id, each in session.execute(
        select(PlanParent.parent_id, child)
        .join(child, child.id == PlanParent.plan_id)
        .where(PlanParent.parent_id.in_(found), child.state.in_((PlanState.IN_FORCE, PlanState.CLOSED)))
        .order_by(child.id)
    ):
        if parent_id is not None:
            found[parent_id].append(each)
    wards = {each.id for each in reference.departments.values() if each.kind == "ward" and each.active}
    data = {}
    for plan_id, children in found.items():
        have = {each.issuer_id for each in children}
        expected = wards if have & wards else set()
        data[plan_id] = _Below(children, sorted(expected - have), len(expected))
    return data


def _parents(session: Session, plan: Plan) -> list[dict[str, str | None]]:
    parent = aliased(Plan)
    rows = session.execute(
        select(PlanParent.words, parent.code, parent.title)
        .outerjoin(parent, parent.id == PlanParent.parent_id)
        .where(PlanParent.plan_id == plan.id)
        .order_by(PlanParent.id)
    )
    lines = [(row.title if row.words in ("", row.code) else row.words, row.code) for row in rows]
    return [{"words": words, "code": code} for words, code in lines]


def _named_plan(reference: Reference, plan: Plan) -> dict[str, str]:
    issuer = department_brief(reference.departments.get(plan.issuer_id))
    return {"code": plan.code, "title": plan.title, "issuer": issuer["name"] if issuer else ""}
