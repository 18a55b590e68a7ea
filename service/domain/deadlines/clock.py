"""A running deadline: pauses, extensions, what is used and left, its colour. Counting a term: `deadlines.py`.

Every figure follows from one rule: while the clock stands nothing is used, so what was left when a pause
began is left when it ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple, Protocol, cast

from service.domain.city.calendar import ZERO, Calendar
from service.domain.deadlines.deadlines import (
    CountStep,
    ExtensionLimit,
    Term,
    Unit,
    compute_due,
    day_of_receipt,
    end_of_last_day,
    ends_at,
)
from service.models import CLOCK_STANDS, EventType
from service.models.city.rule import TermSpec

Colour = Literal["green", "amber", "red"]
ExtensionRefusal = Literal["too_often", "other_unit", "too_long"]
Pause = tuple[datetime, datetime | None]
"""From and until, aware; an open pause has no end."""
Closed = tuple[datetime, datetime]

ONE_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class GrantedExtension:
    """Extension of a deadline, granted at `at`."""

    term: Term
    at: datetime


class ClockEvent(Protocol):
    """Fields of an event that the clock reads: `status` is the report's after it."""

    @property
    def type(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def status(self) -> str: ...
    @property
    def data(self) -> Mapping[str, object]: ...


@dataclass(frozen=True, slots=True)
class Clock:
    """Times of a report by its events; at `restarted_at`, its last reopening, a new term began."""

    pauses: tuple[Pause, ...] = ()
    extensions: tuple[GrantedExtension, ...] = ()
    restarted_at: datetime | None = None

    @classmethod
    def from_events(cls, events: Iterable[ClockEvent]) -> Clock:
        """Read a report's events, oldest first; the data of `report.extended` has `{"unit", "amount"}`."""
        pauses: list[Pause] = []
        extensions: list[GrantedExtension] = []
        restarted: datetime | None = None
        stands: datetime | None = None
        for event in events:
            if event.type == EventType.REOPENED:
                pauses, extensions, restarted = [], [], event.at
            elif event.type == EventType.EXTENDED:
                extensions.append(GrantedExtension(Term.of(cast("TermSpec", event.data)), event.at))
            if event.status in CLOCK_STANDS:
                stands = stands or event.at
            elif stands:
                pauses.append((stands, event.at))
                stands = None
        if stands:
            pauses.append((stands, None))
        return cls(tuple(pauses), tuple(extensions), restarted)

    def state(
        self, term: Term, received_at: datetime, calendar: Calendar, now: datetime, amber_ratio: float = 0.8
    ) -> DueState:
        """Return `effective_due` of what this clock knows."""
        start = self.restarted_at or received_at
        return effective_due(term, start, self.pauses, self.extensions, calendar, now, amber_ratio)


class DueState(NamedTuple):
    """State of a deadline. `at` and `amber_at` are local to the city.

    While `paused`, everything is as it was when the pause began: `at` is then the last due instant and
    will move when the pause ends, and nobody becomes late.
    `remaining` is working time for working terms, real time for the others; negative once late.
    `used_ratio` is the part of the time used, above 1 once late. Red begins after `at`, amber at `amber_at`.
    """

    at: datetime
    amber_at: datetime
    remaining: timedelta
    used_ratio: float
    colour: Colour
    paused: bool
    steps: tuple[CountStep, ...]


def effective_due(
    term: Term,
    received_at: datetime,
    pauses: Sequence[Pause],
    extensions: Sequence[GrantedExtension],
    calendar: Calendar,
    now: datetime,
    amber_ratio: float = 0.8,
) -> DueState:
    """Return the deadline of `term` after its extensions and pauses, as it stands at `now`.

    Extensions, in the order they were granted, each count as a new term from the due instant before.
    Pauses then move the due instant:

    - `hours`: by the length of the pause. `working_hours`: by its working time.
    - `working_days`: by its working time, then to the end of work of the day reached: the term is one of
      days, and such a term ends with its last day (Civil Code 2015, article 148 clause 1). A pause of
      exactly one working day's hours moves it by one day. The day of receipt is not counted, so a pause
      on it moves nothing.
    - `calendar_days`: by its length on the local clock from the midnight after receipt, then to the end of
      the day reached, or of the next working day if that one is off (article 148 clauses 5 and 6).

    A pause moves a due instant that has not passed when it begins; one that begins later leaves it late.
    Pauses may come in any order and overlap; what overlaps is counted once. Raises ValueError for a time
    without zone.
    """
    received_at, now = _utc(received_at), _utc(now)
    base = compute_due(term, received_at, calendar)
    ends, steps = base.at, list(base.steps[:-1])
    for extension in sorted((e for e in extensions if _granted(e) <= now), key=_granted):
        ends = compute_due(extension.term, ends, calendar).at
        steps.append(CountStep("extended", at=ends, first=extension.term.amount, unit=extension.term.unit))
    closed, stands_since = _tidy(pauses, now)
    shifts: list[tuple[datetime, timedelta]] = []
    if closed:
        ends = _shift(term.unit, received_at, calendar).moved(ends, closed, shifts)
    steps += [CountStep("paused", at=calendar.local(at), first=round(by / ONE_MINUTE)) for at, by in shifts]
    steps.append(CountStep("due", at=ends))
    if stands_since:
        steps.append(CountStep("stands", at=calendar.local(stands_since)))
    seen = stands_since or now
    spent = _spent(term.unit, received_at, calendar)
    total = spent.running(ends, closed)
    used = spent.running(seen, closed) if seen > received_at else ZERO
    amber_at = calendar.local(spent.moved(spent.add(received_at, total * amber_ratio), closed, []))
    colour: Colour = "red" if seen > ends else "amber" if seen >= amber_at else "green"
    remaining = spent.between(seen, ends)
    return DueState(ends, amber_at, remaining, used / total, colour, stands_since is not None, tuple(steps))


def first_due(
    term: Term, received_at: datetime, calendar: Calendar, amber_ratio: float = 0.8
) -> tuple[datetime, datetime]:
    """Return `at` and `amber_at` of the `effective_due` of a clock that nothing has happened to."""
    received_at = _utc(received_at)
    ends, spent = ends_at(term, received_at, calendar), _spent(term.unit, received_at, calendar)
    return ends, calendar.local(spent.add(received_at, spent.between(received_at, ends) * amber_ratio))


def refuse_extension(
    limit: ExtensionLimit, granted: Sequence[GrantedExtension], asked_term: Term
) -> ExtensionRefusal | None:
    """Return why `asked_term` may not be granted on top of `granted`, or None if it may."""
    if len(granted) >= limit.max_count:
        return "too_often"
    if limit.max_total is None:
        return None
    terms = [asked_term, *(extension.term for extension in granted)]
    if any(term.unit != limit.max_total.unit for term in terms):
        return "other_unit"
    return "too_long" if sum(term.amount for term in terms) > limit.max_total.amount else None


@dataclass(frozen=True, slots=True)
class _Measure:
    """Measure of the time from `since` on: `between` is how much lies between two instants, `add`
    finds the first instant so far away, `settle` the instant a term that reaches so far really ends."""

    since: datetime
    add: Callable[[datetime, timedelta], datetime]
    between: Callable[[datetime, datetime], timedelta]
    settle: Callable[[datetime], datetime]

    def moved(
        self, ends: datetime, pauses: Sequence[Closed], shifts: list[tuple[datetime, timedelta]]
    ) -> datetime:
        """Return `ends` after every pause that begins before it; when each began and what it moved:
        `shifts`.
        """
        reached = ends
        for begin, end in pauses:
            if begin >= ends:
                break
            shift = self._part(begin, end)
            if shift:
                reached = self.add(reached, shift)
                ends = self.settle(reached)
                shifts.append((begin, shift))
        return ends

    def running(self, until: datetime, pauses: Sequence[Closed]) -> timedelta:
        """Return the time from `since` to `until` in which the clock ran."""
        stood = sum((self._part(begin, min(end, until)) for begin, end in pauses), ZERO)
        return self.between(self.since, until) - stood

    def _part(self, begin: datetime, end: datetime) -> timedelta:
        begin = max(begin, self.since)
        return self.between(begin, end) if begin < end else ZERO


def _shift(unit: Unit, received_at: datetime, calendar: Calendar) -> _Measure:
    """Return by how much a pause moves the end of a term."""
    spent = _spent(unit, received_at, calendar)
    if unit == "working_days":
        counted_from = calendar.midnight_after(day_of_receipt(received_at, calendar))
        return replace(
            spent, since=counted_from, settle=lambda at: calendar.closing(calendar.local(at).date())
        )
    if unit == "calendar_days":
        counted_from = calendar.midnight_after(calendar.local(received_at).date())
        return _Measure(
            counted_from,
            calendar.add_wall_time,
            calendar.wall_time_between,
            lambda at: end_of_last_day(calendar.local(at).date(), calendar),
        )
    return spent


def _spent(unit: Unit, received_at: datetime, calendar: Calendar) -> _Measure:
    """Return what is used and left of a term: working time for working terms, real time for the others."""
    if unit.startswith("working"):
        return _Measure(received_at, calendar.add_working_time, calendar.working_time_between, calendar.local)
    return _Measure(received_at, _later, _real_time, calendar.local)


def _utc(instant: datetime) -> datetime:
    """Return the instant in UTC: two times of one zone with daylight saving compare by the wall clock
    otherwise.
    """
    if instant.tzinfo is None:
        raise ValueError("a time without zone is no instant")
    return instant.astimezone(UTC)


def _later(start: datetime, amount: timedelta) -> datetime:
    return _utc(start) + amount


def _real_time(start: datetime, end: datetime) -> timedelta:
    return _utc(end) - _utc(start)


def _granted(extension: GrantedExtension) -> datetime:
    return _utc(extension.at)


def _tidy(pauses: Sequence[Pause], now: datetime) -> tuple[list[Closed], datetime | None]:
    """Return the pauses over by `now`, in order and without overlap; and since when the clock stands, if
    it does.
    """
    known = [(_utc(begin), _utc(end) if end else None) for begin, end in pauses]
    begun = [(begin, end) for begin, end in known if begin <= now]
    stands_since = min((begin for begin, end in begun if end is None or end > now), default=None)
    limit = stands_since or now
    merged: list[Closed] = []
    for begin, end in sorted((begin, end or limit) for begin, end in begun):
        end = min(end, limit)
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif begin < end:
            merged.append((begin, end))
    # A pause that runs into the open one is part of it: the clock stands since its beginning.
    if stands_since and merged and merged[-1][1] == stands_since:
        stands_since = merged.pop()[0]
    return merged, stands_since
