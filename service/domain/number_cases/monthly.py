"""Monthly report of ad numbers: what was seen, what became of the cases, how fast carriers answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute

from service.domain.city.config_parts import UnitBrief
from service.domain.city.reference import brief_of_unit
from service.domain.numbers.rights import READ, cases_read
from service.domain.works.access import visible_works
from service.domain.works.actions import ActionContext
from service.domain.works.views import ReadModel
from service.errors import Forbidden, invalid
from service.i18n import N_
from service.models import (
    AdNumberCase,
    CarrierRequest,
    CarrierRequestNumber,
    Listing,
    Report,
    Role,
    Sighting,
    SightingState,
    Work,
    WorkStatus,
)
from service.models.reports.event import ActorKind

REPORTERS = READ - {Role.INSPECTOR}
_MONTH = re.compile(r"(\d{4})-(\d{1,2})|(\d{1,2})\s*/\s*(\d{4})")


class CarrierMonth(ReadModel):
    """Requests to one carrier: sent to it and answered by it within the month, numbers in those answered.

    Days are working days from the letter to the last answer, the mean and the longest. `waiting` are those
    without one at the month's end (now, in this one), `late` of these those past their term.
    """

    carrier: UnitBrief
    sent: int
    answered: int
    numbers: int
    mean_days: float | None
    longest_days: int | None
    waiting: int
    late: int


class NumbersMonth(ReadModel):
    """Figures of one month over the reports and cases that the reader knows. `numbers` were confirmed on
    `sightings` reports in `wards` wards; of the `opened` cases `repeated` are of numbers with an earlier one
    within a year, `repeat_share` of a hundred. Fines are those of decisions of the month, paid ones those
    paid in it.
    """

    first: date
    last: date
    sightings: int
    numbers: int
    wards: int
    opened: int
    invited: int
    complied: int
    suspended: int
    sanctioned: int
    fined_vnd: int
    paid_vnd: int
    closed: int
    dropped: int
    repeated: int
    repeat_share: float | None
    listed: int
    unlisted: int
    carriers: list[CarrierMonth]


@dataclass(frozen=True, slots=True)
class _Month:
    """A month of the city, and the last of its days that has come."""

    first: date
    last: date
    until: date


def numbers_month(ctx: ActionContext, written: str = "") -> NumbersMonth:
    """Return the report of a month (`2026-10`, `10/2026`), of the last whole one where none is named.

    Raises Forbidden for roles without the register, Invalid for what is no month or has not begun.
    """
    if ctx.actor.kind != ActorKind.STAFF or ctx.actor.role not in REPORTERS:
        raise Forbidden(N_("Vai trò của bạn không xem báo cáo số rao vặt."))
    month = _month(ctx, written)
    cases = _cases(ctx, month)
    opened, repeated = cases["opened"], cases["repeated"]
    return NumbersMonth(
        first=month.first,
        last=month.last,
        repeat_share=100 * repeated / opened if opened else None,
        carriers=_carriers(ctx, month),
        **cases,
        **_sightings(ctx, month),
        **_listings(ctx, month),
    )


def _within(
    ctx: ActionContext,
    month: _Month,
    column: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None],
) -> ColumnElement[bool]:
    """Return the condition for moments of that month of the city."""
    since = ctx.calendar.midnight_after(month.first - timedelta(days=1))
    return and_(column >= since, column < ctx.calendar.midnight_after(month.last))


def _sightings(ctx: ActionContext, month: _Month) -> dict[str, int]:
    counted = {
        "sightings": func.count(),
        "numbers": func.count(Sighting.number_id.distinct()),
        "wards": func.count(Report.ward_id.distinct()),
    }
    row = ctx.session.execute(
        select(*(column.label(name) for name, column in counted.items()))
        .select_from(Sighting)
        .join(Report, Report.id == Sighting.report_id)
        .where(
            Sighting.state == SightingState.CONFIRMED,
            _within(ctx, month, Report.created_at),
            cases_read(ctx.actor),
        )
    ).one()
    return dict(row._mapping)


def _cases(ctx: ActionContext, month: _Month) -> dict[str, int]:
    days = (month.first, month.last)
    opened, ended = (_within(ctx, month, each) for each in (Work.created_at, Work.closed_at))
    kept = Work.status != WorkStatus.DROPPED
    counted = {
        "opened": opened,
        "repeated": and_(opened, AdNumberCase.offence > 1),
        "invited": AdNumberCase.invited_on.between(*days),
        "complied": AdNumberCase.complied_on.between(*days),
        "suspended": AdNumberCase.suspended_from.between(*days),
        "sanctioned": AdNumberCase.sanctioned_on.between(*days),
        "closed": and_(ended, kept),
        "dropped": and_(ended, ~kept),
    }
    fines = {
        "fined_vnd": AdNumberCase.sanctioned_on.between(*days),
        "paid_vnd": AdNumberCase.paid_on.between(*days),
    }
    sums = [
        func.coalesce(func.sum(AdNumberCase.fine_vnd).filter(condition), 0).label(name)
        for name, condition in fines.items()
    ]
    row = ctx.session.execute(
        select(*(func.count().filter(condition).label(name) for name, condition in counted.items()), *sums)
        .select_from(Work)
        .join(AdNumberCase, AdNumberCase.work_id == Work.id)
        .where(visible_works(ctx.actor))
    ).one()
    return dict(row._mapping)


def _listings(ctx: ActionContext, month: _Month) -> dict[str, int]:
    counted = {
        "listed": Listing.published_on.between(month.first, month.last),
        "unlisted": _within(ctx, month, Listing.withdrawn_at),
    }
    row = ctx.session.execute(
        select(*(func.count().filter(condition).label(name) for name, condition in counted.items()))
        .select_from(Listing)
        .join(Work, Work.id == Listing.case_id)
        .where(visible_works(ctx.actor))
    ).one()
    return dict(row._mapping)


def _carriers(ctx: ActionContext, month: _Month) -> list[CarrierMonth]:
    numbers = (
        select(func.count())
        .where(CarrierRequestNumber.request_id == CarrierRequest.work_id)
        .correlate(CarrierRequest)
        .scalar_subquery()
    )
    rows = ctx.session.execute(
        select(
            CarrierRequest.carrier_id,
            CarrierRequest.sent_on,
            CarrierRequest.answered_on,
            Work.first_due_at,
            Work.closed_at,
            numbers.label("numbers"),
        )
        .join(Work, Work.id == CarrierRequest.work_id)
        .where(
            visible_works(ctx.actor),
            CarrierRequest.sent_on <= month.last,
            CarrierRequest.answered_on.is_(None) | (CarrierRequest.answered_on >= month.first),
        )
    ).all()
    found: dict[int, list[_Asked]] = {}
    for row in rows:
        taken_back = row.answered_on is None and row.closed_at is not None
        end = ctx.calendar.local(row.closed_at).date() if taken_back else None
        if row.sent_on >= month.first or end is None or end >= month.first:
            request = _Asked(row.sent_on, row.answered_on, end, row.first_due_at, row.numbers)
            found.setdefault(row.carrier_id, []).append(request)
    carriers = [_tell(ctx, carrier, request, month) for carrier, request in found.items()]
    return sorted(carriers, key=lambda each: (-each.late, -(each.mean_days or 0), each.carrier["name"]))


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request to a carrier: its days and term, and how many numbers it asks about."""

    sent_on: date
    answered_on: date | None
    taken_back_on: date | None
    due_at: datetime | None
    numbers: int

    def waits(self, day: date) -> bool:
        """Return whether it waited for an answer at the end of that day."""
        over = self.answered_on or self.taken_back_on
        return self.sent_on <= day and (over is None or over > day)


