"""Duty of coordinators: their own switch, and hours in the city's time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.kernel import audit
from service.domain.kernel.addresses import may_be_texted
from service.domain.reports.drafts import StrictBody, tidy_phone
from service.errors import FieldError, Forbidden, Invalid, NotFound
from service.i18n import N_
from service.models import Duty, Role, Staff

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_SPANS = 4
_END_OF_DAY = "24:00"


class DutyChange(StrictBody):
    """A coordinator's switch, hours and mobile number as they are to be.

    `hours` are spans by weekday such as `{"fri": ["22:00-06:00"]}`; a span that ends before it begins lasts
    into the next day, and without any hours duty lasts day and night. `phone` is where emergencies are told.
    """

    on_duty: bool
    hours: dict[str, Annotated[list[Annotated[str, Field(max_length=20)]], Field(max_length=MOST_SPANS)]] = (
        Field(default_factory=dict)
    )
    phone: Annotated[str, Field(max_length=40)] | None = None


class DutyPlan(StrictBody):
    """A coordinator's switch and hours as an administrator plans them; their number stays their own."""

    on_duty: bool
    hours: dict[str, Annotated[list[Annotated[str, Field(max_length=20)]], Field(max_length=MOST_SPANS)]] = (
        Field(default_factory=dict)
    )


@dataclass(frozen=True, slots=True)
class DutyView:
    """A coordinator's own switch as stored; `now` is whether they are on duty at this moment."""

    on_duty: bool
    hours: Mapping[str, Sequence[str]]
    phone: str | None
    now: bool


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """A coordinator's duty as colleagues see it: `reachable` says that there is a mobile number, `now` that
    they are on duty at this moment.
    """

    username: str
    name: str
    on_duty: bool
    hours: Mapping[str, Sequence[str]]
    reachable: bool
    now: bool


@dataclass(frozen=True, slots=True)
class DutyRecipients:
    """Recipients of an emergency: coordinators on duty, or all of them where nobody is (`nobody`)."""

    people: Sequence[Staff]
    nobody: bool


def is_within(hours: Mapping[str, Sequence[str]], local: datetime) -> bool:
    """Return whether a local time lies in the hours; a span counts from its first minute up to its last.

    Hours of the evening before that last over midnight count too. Without any hours every time does.
    """
    if not any(hours.values()):
        return True
    clock, today = local.time(), DAYS[local.weekday()]
    yesterday = DAYS[(local - timedelta(days=1)).weekday()]
    for begins, ends in map(_span, hours.get(today, ())):
        over_midnight = ends is not None and ends <= begins
        if begins <= clock and (ends is None or over_midnight or clock < ends):
            return True
    return any(
        ends is not None and ends <= begins and clock < ends
        for begins, ends in map(_span, hours.get(yesterday, ()))
    )


def on_duty(session: Session, reference: Reference, now: datetime) -> DutyRecipients:
    """Return the coordinators on duty at `now`; all of them where nobody is."""
    rows = _coordinators(session)
    local = now.astimezone(ZoneInfo(reference.timezone))
    here = [person for person, duty in rows if _is_on(duty, local)]
    return DutyRecipients(here or [person for person, _ in rows], nobody=not here)


def duty_roster(session: Session, reference: Reference, now: datetime) -> list[RosterEntry]:
    """Return the duty of every coordinator, by name."""
    local = now.astimezone(ZoneInfo(reference.timezone))
    return [
        RosterEntry(
            person.username,
            person.name,
            on_duty=bool(duty and duty.on_duty),
            hours=duty.hours if duty else {},
            reachable=bool(person.phone),
            now=_is_on(duty, local),
        )
        for person, duty in _coordinators(session)
    ]


def roster_entry(session: Session, reference: Reference, username: str, now: datetime) -> RosterEntry:
    """Return the duty of one coordinator. Raises NotFound."""
    found = next((each for each in duty_roster(session, reference, now) if each.username == username), None)
    if found is None:
        raise NotFound(N_("Không có điều phối viên “{username}”."), username=username)
    return found


def plan_duty(
    session: Session, reference: Reference, by: int | None, username: str, plan: DutyPlan, now: datetime
) -> RosterEntry:
    """Store the switch and hours of a coordinator, planned by somebody else. Raises NotFound, Invalid."""
    roster_entry(session, reference, username, now)
    person = session.scalars(select(Staff).where(Staff.username == username)).one()
    change = DutyChange(on_duty=plan.on_duty, hours=plan.hours, phone=person.phone)
    change_duty(session, reference, person.id, change, now, by=by)
    return roster_entry(session, reference, username, now)


