"""Reports that a work is about: tied by people with a part in the work, shown on both pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.reports.access import Asker, find_report
from service.domain.reports.events import Actor
from service.domain.works.access import find_work, visible_works
from service.domain.works.actions import ActionContext
from service.domain.works.events import record_work
from service.domain.works.forms import NewReportTie
from service.domain.works.lifecycles import DIRECTOR, EXECUTOR, KEEPER, LEAD, SUPPORT, work_roles
from service.errors import Conflict, Forbidden, invalid
from service.i18n import N_
from service.models import Work, WorkEventType, WorkReport

MOST_TIED = 500
"""Reports of one work."""
TIES = frozenset({LEAD, SUPPORT, EXECUTOR, KEEPER, DIRECTOR})
"""Parts in a work with which its reports are tied and untied."""


@dataclass(frozen=True, slots=True)
class TiedWork:
    """Work that a report is tied to, with the reason in a few words."""

    code: str
    title: str
    status: str
    why: str


def tie_report(ctx: ActionContext, asker: Asker, code: str, form: NewReportTie) -> tuple[Work, bool]:
    """Return (the work, whether the tie is new). The same again changes nothing.

    Raises NotFound for a work or report that the person may not know of, Forbidden without a part in the
    work, Conflict for one that is closed, Invalid beyond `MOST_TIED`.
    """
    work = _open_work(ctx, code)
    report = find_report(ctx.session, asker, form.report, now=ctx.now).report
    tied = select(func.count()).select_from(WorkReport).where(WorkReport.work_id == work.id)
    if (ctx.session.scalar(tied) or 0) >= MOST_TIED:
        raise invalid(["report"], N_("Mỗi việc gắn tối đa {most} phản ánh."), most=MOST_TIED)
    row = {"work_id": work.id, "report_id": report.id, "why": form.why}
    made = insert(WorkReport).values(row).on_conflict_do_nothing().returning(WorkReport.report_id)
    if ctx.session.execute(made).first() is None:
        return work, False
    _tell(ctx, work, WorkEventType.REPORT_TIED, report.code)
    return work, True


def untie_report(ctx: ActionContext, asker: Asker, code: str, name: str) -> Work:
    """Take a report off a work; one that is not tied changes nothing. Raises as `tie_report` does."""
    work = _open_work(ctx, code)
    report = find_report(ctx.session, asker, name, now=ctx.now).report
    tie = WorkReport.work_id == work.id, WorkReport.report_id == report.id
    if ctx.session.execute(delete(WorkReport).where(*tie).returning(WorkReport.report_id)).first():
        _tell(ctx, work, WorkEventType.REPORT_UNTIED, report.code)
    return work


def works_of_report(session: Session, actor: Actor | None, report_id: UUID) -> Sequence[TiedWork]:
    """Return the works that a report is tied to and this colleague may see, the newest first."""
    if actor is None:
        return ()
    rows = session.execute(
        select(Work.code, Work.title, Work.status, WorkReport.why)
        .join(WorkReport, WorkReport.work_id == Work.id)
        .where(WorkReport.report_id == report_id, visible_works(actor))
        .order_by(Work.created_at.desc(), Work.id)
        .limit(20)
    )
    return [TiedWork(code, title, str(status), why) for code, title, status, why in rows]


def _open_work(ctx: ActionContext, code: str) -> Work:
    work = find_work(ctx.session, ctx.reference, ctx.actor, code, lock=True)
    if not work_roles(ctx.actor, work) & TIES:
        raise Forbidden(N_("Việc này không thuộc phần việc của bạn."))
    if work.closed_at is not None:
        raise Conflict(N_("Việc này đã khép, không đổi được nữa."), extra={"status_now": work.status})
    return work


def _tell(ctx: ActionContext, work: Work, type_: WorkEventType, code: str) -> None:
    record_work(ctx.session, work, type_, actor=ctx.actor, at=ctx.now, data={"report": code})
    ctx.session.flush()
