"""Reckoning with counted days: sums, medians and percentiles by any dimension, without the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.domain.figures.packs import (
    DONE,
    EXTENDED,
    HANDED_ON,
    HAS_DUE,
    IN_FIRST_TIME,
    IN_TIME,
    KEPT,
    MERGED,
    OPEN,
    PUBLISHED,
    RATED,
    RECATEGORISED,
    REFUSED,
    REJECTED,
    REOPENED,
    SCORE,
    SCORE_SHIFT,
    WITHDRAWN,
)

Ints = NDArray[np.integer[Any]]
Bools = NDArray[np.bool_]

OVERDUE = PUBLISHED
"""First bit of `ReportColumns.marks`: the report is late and open. Publication is settled at reading."""

_KINDS = 1 << SCORE_SHIFT
_MARKS = np.arange(_KINDS)


def _has(bits: int) -> Bools:
    return np.asarray((_MARKS & bits) == bits)


_OVERDUE = _has(OVERDUE)
_DECIDED = _has(HAS_DUE) & (_has(DONE) | _OVERDUE)
_MEASURES: Mapping[str, Bools] = {
    "received": _has(0),
    "open": _has(OPEN),
    "overdue": _OVERDUE,
    "done": _has(DONE),
    "decided": _DECIDED,
    "on_time": _has(DONE | HAS_DUE | IN_TIME),
    "extended": _has(EXTENDED),
    "reopened": _has(REOPENED),
    "rated": _has(RATED),
    "refused": _has(REFUSED),
    "handed_on": _has(HANDED_ON),
    "recategorised": _has(RECATEGORISED),
    "corrected": _has(REFUSED) | _has(HANDED_ON) | _has(RECATEGORISED),
}
_MATRIX = np.stack([mask.astype(np.int64) for mask in _MEASURES.values()], axis=1)
_HIGH: Mapping[str, int] = {
    "rejected": REJECTED,
    "merged": MERGED,
    "withdrawn": WITHDRAWN,
    "on_time_first": IN_FIRST_TIME,
    "kept": KEPT,
}
"""Measures by a bit above the score."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Sums over one group of reports; see `service.domain.queries.stats` for the definitions.

    `received` is `done`, `rejected`, `merged`, `withdrawn` and `open` together.
    `score_sum` is over those `rated`; `median_hours` and `p90_hours` are of those `done`, exact to the hour.
    """

    received: int = 0
    open: int = 0
    overdue: int = 0
    done: int = 0
    decided: int = 0
    on_time: int = 0
    extended: int = 0
    reopened: int = 0
    rated: int = 0
    refused: int = 0
    handed_on: int = 0
    recategorised: int = 0
    corrected: int = 0
    rejected: int = 0
    merged: int = 0
    withdrawn: int = 0
    on_time_first: int = 0
    kept: int = 0
    score_sum: int = 0
    median_hours: float | None = None
    p90_hours: float | None = None

    @property
    def late(self) -> int:
        """Done after the deadline, or open and past it."""
        return self.decided - self.on_time

    @property
    def late_first(self) -> int:
        """Return late by the deadline without its extensions, of those decided."""
        return self.decided - self.on_time_first

    @property
    def returned(self) -> int:
        """Done, and sent back or reopened on the way."""
        return self.done - self.kept

    @property
    def on_time_rate(self) -> float | None:
        """Return the part done in time of those done or late that have a deadline."""
        return self.on_time / self.decided if self.decided else None

    @property
    def rating(self) -> float | None:
        """Return the mean of the reporters' scores."""
        return self.score_sum / self.rated if self.rated else None


@dataclass(frozen=True, slots=True)
class ReportColumns:
    """Element a report in every array, in the order of the days. `day` is that of reception since year 1, ids
    are 0 for none; `marks` have OVERDUE in their first bit, the score above the bits.
    """

    day: Ints
    lead: Ints
    category: Ints
    ward: Ints
    rule: Ints
    marks: Ints
    hours: Ints
    lasted: Ints
    cell: Ints

    def __len__(self) -> int:
        return len(self.day)

    def where(self, mask: Bools) -> ReportColumns:
        """Return the reports that the mask takes."""
        found = {name: getattr(self, name) for name in self.__slots__}
        return ReportColumns(**{name: array[mask] if len(array) else array for name, array in found.items()})

    def between(self, first: date | None, last: date | None) -> ReportColumns:
        """Return the reports received from `first` to `last`: a view of the same arrays."""
        whole = self.day.dtype.type  # of any other the search would turn every day into it
        start = int(np.searchsorted(self.day, whole(first.toordinal()), side="left")) if first else 0
        end = int(np.searchsorted(self.day, whole(last.toordinal()), side="right")) if last else len(self)
        return ReportColumns(**{name: getattr(self, name)[start:end] for name in self.__slots__})

    def months(self) -> Ints:
        """Return the month of reception of each, as `year * 12 + month - 1`."""
        days, place = np.unique(self.day, return_inverse=True)
        found = [date.fromordinal(int(day)) for day in days]
        return np.asarray([day.year * 12 + day.month - 1 for day in found], dtype=np.int64)[place]


