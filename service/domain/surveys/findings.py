"""Faults that a survey found, by the unit that has to mend them: what its minutes name."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.surveys.access import SurveyWork
from service.i18n import pick
from service.models import Report, Status, SurveyPoint


@dataclass(frozen=True, slots=True)
class FaultLine:
    """Fault: at which point, what kind, the inspector's words, when seen, until when to be mended."""

    position: int
    place: str
    kind: str
    note: str
    seen_at: datetime | None
    report: str
    status: Status
    due_at: datetime | None


def faults_by_unit(
    session: Session, reference: Reference, survey: SurveyWork
) -> dict[int | None, list[FaultLine]]:
    """Return the faults by the unit that carries the mending out, else leads it; None: not handed out."""
    rows = session.execute(
        select(SurveyPoint, Report)
        .join(Report, Report.id == SurveyPoint.report_id)
        .where(SurveyPoint.work_id == survey.work.id)
        .order_by(SurveyPoint.position)
    )
    lines: dict[int | None, list[FaultLine]] = defaultdict(list)
    for point, report in rows:
        ward = reference.wards.get(point.ward_id or 0)
        place = ", ".join(part for part in (point.words, ward.full_name if ward else "") if part)
        kind = reference.categories[report.category_id]
        lines[report.executor_id or report.lead_id].append(
            FaultLine(
                position=point.position,
                place=place,
                kind=pick(kind.name),
                note=point.note,
                seen_at=point.seen_at,
                report=report.code,
                status=report.status,
                due_at=report.due_at,
            )
        )
    return dict(lines)
