"""Works as they are told to colleagues: one, a list, its history, the difficulty that it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, Select, false, func, or_, select, true
from sqlalchemy.orm import Session

from service.domain.city.config_parts import UnitBrief
from service.domain.city.reference import Reference, department_brief
from service.domain.people.colleagues import names_of
from service.domain.reports.events import Actor
from service.domain.works.access import visible_works
from service.domain.works.lifecycles import work_steps
from service.models import (
    AdNumberCase,
    Difficulty,
    Event,
    Plan,
    PlanRow,
    Report,
    Work,
    WorkKind,
    WorkReport,
    WorkStatus,
)
from service.models.works.work import StoredMeans

Scope = Literal["all", "mine", "unit", "support"]
FAR = datetime(9999, 1, 1).astimezone()


class ReadModel(BaseModel):
    """A frozen read model."""

    model_config = ConfigDict(frozen=True)


class DifficultyView(ReadModel):
    """Side of a difficulty beside the work that it is."""

    kind: str
    proposal: str
    amount_vnd: int | None
    items: list[StoredMeans]
    summary: str
    decision: str
    document: str
    decided_at: datetime | None
    about: str | None
    report: str | None


class PlanRowBrief(ReadModel):
    """Row of a plan, by the plan's code and title and its position there."""

    code: str
    title: str
    position: int


class WorkView(ReadModel):
    """A work. `late` is against the deadline in force; `actions` are the steps that the asker may take."""

    id: UUID
    code: str
    kind: str
    title: str
    note: str
    result: str
    status: str
    version: int
    plan: PlanRowBrief | None
    lead: UnitBrief | None
    supports: list[UnitBrief]
    executor: UnitBrief | None
    holder: str | None
    starts_at: datetime | None
    due_at: datetime | None
    first_due_at: datetime | None
    amber_at: datetime | None
    paused_at: datetime | None
    extensions: int
    late: bool
    done_at: datetime | None
    closed_at: datetime | None
    created_at: datetime
    updated_at: datetime
    needs_photo: bool
    difficulty: DifficultyView | None
    reports: list[str]
    actions: list[str]


@dataclass(frozen=True, slots=True)
class WorkFilter:
    """Filters of works; None means any."""

    scope: Scope = "all"
    kind: WorkKind | None = None
    plan: str | None = None
    position: int | None = None
    status: WorkStatus | None = None
    open: bool = False
    late: bool = False
    statuses: frozenset[str] = frozenset()
    difficulties_of: int | None = None


@dataclass(frozen=True, slots=True)
class StoryLine:
    """Event of a work with who did it."""

    type: str
    at: datetime
    by: str | None
    data: Mapping[str, object]


def is_work_late(work: Work, now: datetime) -> bool:
    """Return whether the work is past its deadline, or was when it was done."""
    if work.due_at is None or work.paused_at is not None:
        return False
    ended = work.done_at or work.closed_at
    return (ended or now) > work.due_at


def list_works(
    session: Session,
    reference: Reference,
    actor: Actor,
    filters: WorkFilter,
    *,
    now: datetime,
    after: tuple[datetime, UUID] | None = None,
    limit: int = 50,
) -> tuple[list[WorkView], tuple[datetime, UUID] | None]:
    """Return one page of the works that the person may see, by deadline; and where the next begins."""
    due = func.coalesce(Work.due_at, FAR)
    query = select(Work).where(visible_works(actor), *work_conditions(actor, filters))
    if filters.late:
        running = Work.done_at.is_(None), Work.closed_at.is_(None), Work.paused_at.is_(None)
        query = query.where(*running, Work.due_at < now)
    if after is not None:
        query = query.where(or_(due > after[0], (due == after[0]) & (Work.id > after[1])))
    found = session.scalars(query.order_by(due, Work.id).limit(limit + 1)).all()
    rows = found[:limit]
    follows = (rows[-1].due_at or FAR, rows[-1].id) if len(found) > limit else None
    return tell_works(session, reference, actor, rows, now), follows


def work_conditions(actor: Actor, filters: WorkFilter) -> list[ColumnElement[bool]]:
    """Return the filters as conditions."""
    found = [_in_scope(actor, filters.scope)]
    if filters.kind is not None:
        found.append(Work.kind == filters.kind)
    if filters.status is not None:
        found.append(Work.status == filters.status)
    if filters.statuses:
        found.append(Work.status.in_(sorted(filters.statuses)))
    if filters.open:
        found.append(Work.closed_at.is_(None) & Work.done_at.is_(None))
    if filters.difficulties_of is not None:
        of_plan = select(Difficulty.work_id).where(Difficulty.plan_id == filters.difficulties_of)
        found.append(Work.id.in_(of_plan))
    if filters.plan is not None:
        found.append(Work.plan_row_id.in_(_rows_of(filters.plan, filters.position)))
    return found


def _in_scope(actor: Actor, scope: Scope) -> ColumnElement[bool]:
    within = sorted(actor.departments)
    if scope == "mine":
        return Work.holder_id == actor.staff_id
    if scope == "unit":
        return in_hands_of(actor)
    if scope == "support":
        return Work.support_ids.overlap(within) if within else false()
    return true()


def _rows_of(plan: str, position: int | None) -> Select[int]:
    rows = select(PlanRow.id).join(Plan, Plan.id == PlanRow.plan_id).where(Plan.code == plan.upper())
    return rows if position is None else rows.where(PlanRow.position == position)


