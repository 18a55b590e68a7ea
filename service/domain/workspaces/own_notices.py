"""Read model of the bell: a colleague's notices, each with its case as they may read it now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.kernel.sql import AnyRow
from service.domain.queries.views import COLUMNS, StaffView, staff_views
from service.domain.reports.access import readable_cases
from service.domain.reports.events import Actor
from service.models import EventType, OwnNotice, PeriodicReport, Report, ReportKind, Staff, Work


@dataclass(frozen=True, slots=True)
class BellNotice:
    """Notice of the bell. `case` is None where the reader may no longer open it: `code` alone is told.

    `by` is the name of the colleague who did it, `work` the title of the work that it is about, or of the
    report up the line that is asked for (`periodic` its number, `due_at` until when), `on_desk` whether the
    case waits on the coordinators' desk.
    """

    id: int
    type: EventType
    code: str
    at: datetime
    unread: bool
    by: str
    on_desk: bool
    case: StaffView | None
    work: str | None = None
    periodic: int | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BellPage:
    """Page of the bell, newest first, and the id below which the next one begins."""

    items: Sequence[BellNotice]
    next: int | None


def read_bell(
    session: Session,
    reference: Reference,
    staff_id: int,
    actor: Actor,
    *,
    now: datetime,
    public_url: str = "",
    before: int | None = None,
    limit: int = 40,
) -> BellPage:
    """Return one page of the colleague's notices; as many queries however long it is."""
    query = (
        select(OwnNotice, Report.code, Report.desk_since, Staff.name, Work.code.label("work"), Work.title)
        .add_columns(ReportKind.title.label("asked"), PeriodicReport.due_at)
        .outerjoin(Report, Report.id == OwnNotice.report_id)
        .outerjoin(Work, Work.id == OwnNotice.work_id)
        .outerjoin(Staff, Staff.id == OwnNotice.by_id)
        .outerjoin(PeriodicReport, PeriodicReport.id == OwnNotice.periodic_id)
        .outerjoin(ReportKind, ReportKind.id == PeriodicReport.kind_id)
        .where(OwnNotice.staff_id == staff_id)
    )
    if before is not None:
        query = query.where(OwnNotice.id < before)
    rows = session.execute(query.order_by(OwnNotice.id.desc()).limit(limit + 1)).all()
    more, rows = len(rows) > limit, rows[:limit]
    seen = {row.OwnNotice.report_id for row in rows if row.OwnNotice.report_id is not None}
    cases = _cases(session, reference, actor, seen, now=now, public_url=public_url)
    items = [_notice(row, cases) for row in rows]
    return BellPage(items, items[-1].id if more else None)


def _notice(row: AnyRow, cases: Mapping[UUID, StaffView]) -> BellNotice:
    return BellNotice(
        id=row.OwnNotice.id,
        type=row.OwnNotice.type,
        code=row.code or row.work or "",
        work=row.title if row.work else row.asked,
        periodic=row.OwnNotice.periodic_id,
        due_at=row.due_at,
        at=row.OwnNotice.at,
        unread=row.OwnNotice.read_at is None,
        by=row.name or "",
        on_desk=row.desk_since is not None,
        case=cases.get(row.OwnNotice.report_id),
    )


def _cases(
    session: Session,
    reference: Reference,
    actor: Actor,
    report_ids: set[UUID],
    *,
    now: datetime,
    public_url: str,
) -> dict[UUID, StaffView]:
    if not report_ids:
        return {}
    rows = session.execute(select(*COLUMNS).where(Report.id.in_(report_ids), readable_cases(actor))).all()
    views = staff_views(session, reference, rows, now=now, public_url=public_url, reader=actor)
    return {view.id: view for view in views}
