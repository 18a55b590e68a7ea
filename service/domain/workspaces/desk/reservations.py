"""Waiting cases before they are decided on: taken by a coordinator, or put off until a time.

Neither changes the case, nor tells anybody outside the desk.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from service.domain.reports.access import Access, Asker, find_report, lock_report
from service.domain.reports.events import Actor
from service.errors import Conflict, Forbidden, invalid
from service.i18n import N_
from service.models import DeskReservation, Event, Report, Role, Staff

MORNING = time(7, 30)
HOURS = {"1h": 1, "3h": 3}
"""Choices by how many hours; `morning` and `monday` are the others, and a time of the day."""

_TAKEN = N_("{name} vừa nhận phản ánh này.")


@dataclass(frozen=True, slots=True)
class DeskReservationView:
    """Taker of a case, and until when it is put off, by whom; None for neither."""

    taken_id: int | None
    taken_by: str | None
    own: bool
    until: datetime | None
    put_off_by: str | None


def is_put_off(now: datetime) -> ColumnElement[bool]:
    """Return the condition on `Report`: it is put off, and nothing happened to it since."""
    # By itself it would be bound to the nearest query alone, and any report's news would be this one's.
    news = exists().where(Event.report_id == Report.id, Event.id > DeskReservation.seen)
    news = news.correlate(Report, DeskReservation)
    return exists().where(
        DeskReservation.report_id == Report.id,
        DeskReservation.until > now,
        DeskReservation.put_off_at >= Report.desk_since,
        ~news,
    )


def is_taken_by(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on `Report`: this person has taken it."""
    return exists().where(
        DeskReservation.report_id == Report.id,
        DeskReservation.taken_by == actor.staff_id,
        DeskReservation.taken_at >= Report.desk_since,
    )


def read_reservations(
    session: Session, actor: Actor, reports: Collection[UUID], now: datetime
) -> dict[UUID, DeskReservationView]:
    """Return what is taken or put off, of these reports."""
    taker, other = aliased(Staff), aliased(Staff)
    taken = and_(taker.id == DeskReservation.taken_by, DeskReservation.taken_at >= Report.desk_since)
    query = (
        select(DeskReservation, taker.name, other.name, is_put_off(now).correlate(Report))
        .join(Report, Report.id == DeskReservation.report_id)
        .outerjoin(taker, taken)
        .outerjoin(other, other.id == DeskReservation.put_off_by)
        .where(DeskReservation.report_id.in_(reports))
    )
    found = {}
    for row, name, by, away in session.execute(query) if reports else ():
        if name is None and not away:
            continue
        found[row.report_id] = DeskReservationView(
            taken_id=row.taken_by if name else None,
            taken_by=name,
            own=name is not None and row.taken_by == actor.staff_id,
            until=row.until if away else None,
            put_off_by=by if away else None,
        )
    return found


def take_case(session: Session, asker: Asker, name: str, instead: int | None, now: datetime) -> None:
    """Take the case to oneself, from nobody or from the colleague `instead`; give back one's own.

    Raises NotFound; Forbidden but for coordinators; Conflict for what is not on the desk, and where another
    than `instead` has it by now.
    """
    report, actor = _waiting(session, asker, name, now)
    held = read_reservations(session, actor, [report.id], now).get(report.id)
    holder = held.taken_id if held else None
    if holder != instead:
        raise Conflict(_TAKEN, name=held.taken_by if held and held.taken_by else "–")
    mine = holder == actor.staff_id
    _write(
        session,
        report.id,
        {"taken_by": None if mine else actor.staff_id, "taken_at": None if mine else now},
    )


def take_case_from(
    session: Session, asker: Asker, name: str, username: str | None, now: datetime
) -> DeskReservationView:
    """Take the case to oneself, from nobody or from the colleague of that username; one's own stays so.

    Raises as `take_case`, and Invalid for a username that is none.
    """
    report, actor = _waiting(session, asker, name, now)
    held = read_reservations(session, actor, [report.id], now).get(report.id)
    if held is None or not held.own:
        instead = session.scalar(select(Staff.id).where(Staff.username == username)) if username else None
        if username and instead is None:
            raise invalid(["instead"], N_("Không có tài khoản này."))
        take_case(session, asker, name, instead, now)
    return reservation_of_case(session, asker, name, now)


