"""Terms, policies and the due instant of a term, counted step by step. Pauses and extensions: `clock.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Literal, NamedTuple, cast, get_args

from service.domain.city.calendar import ONE_DAY, ZERO, Calendar, Day, DayOff, Name
from service.models.city.rule import ExtensionSpec, PolicySpec, TermSpec, TermUnit

Unit = TermUnit
UNITS: tuple[Unit, ...] = get_args(Unit)
MAX_AMOUNT = 10_000

StepKind = Literal[
    "received",
    "received_on_day_off",
    "receipt_not_counted",
    "clock_starts",
    "counted",
    "day_off",
    "worked",
    "running",
    "moved",
    "extended",
    "paused",
    "stands",
    "due",
]


@dataclass(frozen=True, slots=True)
class Term:
    """Length of time that something may take. Raises ValueError for an unknown unit or an amount
    that is no term.
    """

    unit: Unit
    amount: int

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise ValueError(f"unknown unit {self.unit!r}: one of {', '.join(UNITS)}")
        if isinstance(self.amount, bool) or not isinstance(self.amount, int):
            raise ValueError(f"a term is a whole number of {self.unit}, not {self.amount!r}")
        if not 0 < self.amount <= MAX_AMOUNT:
            raise ValueError(f"a term is 1 to {MAX_AMOUNT} {self.unit}, not {self.amount}")

    def spec(self) -> TermSpec:
        return {"unit": self.unit, "amount": self.amount}

    @classmethod
    def of(cls, spec: TermSpec) -> Term:
        return cls(spec["unit"], spec["amount"])


@dataclass(frozen=True, slots=True)
class ExtensionLimit:
    """Limits of extending a case: how often, by how much in all, and with whose approval."""

    max_count: int = 0
    max_total: Term | None = None
    approval: bool = True

    def __post_init__(self) -> None:
        if self.max_count < 0:
            raise ValueError("extensions are counted from 0")

    def spec(self) -> ExtensionSpec:
        total = self.max_total.spec() if self.max_total else None
        return {"max_count": self.max_count, "max_total": total, "approval": self.approval}

    @classmethod
    def of(cls, spec: ExtensionSpec) -> ExtensionLimit:
        total = spec.get("max_total")
        return cls(spec.get("max_count", 0), Term.of(total) if total else None, spec.get("approval", True))


@dataclass(frozen=True, slots=True)
class Policy:
    """A deadline policy: until when a case is accepted, until when it is resolved, when it turns amber.

    `hotline`: a case under it is an emergency, of which coordinators are told at once.
    """

    code: str
    accept: Term
    resolve: Term
    extension: ExtensionLimit = field(default_factory=ExtensionLimit)
    amber_ratio: float = 0.8
    hotline: bool = False

    def __post_init__(self) -> None:
        if not 0 < self.amber_ratio < 1:
            raise ValueError(f"amber lies between 0 and 1 of the time, not at {self.amber_ratio}")

    def spec(self) -> PolicySpec:
        """Return what `DeadlinePolicy.spec` stores: everything but the code."""
        return {
            "accept": self.accept.spec(),
            "resolve": self.resolve.spec(),
            "extension": self.extension.spec(),
            "amber_ratio": self.amber_ratio,
            "hotline": self.hotline,
        }

    @classmethod
    def of(cls, code: str, spec: PolicySpec) -> Policy:
        """Return the policy stored as `spec`. Raises ValueError or KeyError for one that is none."""
        return cls(
            code,
            Term.of(spec["accept"]),
            Term.of(spec["resolve"]),
            ExtensionLimit.of(spec.get("extension") or {}),
            spec.get("amber_ratio", 0.8),
            bool(spec.get("hotline", False)),
        )


class CountStep(NamedTuple):
    """Step by which a deadline was counted, as one sentence explains it. Which fields say something depends
    on `kind`:

    - `received`, `clock_starts`, `due`, `stands` (paused since, and still): `at`, the instant.
    - `received_on_day_off`: on `day`, counts as received on `until`; `name` as for `day_off`.
    - `receipt_not_counted`: `day`. `moved`: from `day`, a day off, to `until`.
    - `counted`: `day` to `until` are the days `first` to `last` of the term.
    - `day_off`: `day` to `until` are not counted; `name` of the holiday, or none for weekly rest.
    - `worked`: on `day`, `first` minutes, `last` minutes so far.
    - `running`: `first` hours, day and night. `extended`: by `first` of `unit`, to `at`.
    - `paused`: from `at`, by which the end moves `first` minutes (working minutes for working terms).
    """

    kind: StepKind
    at: datetime | None = None
    day: date | None = None
    until: date | None = None
    first: int = 0
    last: int = 0
    unit: Unit | None = None
    name: Name | None = None

    def as_json(self) -> dict[str, object]:
        """Return plain values, for the report's record and for `--json`."""
        plain: dict[str, object] = {"kind": self.kind}
        for key in ("at", "day", "until"):
            if (value := cast("date | None", getattr(self, key))) is not None:
                plain[key] = value.isoformat()
        for key in ("first", "last", "unit", "name"):
            if value := getattr(self, key):
                plain[key] = dict(value) if key == "name" else value
        return plain


