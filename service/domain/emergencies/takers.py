"""“Tôi nhận”: one coordinator takes an emergency; what rings now, for desk, wall and programmes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import case, func, select, true, update
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.emergencies.duty import on_duty
from service.domain.notices.kinds import EMERGENCY_NOTICE
from service.domain.queries.views import View
from service.domain.reports.access import Asker, find_report
from service.domain.reports.events import record
from service.errors import Conflict, Forbidden, NotFound
from service.i18n import N_, pick
from service.models import EMERGENCY, OPEN, Emergency, EventType, Message, Report, Role, Staff
from service.models.notices.notice import MessageState

MOST_SHOWN = 20
UNREACHED_AFTER = timedelta(seconds=60)
"""Messages are out within seconds; where none is after this, nobody has been reached."""


class Alarm(View):
    """An emergency that nobody has taken yet. `reached`: whether anybody was; None while it is too early."""

    id: UUID
    code: str
    title: str
    place: str
    status: str
    reason: str
    since: datetime
    rung: int
    reached: bool | None


class Alarms(View):
    """All that ring now, the oldest first, and who is told of them: `nobody` is on duty where it says so."""

    items: list[Alarm]
    on_duty: list[str]
    nobody: bool


@dataclass(frozen=True, slots=True)
class EmergencyTaker:
    """Taker of an emergency, and the time; `mine` is whether it was the asker."""

    code: str
    by: str
    at: datetime
    mine: bool


@dataclass(frozen=True, slots=True)
class EmergencyView:
    """An emergency on a case's page: whether it still rings, else who took it and when."""

    rings: bool
    by: str
    at: datetime | None


def take_emergency(session: Session, asker: Asker, name: str | UUID, now: datetime) -> EmergencyTaker:
    """Take an emergency: nobody is told of it any more, and what is on its way is dropped.

    Of two at one moment one has it. Raises NotFound for what rings for nobody; Forbidden for who is no
    coordinator; Conflict where somebody else has it or it has ended. The same person again changes nothing.
    """
    access = find_report(session, asker, name, now=now)
    report, actor = access.report, access.actor
    if actor.role != Role.TRIAGE or actor.staff_id is None:
        raise Forbidden(N_("Việc này dành cho điều phối viên."))
    locked = select(Emergency).where(Emergency.report_id == report.id).with_for_update()
    row = session.scalar(locked.execution_options(populate_existing=True))
    if row is None:
        raise NotFound(N_("Phản ánh này không phải việc khẩn cấp."))
    if row.taken_by is not None and row.taken_at is not None:
        person = session.get_one(Staff, row.taken_by)
        if row.taken_by != actor.staff_id:
            raise Conflict(
                N_("{name} đã nhận việc khẩn cấp này. Bạn không cần làm gì thêm."),
                extra={"taken_by": person.name, "taken_at": row.taken_at.isoformat()},
                name=person.name,
            )
        return EmergencyTaker(report.code, person.name, row.taken_at, mine=True)
    if row.ended_at is not None:
        raise Conflict(N_("Việc khẩn cấp này đã kết thúc."))
    row.taken_by, row.taken_at, row.ring_at = actor.staff_id, now, None
    waiting = update(Message).where(
        Message.report_id == report.id,
        Message.notice == EMERGENCY_NOTICE,
        Message.state == MessageState.WAITING,
    )
    session.execute(waiting.values(state=MessageState.DROPPED, error="taken"))
    record(
        session,
        report,
        EventType.EMERGENCY_TAKEN,
        actor=actor,
        at=now,
        public=False,
        data={"reason_kind": row.reason},
    )
    session.flush()
    return EmergencyTaker(report.code, actor.name, now, mine=True)


def emergency_of(session: Session, report: Report) -> EmergencyView | None:
    """Return how the report stands as an emergency; None for every other."""
    if report.priority != EMERGENCY:
        return None
    row = session.get(Emergency, report.id)
    person = session.get(Staff, row.taken_by) if row and row.taken_by else None
    rings = row is not None and row.taken_at is None and row.ended_at is None
    return EmergencyView(
        rings=rings and report.status in OPEN,
        by=person.name if person else "",
        at=row.taken_at if row else None,
    )


def read_alarms(
    session: Session, reference: Reference, now: datetime, wards: frozenset[int] | None = None
) -> Alarms:
    """Return what rings now, for who is bound to `wards` only there; two or three small queries however many
    reports there are.
    """
    within = Report.ward_id.in_(sorted(wards)) if wards is not None else true()
    rows = session.execute(
        select(Emergency, Report.code, Report.category_id, Report.ward_id, Report.address, Report.status)
        .join(Report, Report.id == Emergency.report_id)
        .where(Emergency.taken_at.is_(None), Emergency.ended_at.is_(None), Report.status.in_(OPEN), within)
        .order_by(Emergency.since)
        .limit(MOST_SHOWN)
    ).all()
    reached = _reached(session, [row.Emergency for row in rows], now)
    duty = on_duty(session, reference, now)
    return Alarms(
        items=[
            Alarm(
                id=row.Emergency.report_id,
                code=row.code,
                title=pick(reference.categories[row.category_id].name),
                place=_place(reference, row.address, row.ward_id),
                status=row.status,
                reason=row.Emergency.reason,
                since=row.Emergency.since,
                rung=row.Emergency.rung,
                reached=reached[row.Emergency.report_id],
            )
            for row in rows
        ],
        on_duty=[] if duty.nobody else [each.name for each in duty.people],
        nobody=duty.nobody,
    )


def count_unreached(session: Session, now: datetime) -> int:
    """Return how many emergencies ring and have reached nobody: for those who run the service."""
    rows = session.scalars(
        select(Emergency)
        .join(Report, Report.id == Emergency.report_id)
        .where(Emergency.taken_at.is_(None), Emergency.ended_at.is_(None), Report.status.in_(OPEN))
        .order_by(Emergency.since.desc())
        .limit(MOST_SHOWN)
    ).all()
    return sum(each is False for each in _reached(session, rows, now).values())


def _reached(session: Session, rows: Sequence[Emergency], now: datetime) -> Mapping[UUID, bool | None]:
    """Return whether a message of each got out since it rings; None while that may still happen."""
    if not rows:
        return {}
    went = select(
        Message.report_id, func.max(case((Message.state == MessageState.SENT, Message.sent_at)))
    ).where(Message.report_id.in_([row.report_id for row in rows]), Message.notice == EMERGENCY_NOTICE)
    sent: dict[UUID | None, datetime | None] = dict(session.execute(went.group_by(Message.report_id)).all())
    found: dict[UUID, bool | None] = {}
    for row in rows:
        at = sent.get(row.report_id)
        if at is not None and at >= row.since:
            found[row.report_id] = True
        elif row.rung and not row.told:
            found[row.report_id] = False
        else:
            found[row.report_id] = False if row.since <= now - UNREACHED_AFTER else None
    return found


def _place(reference: Reference, address: str, ward_id: int | None) -> str:
    ward = reference.wards.get(ward_id or 0)
    return ", ".join(part for part in (address, ward.full_name if ward else "") if part)