def own_duty(session: Session, reference: Reference, staff_id: int, now: datetime) -> DutyView:
    """Return somebody's own switch. Raises Forbidden for who is no coordinator."""
    person = _coordinator(session, staff_id)
    duty = session.get(Duty, staff_id)
    local = now.astimezone(ZoneInfo(reference.timezone))
    return DutyView(
        on_duty=bool(duty and duty.on_duty),
        hours=duty.hours if duty else {},
        phone=person.phone,
        now=_is_on(duty, local),
    )


def change_duty(
    session: Session,
    reference: Reference,
    staff_id: int,
    change: DutyChange,
    now: datetime,
    *,
    by: int | None = None,
) -> DutyView:
    """Store the switch, hours and number; audited, as done by `by` or by themselves.

    Raises Forbidden for who is no coordinator, Invalid.
    """
    person = _coordinator(session, staff_id)
    hours = _read_hours(change.hours)
    phone = _read_phone(reference, change.phone)
    duty = session.get(Duty, staff_id)
    if duty is None:
        duty = Duty(staff_id=staff_id, on_duty=False, hours={}, changed_at=now)
        session.add(duty)
    before = {"on_duty": duty.on_duty, "hours": duty.hours, "phone": bool(person.phone)}
    duty.on_duty, duty.hours, person.phone = change.on_duty, hours, phone
    after = {"on_duty": duty.on_duty, "hours": hours, "phone": bool(phone)}
    if before != after:
        duty.changed_at = now
        who = by or staff_id
        audit.write_entry(
            session, "staff.duty", person.username, at=now, staff_id=who, before=before, after=after
        )
    session.flush()
    return own_duty(session, reference, staff_id, now)


def _coordinators(session: Session) -> list[tuple[Staff, Duty | None]]:
    query = (
        select(Staff, Duty)
        .outerjoin(Duty, Duty.staff_id == Staff.id)
        .where(Staff.active, Staff.role == Role.TRIAGE)
        .order_by(Staff.name, Staff.id)
    )
    return [(person, duty) for person, duty in session.execute(query)]


def _is_on(duty: Duty | None, local: datetime) -> bool:
    return duty is not None and duty.on_duty and is_within(duty.hours, local)


def _coordinator(session: Session, staff_id: int) -> Staff:
    person = session.get_one(Staff, staff_id)
    if person.role != Role.TRIAGE:
        raise Forbidden(N_("Lịch trực dành cho điều phối viên."))
    return person


def _read_hours(hours: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    errors = [
        FieldError(("hours", day), N_("Không có ngày “{day}” trong tuần."), {"day": day})
        for day in hours
        if day not in DAYS
    ]
    valid: dict[str, list[str]] = {}
    for day in DAYS:
        try:
            spans = [_tidy(each) for each in hours.get(day, ()) if each.strip()]
        except ValueError:
            wrong = N_(
                "Mỗi ca cần giờ bắt đầu và giờ kết thúc khác nhau, ví dụ 07:30-11:30 hoặc 22:00-06:00."
            )
            errors.append(FieldError(("hours", day), wrong))
            continue
        if spans:
            valid[day] = spans
    if errors:
        raise Invalid(N_("Vui lòng sửa các mục được nêu."), errors=errors)
    return valid


def _tidy(text: str) -> str:
    """Return a span as it is stored. Raises ValueError for what is none."""
    plain = "".join(text.split()).replace("–", "-").replace("—", "-").lower().replace("h", ":")
    begins, dash, ends = plain.partition("-")
    if not dash:
        raise ValueError(text)
    begin, end = _clock(begins), _END_OF_DAY if ends in ("24", "24:", _END_OF_DAY) else _clock(ends)
    if begin == end:
        raise ValueError(text)
    return f"{begin}-{end}"


def _clock(text: str) -> str:
    hour, _, minute = text.partition(":")
    if not (hour.isascii() and hour.isdigit() and (not minute or (minute.isascii() and minute.isdigit()))):
        raise ValueError(text)
    return time(int(hour), int(minute or 0)).strftime("%H:%M")


def _span(text: str) -> tuple[time, time | None]:
    begins, _, ends = text.partition("-")
    return time.fromisoformat(begins), None if ends == _END_OF_DAY else time.fromisoformat(ends)


def _read_phone(reference: Reference, text: str | None) -> str | None:
    if text is None or not text.strip():
        return None
    region = reference.config.region
    phone = tidy_phone(text, region)
    if phone is None or not may_be_texted(phone, region):
        wrong = FieldError(("phone",), N_("Số điện thoại chưa đúng, ví dụ đúng: 0905 123 456."))
        raise Invalid(N_("Vui lòng sửa các mục được nêu."), errors=[wrong])
    return phone


def hours_text(hours: Mapping[str, Sequence[str]], day: str) -> str:
    """Return a weekday's spans as one types them."""
    return ", ".join(hours.get(day, ()))
