"""Counted days in the machine's own numbers, and keeping them between one reading and the next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, literal_column, select
from sqlalchemy.orm import Session

from service.domain.figures.packs import RECORD
from service.domain.kernel.sql import AnyRow
from service.models import FigureDay

DAYS_AT_ONCE = 60

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class CountedDay:
    """The reports received on one day, an element each; what the columns mean says `packs.RECORD`."""

    day: Array
    late_from: Array
    lead: Array
    category: Array
    ward: Array
    rule: Array
    marks: Array
    hours: Array
    lasted: Array
    cell: Array


def unpack_day(row: AnyRow) -> CountedDay:
    """Return one row of counted days, stored or just counted."""
    records = np.frombuffer(row.facts, dtype=RECORD)
    columns = {
        name: records[name].astype(records[name].dtype.newbyteorder("=")) for name in RECORD.names or ()
    }
    return CountedDay(
        day=np.full(len(records), row.day.toordinal(), dtype=np.int32),
        cell=np.frombuffer(row.cells, dtype=">i8").astype(np.int64),
        **columns,
    )


NOTHING = CountedDay(*(np.empty(0, dtype=np.int32) for _ in CountedDay.__slots__))


class CountedDaysCache:
    """The days that a process read last. Only what was counted anew since is read again: a year of a large
    city is some 50 MB, and would take most of a second each time.

    A row's version is PostgreSQL's own: which transaction wrote it, and where it lies.
    """

    def __init__(self) -> None:
        self._kept: dict[date, tuple[str, CountedDay]] = {}
        self._joined: tuple[Mapping[date, CountedDay], CountedDay] | None = None

    def read(self, session: Session, first: date, last: date) -> dict[date, CountedDay]:
        """Return the counted days from `first` to `last`, in order."""
        there = select(FigureDay.day, _VERSION).where(FigureDay.day.between(first, last))
        versions: dict[date, str] = {
            row.day: row.version for row in session.execute(there.order_by(FigureDay.day))
        }
        for day in [day for day in self._kept if first <= day <= last]:
            if self._kept[day][0] != versions.get(day):
                del self._kept[day]
        for row in _rows(session, [day for day in versions if day not in self._kept]):
            self._kept[row.day] = row.version, unpack_day(row)
        return {day: self._kept[day][1] for day in versions if day in self._kept}

    def join(self, days: Mapping[date, CountedDay]) -> CountedDay:
        """Return all days, of which some may just have been counted, as one; the same ones again cost
        nothing.

        What was kept of each becomes a part of the whole, so that nothing is held twice.
        """
        if self._joined is None or not _same(self._joined[0], days):
            whole, end, parts = join_days(days.values()), 0, {}
            for name, day in days.items():
                start, end = end, end + len(day.day)
                parts[name] = CountedDay(
                    *(getattr(whole, column)[start:end] for column in CountedDay.__slots__)
                )
                version, kept = self._kept.get(name, ("", None))
                if kept is day:
                    self._kept[name] = version, parts[name]
            self._joined = parts, whole
        return self._joined[1]


def join_days(days: Iterable[CountedDay]) -> CountedDay:
    """Return days side by side, in their order."""
    found = [*days] or [NOTHING]
    return CountedDay(
        *(np.concatenate([getattr(day, column) for day in found]) for column in CountedDay.__slots__)
    )


def _same(some: Mapping[date, CountedDay], others: Mapping[date, CountedDay]) -> bool:
    return len(some) == len(others) and all(some.get(name) is day for name, day in others.items())


_VERSION: ColumnElement[str] = literal_column("figure_day.xmin::text || figure_day.ctid::text").label(
    "version"
)


def _rows(session: Session, days: Sequence[date]) -> Iterator[AnyRow]:
    columns = (FigureDay.day, _VERSION, FigureDay.facts, FigureDay.cells)
    for start in range(0, len(days), DAYS_AT_ONCE):
        some = days[start : start + DAYS_AT_ONCE]
        yield from session.execute(select(*columns).where(FigureDay.day.in_(some)))