class ComputedDeadline(NamedTuple):
    """The due instant on the city's clock, and how it was counted."""

    at: datetime
    steps: tuple[CountStep, ...]


def ends_at(term: Term, received_at: datetime, calendar: Calendar) -> datetime:
    """Return when `term` ends for something received at `received_at` (aware, else ValueError); on the
    city's clock.

    - `hours` run day and night, in real time.
    - `working_hours` run in working time only.
    - `working_days`: the day of receipt is not counted, whatever the hour, also after closing time; what
      comes in on a day off counts as received on the next working day; days off are skipped; the term
      ends when work ends on its last day (the practice of Huế's service).
    - `calendar_days`: the first day is not counted (Civil Code 2015, article 147 clause 2); every day after
      it is; a last day that is a day off is replaced by the next working day (article 148 clause 5); the
      last day ends at 24:00 (clause 6), written 23:59:59 so that its date is the day itself.
    """
    return _COUNTERS[term.unit](term.amount, calendar.local(received_at), calendar)


def compute_due(term: Term, received_at: datetime, calendar: Calendar) -> ComputedDeadline:
    """Return `ends_at`, and how it was counted."""
    start, at = calendar.local(received_at), ends_at(term, received_at, calendar)
    steps = _TELLERS[term.unit](term.amount, start, at, calendar)
    return ComputedDeadline(at, (CountStep("received", at=start), *steps, CountStep("due", at=at)))


def day_of_receipt(received_at: datetime, calendar: Calendar) -> date:
    """Return the working day something counts as received on: its own, or the next one after a day off."""
    on = calendar.local(received_at).date()
    return calendar.next_working_day(on) if calendar.day_off(on) else on


def _hours(amount: int, start: datetime, calendar: Calendar) -> datetime:
    return calendar.local(start.astimezone(UTC) + timedelta(hours=amount))


def _tell_hours(amount: int, _start: datetime, _at: datetime, _calendar: Calendar) -> Iterator[CountStep]:
    yield CountStep("running", first=amount)


def _working_hours(amount: int, start: datetime, calendar: Calendar) -> datetime:
    return calendar.add_working_time(start, timedelta(hours=amount))


def _tell_working_hours(
    amount: int, start: datetime, at: datetime, calendar: Calendar
) -> Iterator[CountStep]:
    left, done = timedelta(hours=amount), ZERO
    opened = _first_working_instant(start, calendar)
    if opened is not start:
        yield CountStep("clock_starts", at=opened)
    first = opened.date()
    for off, days in groupby(_days(first, at.date(), calendar), key=_why_off):
        if off is not None:
            yield _off(list(days))
            continue
        for day in days:
            whole = day.worked if day.date != first else _rest_of_day(opened, calendar)
            worked = min(whole, left - done)
            done += worked
            yield CountStep("worked", day=day.date, first=_minutes(worked), last=_minutes(done))