def _tell(ctx: ActionContext, carrier: int, requests: Sequence[_Asked], month: _Month) -> CarrierMonth:
    answered = [
        each for each in requests if each.answered_on and month.first <= each.answered_on <= month.last
    ]
    took = [_working_days(ctx, each.sent_on, each.answered_on) for each in answered if each.answered_on]
    waiting = [each for each in requests if each.waits(month.until)]
    end = min(ctx.now, ctx.calendar.midnight_after(month.last))
    return CarrierMonth(
        carrier=brief_of_unit(ctx.reference, carrier),
        sent=sum(each.sent_on >= month.first for each in requests),
        answered=len(answered),
        numbers=sum(each.numbers for each in answered),
        mean_days=sum(took) / len(took) if took else None,
        longest_days=max(took, default=None),
        waiting=len(waiting),
        late=sum(each.due_at is not None and each.due_at < end for each in waiting),
    )


def _working_days(ctx: ActionContext, first: date, last: date) -> int:
    """Return how many working days an answer took; one of the same day took none."""
    days = (first + timedelta(days=each + 1) for each in range((last - first).days))
    return sum(ctx.calendar.is_working_day(day) for day in days)


def _month(ctx: ActionContext, written: str) -> _Month:
    today = ctx.calendar.local(ctx.now).date()
    first = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    if written:
        found = _MONTH.fullmatch(written.strip())
        year, month = (found[1] or found[4], found[2] or found[3]) if found else ("", "")
        try:
            first = date(int(year), int(month), 1)
        except ValueError:
            raise invalid(["month"], N_("Tháng viết như 10/2026.")) from None
        if not date(2000, 1, 1) <= first <= today:
            raise invalid(["month"], N_("Hãy chọn một tháng đã bắt đầu."))
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return _Month(first, last, min(last, today))
