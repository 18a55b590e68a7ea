"""Answers of units, and merging them: words sent once or again until the report is merged, figures frozen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.calendar import Calendar
from service.domain.city.reference import Reference
from service.domain.configuration.administration.changes import same_version
from service.domain.documents.offices import OfficeFacts, issuing_facts
from service.domain.documents.register import NewDocument, keep_document, require_issuing
from service.domain.indicators.values import FigureView
from service.domain.periodic.views import Obstacle, find_periodic, plan_obstacles, report_figures
from service.domain.reports.drafts import StrictBody
from service.domain.reports.events import Actor
from service.domain.works.units import unit_id
from service.errors import Conflict, NotFound, invalid
from service.i18n import N_
from service.models import PeriodicReport, ReportKind, UnitReport
from service.models.shared.base import Json

Said = Annotated[str, Field(max_length=4000)]


class UnitAnswer(StrictBody):
    """Words of a unit under its three headings."""

    results: Said = ""
    hindrances: Said = ""
    proposals: Said = ""
    version: int


@dataclass(frozen=True, slots=True)
class MergedReport:
    """All that the document of a report says. `figures` are by the unit's code, those of all under “”."""

    report_id: int
    kind: ReportKind
    report: PeriodicReport
    office: OfficeFacts
    units: Sequence[UnitReport]
    figures: Mapping[str, list[FigureView]]
    obstacles: Sequence[Obstacle]


def send_answer(
    session: Session,
    reference: Reference,
    actor: Actor,
    number: int,
    unit: str,
    answer: UnitAnswer,
    now: datetime,
) -> UnitReport:
    """Send what a unit says, with the figures it saw; the same again changes nothing.

    Raises NotFound, Forbidden, Invalid without a word, Conflict for a stale version and a merged report.
    """
    report, _ = find_periodic(session, actor, number)
    unit_number = unit_id(reference, unit, "unit")
    own = UnitReport.report_id == number, UnitReport.unit_id == unit_number
    row = session.scalar(select(UnitReport).where(*own).with_for_update())
    if row is None:
        raise NotFound(N_("Đơn vị này không có phần trong báo cáo."))
    require_issuing(actor, unit_number)
    columns = answer.model_dump(exclude={"version"})
    if row.sent_at is not None and all(getattr(row, name) == value for name, value in columns.items()):
        return row
    if report.merged_at is not None:
        raise Conflict(N_("Báo cáo đã được tổng hợp, không gửi thêm được nữa."))
    same_version(answer.version, row.version)
    if not answer.results:
        raise invalid(["results"], N_("Hãy ghi kết quả của đơn vị."))
    for name, value in columns.items():
        setattr(row, name, value)
    code = reference.departments[unit_number].code
    seen = report_figures(session, reference, report, [unit_number], now)[code]
    row.figures = {each.code: each.value for each in seen}
    row.sent_at, row.sent_by, row.version = now, actor.staff_id, row.version + 1
    session.flush()
    return row


def gather_report(
    session: Session, reference: Reference, calendar: Calendar, actor: Actor, number: int, now: datetime
) -> MergedReport:
    """Return what the document says as things stand. Raises NotFound, Forbidden for who does not issue it."""
    report, kind = find_periodic(session, actor, number)
    require_issuing(actor, kind.issuer_id)
    rows = session.scalars(
        select(UnitReport).where(UnitReport.report_id == number).order_by(UnitReport.unit_id)
    ).all()
    figures = report_figures(session, reference, report, [None, *(row.unit_id for row in rows)], now)
    until = min(calendar.end_of_day(report.last), now)
    hindered = plan_obstacles(session, reference, report, kind, until)
    office = issuing_facts(session, kind.issuer_id)
    return MergedReport(number, kind, report, office, rows, figures, hindered)


def freeze_report(
    session: Session, reference: Reference, calendar: Calendar, actor: Actor, number: int, now: datetime
) -> MergedReport:
    """Freeze the figures of a report, and return what its document says. Another report over the same days
    and units that is frozen already gives its figures: two lines up are told the same.

    Raises as `gather_report`, Conflict for one that was merged before.
    """
    report, kind = find_periodic(session, actor, number, lock=True)
    require_issuing(actor, kind.issuer_id)
    if report.merged_at is not None:
        raise Conflict(N_("Báo cáo đã được tổng hợp."), extra={"document": report.document_id})
    if report.figures is None:
        report.figures = _frozen_elsewhere(session, reference, report)
    merged = gather_report(session, reference, calendar, actor, number, now)
    report.figures = {
        key: [each.model_dump(mode="json") for each in figures] for key, figures in merged.figures.items()
    }
    session.flush()
    return merged


def finish_report(
    session: Session, actor: Actor, merged: MergedReport, new: NewDocument, now: datetime
) -> int:
    """Enter the document of a report, which takes no more answers then; its number in the register.

    Raises Conflict where it was merged meanwhile, or a unit answered while its document was being written.
    """
    report, _ = find_periodic(session, actor, merged.report_id, lock=True)
    if report.merged_at is not None:
        raise Conflict(N_("Báo cáo đã được tổng hợp."), extra={"document": report.document_id})
    own = UnitReport.report_id == report.id
    versions = session.execute(select(UnitReport.unit_id, UnitReport.version).where(own))
    versions_seen = {each.unit_id: each.version for each in versions}
    if versions_seen != {row.unit_id: row.version for row in merged.units}:
        raise Conflict(N_("Một đơn vị vừa gửi báo cáo. Hãy tổng hợp lại."))
    row = keep_document(session, actor, new, now)
    report.merged_at, report.document_id = now, row.id
    session.flush()
    return row.id


def _frozen_elsewhere(
    session: Session, reference: Reference, report: PeriodicReport
) -> dict[str, list[Json]] | None:
    same = PeriodicReport.first == report.first, PeriodicReport.last == report.last
    known = PeriodicReport.figures.is_not(None), PeriodicReport.id != report.id
    units = session.scalars(select(UnitReport.unit_id).where(UnitReport.report_id == report.id)).all()
    codes = {"", *(reference.departments[each].code for each in units if each in reference.departments)}
    for other in session.scalars(select(PeriodicReport).where(*same, *known).order_by(PeriodicReport.id)):
        if other.figures is not None and codes <= other.figures.keys():
            return {key: other.figures[key] for key in codes}
    return None