def _working_days(amount: int, start: datetime, calendar: Calendar) -> datetime:
    return calendar.closing(_counted(amount, start, calendar)[-1].date)


def _tell_working_days(
    amount: int, start: datetime, _at: datetime, calendar: Calendar
) -> Iterator[CountStep]:
    on = day_of_receipt(start, calendar)
    if off := calendar.day_off(start.date()):
        yield CountStep("received_on_day_off", day=start.date(), until=on, name=off.name)
    yield CountStep("receipt_not_counted", day=on)
    yield from _runs(_counted(amount, start, calendar))


def _counted(amount: int, start: datetime, calendar: Calendar) -> list[Day]:
    """Return the days of a term in working days, those off between them too."""
    days, counted = [], 0
    for day in calendar.days_after(day_of_receipt(start, calendar)):
        days.append(day)
        counted += day.off is None
        if counted == amount:
            break
    return days


def _calendar_days(amount: int, start: datetime, calendar: Calendar) -> datetime:
    return end_of_last_day(start.date() + timedelta(days=amount), calendar)


def _tell_calendar_days(
    amount: int, start: datetime, _at: datetime, calendar: Calendar
) -> Iterator[CountStep]:
    on = start.date()
    last = on + timedelta(days=amount)
    yield CountStep("receipt_not_counted", day=on)
    yield CountStep("counted", day=on + ONE_DAY, until=last, first=1, last=amount)
    if off := calendar.day_off(last):
        yield CountStep("moved", day=last, until=calendar.next_working_day(last), name=off.name)


def end_of_last_day(last: date, calendar: Calendar) -> datetime:
    """Return when a term in calendar days ends whose last day is `last`."""
    return calendar.end_of_day(calendar.next_working_day(last) if calendar.day_off(last) else last)


_COUNTERS: dict[Unit, Callable[[int, datetime, Calendar], datetime]] = {
    "hours": _hours,
    "working_hours": _working_hours,
    "working_days": _working_days,
    "calendar_days": _calendar_days,
}
_TELLERS: dict[Unit, Callable[[int, datetime, datetime, Calendar], Iterator[CountStep]]] = {
    "hours": _tell_hours,
    "working_hours": _tell_working_hours,
    "working_days": _tell_working_days,
    "calendar_days": _tell_calendar_days,
}


def _first_working_instant(start: datetime, calendar: Calendar) -> datetime:
    """Return `start` itself in working time, otherwise the next opening."""
    for opens, closes in calendar.day(start.date()).intervals:
        if start < closes:
            return start if opens <= start else calendar.local(opens)
    following = calendar.next_working_day(start.date())
    return calendar.local(calendar.day(following).intervals[0][0])


def _rest_of_day(since: datetime, calendar: Calendar) -> timedelta:
    return calendar.working_time_between(since, calendar.closing(since.date()))


def _days(first: date, last: date, calendar: Calendar) -> list[Day]:
    return [calendar.day(first + timedelta(days=n)) for n in range((last - first).days + 1)]


def _why_off(day: Day) -> DayOff | None:
    return day.off


def _runs(days: list[Day]) -> list[CountStep]:
    """Return neighbouring days that are told in one breath: counted ones, or ones off for the same reason."""
    steps, counted = [], 0
    for off, group in groupby(days, key=_why_off):
        run = list(group)
        if off is None:
            first, counted = counted + 1, counted + len(run)
            steps.append(CountStep("counted", day=run[0].date, until=run[-1].date, first=first, last=counted))
        else:
            steps.append(_off(run))
    return steps


def _off(run: list[Day]) -> CountStep:
    return CountStep(
        "day_off", day=run[0].date, until=run[-1].date, name=run[0].off.name if run[0].off else None
    )


def _minutes(amount: timedelta) -> int:
    return round(amount / timedelta(minutes=1))