def in_hands_of(actor: Actor) -> ColumnElement[bool]:
    """Return the condition of works that wait for this person's units: to be done, and difficulties to be
    summed up by their keeper or decided by their director.
    """
    within = sorted(actor.departments)
    if not within:
        return Work.holder_id == actor.staff_id
    task = Work.kind != WorkKind.DIFFICULTY
    return or_(
        task & Work.lead_id.in_(within),
        task & Work.executor_id.in_(within),
        (Work.status == WorkStatus.RAISED) & Work.keeper_id.in_(within),
        (Work.status == WorkStatus.SUMMARISED) & Work.director_id.in_(within),
        (Work.status == WorkStatus.RETURNED) & Work.lead_id.in_(within),
    )


def tell_works(
    session: Session, reference: Reference, actor: Actor, works: Sequence[Work], now: datetime
) -> list[WorkView]:
    """Return works as colleagues read them, with a fixed number of queries."""
    if not works:
        return []
    ids = [work.id for work in works]
    plans = {
        row.id: PlanRowBrief(code=row.code, title=row.title, position=row.position)
        for row in session.execute(
            select(PlanRow.id, Plan.code, Plan.title, PlanRow.position)
            .join(Plan, Plan.id == PlanRow.plan_id)
            .where(PlanRow.id.in_({work.plan_row_id for work in works if work.plan_row_id}))
        )
    }
    tied: dict[UUID, list[str]] = {}
    for work_id, code in session.execute(
        select(WorkReport.work_id, Report.code)
        .join(Report, Report.id == WorkReport.report_id)
        .where(WorkReport.work_id.in_(ids))
        .order_by(Report.code)
    ):
        tied.setdefault(work_id, []).append(code)
    difficulties = _difficulties(session, works)
    sides = _number_cases(session, works)
    names = names_of(session, [work.holder_id for work in works])
    return [
        _tell(
            reference,
            actor,
            work,
            now,
            plan=plans.get(work.plan_row_id or 0),
            holder=names.get(work.holder_id or 0),
            difficulty=difficulties.get(work.id),
            reports=tied.get(work.id, []),
            actions=[str(step) for step in open_steps(work_steps(work, actor), sides.get(work.id))],
        )
        for work in works
    ]


def work_story(session: Session, work: Work) -> list[StoryLine]:
    """Return the history of a work, oldest first."""
    about = Event.report_id.is_(None), Event.subject_id == str(work.id)
    events = session.scalars(select(Event).where(*about).order_by(Event.id)).all()
    names = names_of(session, [event.staff_id for event in events])
    return [
        StoryLine(str(event.type), event.at, names.get(event.staff_id or 0), event.data) for event in events
    ]


def _tell(reference: Reference, actor: Actor, work: Work, now: datetime, **beside: object) -> WorkView:
    units = reference.departments
    supports = [department_brief(units.get(each)) for each in work.support_ids]
    columns = {
        name: getattr(work, name)
        for name in WorkView.model_fields
        if name not in beside and hasattr(work, name) and name not in ("lead", "executor")
    }
    return WorkView(
        **columns,
        **beside,
        lead=department_brief(units.get(work.lead_id)),
        supports=[each for each in supports if each],
        executor=department_brief(units.get(work.executor_id)) if work.executor_id else None,
        late=is_work_late(work, now),
    )


def open_steps(steps: Sequence[WorkStatus], side: AdNumberCase | None) -> list[WorkStatus]:
    """Return of the steps that a work's life has those that can be taken now: of a number's case one decision
    at a time is entered, paid, annulled; `side` is None for works of other kinds.
    """
    if side is None:
        return list(steps)
    closed = set()
    if side.sanction_document:
        closed.add(WorkStatus.SANCTIONED)
    else:
        closed |= {WorkStatus.ANNULLED, WorkStatus.PAID}
    if side.fine_vnd is None or side.paid_on is not None:
        closed.add(WorkStatus.PAID)
    if side.appeared_on is not None:
        closed.add(WorkStatus.APPEARED)
    return [each for each in steps if each not in closed]


def _number_cases(session: Session, works: Sequence[Work]) -> dict[UUID, AdNumberCase]:
    ids = [work.id for work in works if work.kind == WorkKind.AD_NUMBER]
    if not ids:
        return {}
    found = session.scalars(select(AdNumberCase).where(AdNumberCase.work_id.in_(ids)))
    return {each.work_id: each for each in found}


def _difficulties(session: Session, works: Sequence[Work]) -> dict[UUID, DifficultyView]:
    ids = [work.id for work in works if work.kind == WorkKind.DIFFICULTY]
    if not ids:
        return {}
    found = session.scalars(select(Difficulty).where(Difficulty.work_id.in_(ids))).all()
    about = {each.about_id for each in found if each.about_id}
    reports = {each.report_id for each in found if each.report_id}
    named = [
        *session.execute(select(Work.id, Work.code).where(Work.id.in_(about))),
        *session.execute(select(Report.id, Report.code).where(Report.id.in_(reports))),
    ]
    codes: dict[UUID, str] = {row.id: row.code for row in named}
    own = set(DifficultyView.model_fields) - {"about", "report"}
    return {
        each.work_id: DifficultyView(
            **{name: getattr(each, name) for name in own},
            about=codes.get(each.about_id) if each.about_id else None,
            report=codes.get(each.report_id) if each.report_id else None,
        )
        for each in found
    }