def tallies(facts: ReportColumns, *keys: Ints) -> tuple[Tally, *tuple[dict[int, Tally], ...]]:
    """Return the sums of all, and those of each group by each of the keys: what they share is reckoned
    once.
    """
    if not len(facts):
        return Tally(), *({} for _ in keys)
    marks, mark = _groups(facts.marks)
    one = np.zeros(1, dtype=np.int64)
    whole = _tally(facts, marks, mark, one, 0)[0]
    return whole, *(_tally(facts, marks, mark, *_groups(key)) for key in keys)


def _tally(facts: ReportColumns, marks: Ints, mark: Ints, known: Ints, place: Ints | int) -> dict[int, Tally]:
    """Count by the groups `known`, of which each report's is at its `place`; likewise its marks."""
    size = len(known) * len(marks)
    counts = np.bincount(place * len(marks) + mark, minlength=size).reshape(len(known), len(marks))
    sums = counts @ _MATRIX[marks & (_KINDS - 1)]
    scores = counts @ ((marks >> SCORE_SHIFT) & SCORE)
    high = counts @ np.stack([(marks & bit != 0).astype(np.int64) for bit in _HIGH.values()], axis=1)
    medians, p90s = _percentiles(facts, place, len(known))
    return {
        int(key): Tally(
            **dict(zip((*_MEASURES, *_HIGH), map(int, (*row, *above)), strict=True)),
            score_sum=int(score),
            median_hours=median,
            p90_hours=p90,
        )
        for key, row, above, score, median, p90 in zip(known, sums, high, scores, medians, p90s, strict=True)
    }


def age_counts(facts: ReportColumns, today: date, edges: tuple[int, ...]) -> list[int]:
    """Return how many open reports are up to each number of days old, and older than the last."""
    age = today.toordinal() - facts.day[(facts.marks & OPEN) != 0]
    return list(map(int, np.bincount(np.searchsorted(edges, age), minlength=len(edges) + 1)))


@dataclass(frozen=True, slots=True)
class PeriodFlow:
    """A stretch of time: what came in, what ended, what was open at its end."""

    first: date
    last: date
    received: int
    ended: int
    backlog: int


def flow_counts(facts: ReportColumns, stretches: list[tuple[date, date]]) -> list[PeriodFlow]:
    """Return in, out and backlog of each stretch, over all reports whenever received."""
    ended_on = np.sort((facts.day + facts.lasted)[facts.lasted >= 0])
    came = facts.day

    def until(days: Ints, day: date) -> int:
        return int(np.searchsorted(days, days.dtype.type(day.toordinal()), side="right"))

    found = []
    for first, last in stretches:
        before = first - timedelta(days=1)
        received = until(came, last) - until(came, before)
        ended = until(ended_on, last) - until(ended_on, before)
        found.append(PeriodFlow(first, last, received, ended, until(came, last) - until(ended_on, last)))
    return found


def mapped(keys: Ints, names: Mapping[int, int]) -> Ints:
    """Return the keys with those of `names` under the key that is meant."""
    if not names or not len(keys):
        return keys
    table = np.arange(int(keys.max()) + 1, dtype=keys.dtype)
    for key, meant in names.items():
        if key < len(table):
            table[key] = meant
    return np.asarray(table[keys])


def _groups(keys: Ints) -> tuple[Ints, Ints]:
    """Return the different keys in order, and the place of each key among them; keys are small whole
    numbers. Of 350,000 keys 2.3 ms, by `np.unique` 10.3.
    """
    lowest = keys.min()
    moved = keys - lowest
    present = np.flatnonzero(np.bincount(moved))
    table = np.zeros(int(present[-1]) + 1, dtype=np.int32)
    table[present] = np.arange(len(present), dtype=np.int32)
    return present + int(lowest), table[moved]


def _percentiles(
    facts: ReportColumns, place: Ints | int, groups: int
) -> tuple[list[float | None], list[float | None]]:
    size = np.int32(facts.hours.max()) + np.int32(2)
    counts = np.bincount(place * size + (facts.hours + np.int32(1)), minlength=groups * size)
    counts = counts.reshape(groups, size)[:, 1:]  # the first are those not done
    if not counts.size:
        return [None] * groups, [None] * groups
    passed = counts.cumsum(axis=1)
    return _at(counts, passed, 0.5), _at(counts, passed, 0.9)


def _at(counts: Ints, passed: Ints, part: float) -> list[float | None]:
    """Return the value that so many of each group do not exceed, as if those of one hour lay evenly within
    it.
    """
    number = passed[:, -1]
    wanted = number * part
    hour = (passed >= wanted[:, None]).argmax(axis=1)
    row = np.arange(len(counts))
    here = counts[row, hour]
    inside = (wanted - (passed[row, hour] - here)) / np.maximum(here, 1)
    return [float(h + i) if n else None for h, i, n in zip(hour, inside, number, strict=True)]
