"""Succession: new holders for open cases when a unit or kind is switched off, or an account closed."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, defer

from service.domain.casework.case.deadline import acceptance_columns
from service.domain.city.reference import Reference, load_reference
from service.domain.configuration.administration.changes import EditStamp
from service.domain.kernel.times import utc_text
from service.domain.publication.publication import withhold_category
from service.domain.reports.access import supported_by
from service.domain.reports.events import Actor, record
from service.domain.reports.lifecycle import StatusChange, move
from service.domain.rules.routing import set_supports
from service.errors import Conflict, invalid
from service.i18n import N_
from service.models import (
    CLOCK_RUNS,
    HELD,
    UNFINISHED,
    Category,
    Department,
    EventData,
    EventType,
    Report,
    Role,
    Staff,
    Status,
)
from service.models.reports.event import ActorKind
from service.models.reports.report import ReportChanges

MOST_LISTED = 50
REASON = N_("Đơn vị cũ ngừng hoạt động.")
_NOWHERE = N_("Còn {count} phản ánh đang mở ({codes}). Hãy chọn nơi nhận trước khi ngừng.")


def succeed_department(session: Session, stamp: EditStamp, row: Department, successor: str | None) -> None:
    """Hand every unfinished case of the department, whatever part it plays, to the successor, and keep its
    last day and who that is.

    Raises Conflict listing the cases where no successor is named, Invalid for one that cannot take them.
    """
    able = select(Department).where(Department.code == (successor or ""), Department.active)
    heir = session.scalar(able.where(Department.id != row.id))
    row.dissolved_on = stamp.at.astimezone(ZoneInfo(load_reference(session).timezone)).date()
    row.successor_id = heir.id if heir is not None else None
    mine = or_(Report.lead_id == row.id, Report.executor_id == row.id, supported_by([row.id]))
    if not (reports := _unfinished(session, mine, named=successor is not None)):
        return
    if successor is None:
        raise _nowhere(session, mine, reports)
    if heir is None:
        raise invalid(["successor"], N_("Không có đơn vị “{code}”."), code=successor)
    reference = load_reference(session)
    actor = Actor(ActorKind.STAFF, staff_id=stamp.staff_id, role=Role.TRIAGE)
    for report in reports:
        if report.executor_id == row.id or row.id in report.support_ids:
            _take_part(session, report, row, heir, actor, stamp)
        if report.lead_id == row.id:
            _take_lead(session, reference, report, row, heir, actor, stamp)
    session.flush()


def succeed_category(session: Session, stamp: EditStamp, row: Category, successor: str | None) -> None:
    """Put every unfinished report of the kind under its successor; who holds it and until when stays.

    Raises Conflict for a kind with kinds below it that are on, or listing the reports where no successor is
    named; Invalid for one that cannot take them.
    """
    below = session.scalars(select(Category.code).where(Category.parent_id == row.id, Category.active)).all()
    if below:
        raise Conflict(
            N_("Các loại con còn dùng: {codes}. Hãy ngừng hoặc chuyển chúng trước."), codes=", ".join(below)
        )
    mine = Report.category_id == row.id
    if not (reports := _unfinished(session, mine, named=successor is not None)):
        return
    if successor is None:
        raise _nowhere(session, mine, reports)
    known = load_reference(session).category_by_code.get(successor)
    if known is None or not known.active or known.id == row.id:
        raise invalid(["successor"], N_("Không có loại phản ánh “{code}”."), code=successor)
    actor = Actor(ActorKind.STAFF, staff_id=stamp.staff_id)
    for report in reports:
        report.category_id = known.id
        if known.publication == "never":
            withhold_category(session, report, actor=actor, now=stamp.at)
        report.version += 1
        report.updated_at = stamp.at
        due = utc_text(report.due_at)
        data: EventData = {
            "category_before": row.code,
            "category": known.code,
            "category_name": dict(known.name),
            "before": due,
            "after": due,
        }
        record(session, report, EventType.RECATEGORISED, actor=actor, at=stamp.at, data=data)
    session.flush()


def succeed_person(session: Session, stamp: EditStamp, account: Staff, successor: str | None) -> None:
    """Give what the person holds to the successor, by username; the empty name gives it back to nobody.

    Raises Conflict listing the cases where nothing is said, Invalid for who cannot hold them.
    """
    mine = Report.holder_id == account.id
    if not (reports := _unfinished(session, mine, named=successor is not None)):
        return
    if successor is None:
        raise _nowhere(session, mine, reports)
    heir = None
    if successor:
        able = select(Staff).where(Staff.username == successor, Staff.active, Staff.id != account.id)
        heir = session.scalar(able.where(Staff.role.in_((Role.DEPARTMENT, Role.MANAGER))))
        if heir is None:
            raise invalid(["successor"], N_("Không có tài khoản “{username}”."), username=successor)
        if heir.department_id != account.department_id:
            raise invalid(["successor"], N_("Hãy chọn người cùng đơn vị."))
    actor = Actor(ActorKind.STAFF, staff_id=stamp.staff_id)
    for report in reports:
        report.holder_id = heir.id if heir else None
        report.version += 1
        data = {"holder_id": report.holder_id, "holder": heir.name if heir else None, "before": account.name}
        record(session, report, EventType.ENTRUSTED, actor=actor, at=stamp.at, public=False, private=data)
    session.flush()


def _unfinished(session: Session, mine: ColumnElement[bool], *, named: bool) -> Sequence[Report]:
    """Return all of them, locked, where they will be handed on; else as many as are listed."""
    found = select(Report).where(Report.status.in_(UNFINISHED), mine).order_by(Report.id)
    found = found.options(defer(Report.location), defer(Report.search))
    if named:
        return session.scalars(found.with_for_update(key_share=True)).all()
    return session.scalars(found.limit(MOST_LISTED)).all()


def _nowhere(session: Session, mine: ColumnElement[bool], reports: Sequence[Report]) -> Conflict:
    counted = select(func.count()).select_from(Report).where(Report.status.in_(UNFINISHED), mine)
    codes = [each.code for each in reports]
    few = ", ".join(codes[:5]) + (", …" if len(codes) > 5 else "")
    count = session.scalar(counted) or len(codes)
    return Conflict(
        _NOWHERE, extra={"cases": codes, "count": count, "needs": "successor"}, count=count, codes=few
    )


def _take_part(
    session: Session, report: Report, row: Department, heir: Department, actor: Actor, stamp: EditStamp
) -> None:
    """Let the successor carry out or support in its place; each department plays one part."""
    playing = {report.lead_id, *report.support_ids}
    if report.executor_id == row.id:
        report.executor_id = None if heir.id in playing else heir.id
    supports = {heir.id if each == row.id else each for each in report.support_ids}
    set_supports(report, supports - {report.lead_id, report.executor_id})
    report.version += 1
    report.updated_at = stamp.at
    codes = _codes(session, [report.executor_id, *report.support_ids])
    data: EventData = {
        "supports": [codes[each] for each in report.support_ids],
        "executor": codes.get(report.executor_id or 0),
    }
    record(session, report, EventType.PARTS_CHANGED, actor=actor, at=stamp.at, data=data)


def _take_lead(
    session: Session,
    reference: Reference,
    report: Report,
    row: Department,
    heir: Department,
    actor: Actor,
    stamp: EditStamp,
) -> None:
    """Let the successor lead and accept anew what was worked on; what waits or is done stays where it is."""
    executor_id = None if report.executor_id == heir.id else report.executor_id
    set_supports(report, [each for each in report.support_ids if each != heir.id])
    codes = _codes(session, [executor_id, *report.support_ids])
    data: EventData = {
        "lead": heir.code,
        "supports": [codes[each] for each in report.support_ids],
        "executor": codes.get(executor_id or 0),
        "lead_before": row.code,
    }
    changes: ReportChanges = {
        "lead_id": heir.id,
        "executor_id": executor_id,
        "rule_id": None,
        "holder_id": None,
    }
    if report.status in HELD & CLOCK_RUNS:
        again = acceptance_columns(session, reference, report, stamp.at)
        desk: ReportChanges = {"desk_reasons": list(report.desk_reasons), "desk_since": report.desk_since}
        changes = {**changes, **desk, **again}
        move(
            session,
            report,
            StatusChange(Status.ASSIGNED, actor, stamp.at, reason=REASON, changes=changes, data=data),
        )
        return
    for column, value in changes.items():
        setattr(report, column, value)
    report.version += 1
    report.updated_at = stamp.at
    data["reason"] = REASON
    record(session, report, EventType.HANDED_ON, actor=actor, at=stamp.at, data=data)


def _codes(session: Session, ids: Sequence[int | None]) -> dict[int, str]:
    wanted = [each for each in ids if each is not None]
    rows = session.execute(select(Department.id, Department.code).where(Department.id.in_(wanted)))
    return {row.id: row.code for row in rows}
