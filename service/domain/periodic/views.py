"""Reports up the line as they are told: how many units have answered, who is missing, figures and words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.domain.city.config_parts import UnitBrief
from service.domain.city.reference import Reference, brief_of_unit, department_brief
from service.domain.documents.register import may_issue
from service.domain.indicators.registry import INDICATORS
from service.domain.indicators.values import FigureView, count_units, tell_figure
from service.domain.periodic.kinds import is_concerned, period_title
from service.domain.queries.manage.periods import Period
from service.domain.reports.events import Actor
from service.domain.works.views import ReadModel
from service.errors import NotFound
from service.i18n import N_
from service.models import Difficulty, PeriodicReport, ReportKind, UnitReport, Work, WorkStatus
from service.models.documents.periodic import StoredSection

SHOWN = 100


class PeriodicBrief(ReadModel):
    """A report in a list: of `units` so many have answered."""

    id: int
    kind: str
    title: str
    issuer: UnitBrief | None
    first: date
    last: date
    due_at: datetime
    units: int
    sent: int
    merged_at: datetime | None
    document: int | None


class UnitWords(ReadModel):
    """Words of one unit; `sent_at` None while it has not answered. `mine` where the asker writes for it."""

    unit: UnitBrief
    results: str
    hindrances: str
    proposals: str
    sent_at: datetime | None
    version: int
    mine: bool


class PeriodicView(PeriodicBrief):
    """A whole report. `missing` are the units that have not answered."""

    sections: list[StoredSection]
    missing: list[UnitBrief]
    words: list[UnitWords]
    may_merge: bool


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Difficulty of a plan as the report tells it."""

    unit: str
    title: str
    proposal: str
    decision: str


def find_periodic(
    session: Session, actor: Actor, number: int, *, lock: bool = False
) -> tuple[PeriodicReport, ReportKind]:
    """Return a report with its kind. Raises NotFound also for who may not know of it."""
    query = select(PeriodicReport).where(PeriodicReport.id == number)
    row = session.scalar(query.with_for_update() if lock else query)
    kind = session.get(ReportKind, row.kind_id) if row is not None else None
    if row is None or kind is None or not is_concerned(actor, kind):
        raise NotFound(N_("Không có báo cáo này."))
    return row, kind


def list_periodic(session: Session, reference: Reference, actor: Actor) -> list[PeriodicBrief]:
    """Return the newest reports that the actor's units issue or contribute to."""
    rows = session.execute(
        select(PeriodicReport, ReportKind)
        .join(ReportKind, ReportKind.id == PeriodicReport.kind_id)
        .order_by(PeriodicReport.first.desc(), PeriodicReport.id.desc())
        .limit(SHOWN)
    ).all()
    mine = [(row, kind) for row, kind in rows if is_concerned(actor, kind)]
    units_of = _unit_rows(session, [row.id for row, _ in mine])
    return [PeriodicBrief(**_brief(reference, row, kind, units_of[row.id])) for row, kind in mine]


def view_report(session: Session, reference: Reference, actor: Actor, number: int) -> PeriodicView:
    """Return one report. A unit sees its own words alone, the issuer all of them."""
    row, kind = find_periodic(session, actor, number)
    units = _unit_rows(session, [row.id])[row.id]
    whole = may_issue(actor, kind.issuer_id)
    return PeriodicView(
        **_brief(reference, row, kind, units),
        sections=kind.sections,
        missing=[brief_of_unit(reference, each.unit_id) for each in units if each.sent_at is None],
        words=[
            UnitWords(
                unit=brief_of_unit(reference, each.unit_id),
                **{name: getattr(each, name) for name in ("results", "hindrances", "proposals")},
                sent_at=each.sent_at,
                version=each.version,
                mine=may_issue(actor, each.unit_id),
            )
            for each in units
            if whole or may_issue(actor, each.unit_id)
        ],
        may_merge=whole,
    )


def report_figures(
    session: Session, reference: Reference, report: PeriodicReport, units: Sequence[int | None], now: datetime
) -> Mapping[str, list[FigureView]]:
    """Return the figures of these units (None is all, under “”): those frozen, where the report is merged."""
    period = Period("free", report.first, report.last)
    if report.figures is not None:
        return {
            key: [FigureView.model_validate(each) for each in figures]
            for key, figures in report.figures.items()
        }
    counted = count_units(session, reference, units, period, now)
    return {
        reference.departments[unit].code if unit is not None else "": [
            tell_figure(reference, code, counted[unit], unit, period) for code in INDICATORS
        ]
        for unit in units
    }


def plan_obstacles(
    session: Session, reference: Reference, report: PeriodicReport, kind: ReportKind, until: datetime
) -> list[Obstacle]:
    """Return the difficulties of plans that the report's units raised until the end of its period, and that
    were open in it.
    """
    units = {
        below for each in (kind.issuer_id, *kind.unit_ids) for below in reference.departments_below(each)
    }
    gone = (WorkStatus.DROPPED, WorkStatus.WITHDRAWN)
    begun = datetime.combine(report.first, datetime.min.time(), until.tzinfo)
    rows = session.execute(
        select(Work.title, Difficulty.proposal, Difficulty.decision, Difficulty.raised_by_id)
        .join(Difficulty, Difficulty.work_id == Work.id)
        .where(Difficulty.raised_by_id.in_(sorted(units)), Work.status.not_in(gone))
        .where(Work.created_at <= until, or_(Work.closed_at.is_(None), Work.closed_at >= begun))
        .order_by(Work.created_at, Work.id)
        .limit(SHOWN)
    )
    return [
        Obstacle(reference.departments[row.raised_by_id].name["vi"], row.title, row.proposal, row.decision)
        for row in rows
    ]


def _unit_rows(session: Session, numbers: Sequence[int]) -> Mapping[int, list[UnitReport]]:
    found: dict[int, list[UnitReport]] = {number: [] for number in numbers}
    query = select(UnitReport).where(UnitReport.report_id.in_(numbers)).order_by(UnitReport.unit_id)
    for row in session.scalars(query):
        found[row.report_id].append(row)
    return found


def _brief(
    reference: Reference, row: PeriodicReport, kind: ReportKind, units: Sequence[UnitReport]
) -> dict[str, object]:
    return {
        "id": row.id,
        "kind": kind.code,
        "title": f"{kind.title} {period_title(kind.period, row.first)}",
        "issuer": department_brief(reference.departments.get(kind.issuer_id)),
        "first": row.first,
        "last": row.last,
        "due_at": row.due_at,
        "units": len(units),
        "sent": sum(each.sent_at is not None for each in units),
        "merged_at": row.merged_at,
        "document": row.document_id,
    }
