"""Figures of neither reports nor works: recognised initiatives, and readings that people entered."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from service.domain.queries.manage.periods import Period
from service.models import Initiative, InitiativeState, MeterReading

A_YEAR = relativedelta(years=1)


@dataclass(frozen=True, slots=True)
class InitiativeLine:
    """Recognised initiative behind a figure."""

    unit_id: int
    title: str
    applied_on: date
    decision: str


@dataclass(frozen=True, slots=True)
class ReadingLine:
    """Reading behind a figure, beside that of the same place in the same month a year before."""

    unit_id: int
    premises_id: int | None
    month: date
    what: str
    value: float
    before: float | None


def initiatives_behind(
    session: Session, units: Collection[int] | None, period: Period
) -> list[InitiativeLine]:
    """Return the recognised initiatives that were first applied within the days."""
    query = select(Initiative.unit_id, Initiative.title, Initiative.applied_on, Initiative.decision).where(
        Initiative.state == InitiativeState.RECOGNISED,
        Initiative.applied_on.between(period.first, period.last),
    )
    if units is not None:
        query = query.where(Initiative.unit_id.in_(sorted(units)))
    rows = session.execute(query.order_by(Initiative.applied_on, Initiative.id))
    return [InitiativeLine(*row) for row in rows]


def readings_behind(
    session: Session, units: Collection[int] | None, period: Period, what: str | None = None
) -> list[ReadingLine]:
    """Return the readings of the months that begin within the days."""
    own: list[ColumnElement[bool]] = [MeterReading.replaced_at.is_(None)]
    if units is not None:
        own.append(MeterReading.unit_id.in_(sorted(units)))
    if what is not None:
        own.append(MeterReading.what == what)
    columns = select(
        MeterReading.unit_id,
        MeterReading.premises_id,
        MeterReading.month,
        MeterReading.what,
        MeterReading.value,
    ).where(*own)
    earlier = MeterReading.month.between(period.first - A_YEAR, period.last - A_YEAR)
    before = {
        (row.unit_id, row.premises_id, row.month + A_YEAR, row.what): row.value
        for row in session.execute(columns.where(earlier))
    }
    within = columns.where(MeterReading.month.between(period.first, period.last))
    order = within.order_by(MeterReading.month, MeterReading.unit_id, MeterReading.id)
    return [
        ReadingLine(*row, before.get((row.unit_id, row.premises_id, row.month, row.what)))
        for row in session.execute(order)
    ]


def count_entered(session: Session, period: Period) -> Mapping[int, Mapping[str, float]]:
    """Return by unit what people entered: initiatives; of each meter its sum, and of the months that a year
    before has too the sum now, the sum then and how many there are.
    """
    found: dict[int, dict[str, float]] = {}
    for each in initiatives_behind(session, None, period):
        _add(found, each.unit_id, "initiatives", 1)
    for line in readings_behind(session, None, period):
        _add(found, line.unit_id, line.what, line.value)
        if line.before is not None:
            _add(found, line.unit_id, f"{line.what}_now", line.value)
            _add(found, line.unit_id, f"{line.what}_then", line.before)
            _add(found, line.unit_id, f"{line.what}_compared", 1)
    return found


def saved_part(counts: Mapping[str, float], what: str) -> tuple[float | None, int | None]:
    """Return (percent saved against the same months a year before, how many readings were compared); None
    without any to compare. More than before is less than nothing saved.
    """
    then = counts.get(f"{what}_then", 0)
    if not then:
        return None, None
    return 100 * (then - counts[f"{what}_now"]) / then, int(counts[f"{what}_compared"])


def _add(found: dict[int, dict[str, float]], unit: int, name: str, value: float) -> None:
    own = found.setdefault(unit, {})
    own[name] = own.get(name, 0) + value