def release_case(session: Session, asker: Asker, name: str, now: datetime) -> DeskReservationView:
    """Give back what one had taken; what nobody has stays so. Raises as `take_case`."""
    report, actor = _waiting(session, asker, name, now)
    held = read_reservations(session, actor, [report.id], now).get(report.id)
    if held is not None and held.taken_id is not None:
        if not held.own:
            raise Conflict(_TAKEN, name=held.taken_by)
        take_case(session, asker, name, actor.staff_id, now)
    return reservation_of_case(session, asker, name, now)


def reservation_of_case(session: Session, asker: Asker, name: str, now: datetime) -> DeskReservationView:
    """Return who has taken a waiting case, and until when it is put off. Raises as `take_case`."""
    report, actor = _checked(find_report(session, asker, name, now=now))
    found = read_reservations(session, actor, [report.id], now).get(report.id)
    return found or DeskReservationView(None, None, own=False, until=None, put_off_by=None)


def put_case_off(
    session: Session, asker: Asker, name: str, choice: str, at: str, timezone: ZoneInfo, now: datetime
) -> datetime:
    """Put the case off; until when. Raises as `take_case`, and Invalid for a time that is none."""
    report, actor = _waiting(session, asker, name, now)
    until = read_put_off_moment(choice, at, timezone, now)
    newest = session.scalar(select(func.max(Event.id)).where(Event.report_id == report.id)) or 0
    values = {"put_off_by": actor.staff_id, "put_off_at": now, "until": until, "seen": newest}
    _write(session, report.id, values)
    return until


def end_put_off(session: Session, asker: Asker, name: str, now: datetime) -> None:
    """Bring a case back that was put off. Raises as `take_case`."""
    report, _ = _waiting(session, asker, name, now)
    _write(session, report.id, {"put_off_by": None, "put_off_at": None, "until": None, "seen": None})


def read_put_off_moment(choice: str, at: str, timezone: ZoneInfo, now: datetime) -> datetime:
    """Return the moment that is meant. A time of the day that is over is tomorrow's. Raises Invalid."""
    if choice in HOURS:
        return now + timedelta(hours=HOURS[choice])
    here = now.astimezone(timezone)
    if choice == "at":
        return _next(here, _clock(at)).astimezone(now.tzinfo)
    days = {"morning": 1, "monday": 7 - here.weekday()}
    if choice not in days:
        raise invalid(["choice"], N_("Hãy chọn để đến khi nào."))
    day = here.date() + timedelta(days=days[choice])
    return datetime.combine(day, MORNING, timezone).astimezone(now.tzinfo)


def _clock(at: str) -> time:
    hours, mark, minutes = at.strip().replace("h", ":").replace("g", ":").partition(":")
    try:
        return time(int(hours), int(minutes or 0) if mark else 0)
    except ValueError:
        raise invalid(["at"], N_("Hãy ghi giờ như 15:30.")) from None


def _next(here: datetime, clock: time) -> datetime:
    meant = datetime.combine(here.date(), clock, here.tzinfo)
    return meant if meant > here else meant + timedelta(days=1)


def _waiting(session: Session, asker: Asker, name: str, now: datetime) -> tuple[Report, Actor]:
    return _checked(lock_report(session, asker, name, now=now))


def _checked(access: Access) -> tuple[Report, Actor]:
    if access.actor.role != Role.TRIAGE:
        raise Forbidden(N_("Việc này dành cho điều phối viên."))
    if access.report.desk_since is None:
        raise Conflict(N_("Phản ánh này không còn trên bàn điều phối."))
    return access.report, access.actor


def _write(session: Session, report_id: UUID, values: Mapping[str, object]) -> None:
    made = insert(DeskReservation).values(report_id=report_id, **values)
    session.execute(made.on_conflict_do_update(index_elements=["report_id"], set_=values))
