"""Monthly readings of units: electricity, water, paper; entered by a person, corrected with a reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from statistics import median
from typing import Annotated

from dateutil.relativedelta import relativedelta
from pydantic import Field, FiniteFloat, StringConstraints
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from service.domain.city.calendar import Calendar
from service.domain.city.config_parts import UnitBrief
from service.domain.city.reference import Reference, brief_of_unit
from service.domain.emulation.forms import Code
from service.domain.kernel.sql import one_at_a_time
from service.domain.people.colleagues import names_of
from service.domain.reports.drafts import StrictBody
from service.domain.reports.events import Actor
from service.domain.works.access import READERS
from service.domain.works.units import unit_id
from service.domain.works.views import ReadModel
from service.errors import Conflict, Forbidden, invalid
from service.i18n import N_
from service.i18n.rounding import round_half_up
from service.models import Meter, MeterReading, Premises, Role
from service.models.reports.event import ActorKind

A_MONTH, A_YEAR = relativedelta(months=1), relativedelta(years=1)
OLDEST = relativedelta(years=5)
FAR = 3
"""A value over so many times, or under such a part, of the median of the year before needs a reason."""
MOST_SHOWN = 1000
_PLAIN = ("id", "premises_id", "month", "what", "value", "why", "entered_at")
MOST_CORRECTIONS = 20
"""Of one value of one month."""
METER_NAMES = {
    Meter.KWH: N_("Điện (kWh)"),
    Meter.M3: N_("Nước (m³)"),
    Meter.REAMS: N_("Giấy in (ram)"),
}
METER_UNITS = {Meter.KWH: "kWh", Meter.M3: "m³", Meter.REAMS: N_("ram")}


class MeterDraft(StrictBody):
    """Reading of a month, `2026-05`. `replaces` is the id of the value that was read and is corrected; then,
    and where the value is far from those before, `why` is needed.
    """

    unit: Code
    premises: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    month: Annotated[str, StringConstraints(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")]
    what: Meter
    value: Annotated[FiniteFloat, Field(ge=0, le=10_000_000)]
    why: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""
    replaces: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None


class ReadingView(ReadModel):
    """Reading as it is told. `before` is the value of the same month a year before; `corrected` counts the
    values that this one replaced.
    """

    id: int
    unit: UnitBrief
    premises: str
    premises_id: int | None
    month: date
    what: Meter
    value: float
    before: float | None
    why: str
    entered_at: datetime
    entered_by: str
    corrected: int


def put_reading(
    session: Session, reference: Reference, calendar: Calendar, actor: Actor, draft: MeterDraft, now: datetime
) -> MeterReading:
    """Enter a value, or correct one by a new row; the same value again changes nothing.

    Raises Forbidden for who is not of the unit; Conflict where another value is there than was read; Invalid.
    """
    unit = unit_id(reference, draft.unit, "unit")
    if not may_enter(actor, unit):
        raise Forbidden(N_("Chỉ người của đơn vị nhập số liệu của đơn vị mình."))
    month = _month(calendar, draft.month, now)
    if draft.premises is not None:
        _check_premises(session, unit, draft.premises)
    one_at_a_time(session, f"meter_reading {unit}")  # or two of one month at once: a 500
    place = MeterReading.premises_id.is_not_distinct_from(draft.premises)
    own = MeterReading.unit_id == unit, place, MeterReading.what == draft.what
    of_month = select(MeterReading).where(*own, MeterReading.month == month)
    known = session.scalar(of_month.where(MeterReading.replaced_at.is_(None)))
    value = float(round_half_up(draft.value, 1))
    if known is not None and known.value == value:
        return known
    if draft.replaces != (known.id if known else None):
        message = N_("Tháng này đã có số liệu khác. Hãy xem lại rồi sửa.")
        raise Conflict(message, extra={"reading": known.id if known else None})
    if known is not None and not draft.why:
        raise invalid(["why"], N_("Sửa số liệu đã nhập thì hãy ghi lý do."))
    if not draft.why:
        _check_plausible(session, own, month, value)
    if known is not None:
        made = session.scalar(select(func.count()).select_from(of_month.subquery())) or 0
        if made > MOST_CORRECTIONS:
            raise Conflict(N_("Số liệu này đã được sửa quá nhiều lần."))
        known.replaced_at = now
        session.flush()
    facts = {"unit_id": unit, "premises_id": draft.premises, "month": month, "what": draft.what}
    columns = {"value": value, "why": draft.why, "entered_at": now, "entered_by": actor.staff_id}
    row = MeterReading(**facts, **columns)
    session.add(row)
    session.flush()
    return row


def list_readings(
    session: Session, reference: Reference, actor: Actor, units: Sequence[int] | None, *, month: date
) -> list[ReadingView]:
    """Return the readings of the twelve months up to `month`, the newest first; of `units` as far as the
    asker reads them, None for all of these. Raises Forbidden for a role that reads none.
    """
    if actor.role not in READERS:
        raise Forbidden(N_("Vai trò của bạn không xem số liệu của đơn vị."))
    query = select(MeterReading).where(MeterReading.month <= month)
    bound = bound_units(actor)
    if bound is not None:
        query = query.where(MeterReading.unit_id.in_(sorted(bound)))
    if units is not None:
        query = query.where(MeterReading.unit_id.in_(units))
    current = query.where(MeterReading.replaced_at.is_(None), MeterReading.month > month - A_YEAR)
    order = current.order_by(MeterReading.month.desc(), MeterReading.unit_id, MeterReading.id)
    rows = list(session.scalars(order.limit(MOST_SHOWN)))
    return _told(session, reference, query, rows)


def tell_reading(session: Session, reference: Reference, row: MeterReading) -> ReadingView:
    """Return a meter reading as the person who entered it reads it."""
    own = MeterReading.unit_id == row.unit_id, MeterReading.what == row.what
    [view] = _told(session, reference, select(MeterReading).where(*own), [row])
    return view


def bound_units(actor: Actor) -> frozenset[int] | None:
    """Return the units whose readings a person reads; None for all."""
    of_unit = actor.role in (Role.DEPARTMENT, Role.MANAGER) and not actor.of_city
    return actor.departments if of_unit else None


def may_enter(actor: Actor, unit: int) -> bool:
    """Return whether a person enters values of this unit."""
    works = actor.kind == ActorKind.STAFF and actor.role in (Role.DEPARTMENT, Role.MANAGER)
    return works and unit in actor.departments


def premises_names(session: Session) -> dict[int, str]:
    """Return the names of premises by their ids."""
    return {row.id: row.name for row in session.execute(select(Premises.id, Premises.name))}


def premises_of(session: Session, units: frozenset[int]) -> list[tuple[int, str]]:
    """Return (id, name) of the premises that these units keep or are in, by name."""
    rows = session.scalars(select(Premises).order_by(Premises.name, Premises.id))
    return [(row.id, row.name) for row in rows if units & _units_in(row)]


def last_month(calendar: Calendar, now: datetime) -> date:
    """Return the first day of the last month that is over."""
    this: date = calendar.local(now).date().replace(day=1)
    before: date = this - A_MONTH
    return before


def _units_in(row: Premises) -> set[int]:
    return {unit for each in row.buildings for unit in each["units"]} | {row.department_id}


def _month(calendar: Calendar, text: str, now: datetime) -> date:
    """Raises Invalid for a month that is not over, or long past."""
    month, last = date.fromisoformat(f"{text}-01"), last_month(calendar, now)
    if month > last:
        raise invalid(["month"], N_("Tháng này chưa kết thúc."))
    if month < last - OLDEST:
        raise invalid(["month"], N_("Tháng này đã quá xa."))
    return month


def _check_premises(session: Session, unit: int, premises: int) -> None:
    row = session.get(Premises, premises)
    if row is None or unit not in _units_in(row):
        raise invalid(["premises"], N_("Đơn vị không ở trụ sở này."))


def _check_plausible(session: Session, own: Sequence[ColumnElement[bool]], month: date, value: float) -> None:
    """Raise Invalid for a value far from the median of the year before, telling that."""
    year = MeterReading.month.between(month - A_YEAR, month - A_MONTH)
    current = select(MeterReading.value).where(year, MeterReading.replaced_at.is_(None))
    known = list(session.scalars(current.where(*own)))
    usual = median(known) if known else 0
    if usual and not usual / FAR <= value <= usual * FAR:
        message = N_("Khác thường so với các tháng trước (thường {usual}). Nếu đúng, hãy ghi lý do.")
        raise invalid(["why"], message, usual=f"{usual:g}".replace(".", ","))


def _told(
    session: Session,
    reference: Reference,
    readable: Select[MeterReading],
    rows: Sequence[MeterReading],
) -> list[ReadingView]:
    """Return rows as they are told; `readable` are all that the asker reads."""
    since = min((row.month for row in rows), default=date.max)
    before: dict[tuple[object, ...], float] = {}
    replaced: Counter[tuple[object, ...]] = Counter()
    for row in session.scalars(readable.where(MeterReading.month >= since - A_YEAR)) if rows else ():
        if row.replaced_at is None:
            before[_key(row, row.month + A_YEAR)] = row.value
        else:
            replaced[_key(row, row.month)] += 1
    names = names_of(session, [row.entered_by for row in rows])
    premises = premises_names(session)
    return [
        ReadingView(
            **{name: getattr(row, name) for name in _PLAIN},
            unit=brief_of_unit(reference, row.unit_id),
            premises=premises.get(row.premises_id or 0, ""),
            before=before.get(_key(row, row.month)),
            entered_by=names.get(row.entered_by or 0, ""),
            corrected=replaced[_key(row, row.month)],
        )
        for row in rows
    ]


def _key(row: MeterReading, month: date) -> tuple[object, ...]:
    return row.unit_id, row.premises_id, row.what, month
