"""Terms of works on the city's calendar: when a day's work begins and is due, when it turns amber."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from service.domain.city.calendar import Calendar

AMBER_RATIO = 0.8
AMBER_DAYS = 5
"""A long term turns amber so many working days before its end, not months."""


def starts_on(calendar: Calendar, day: date, at: time | None = None) -> datetime:
    """Return when a work begins on this day: at its time, or with the day."""
    return datetime.combine(day, at or time(), tzinfo=calendar.timezone)


def due_on(calendar: Calendar, day: date, at: time | None = None) -> datetime:
    """Return when a work is due whose last day this is: when work ends, or with the day where it begins
    later or nobody works.
    """
    ends = calendar.closing(day) if calendar.is_working_day(day) else calendar.end_of_day(day)
    return ends if at is None or starts_on(calendar, day, at) < ends else calendar.end_of_day(day)


def amber_before(calendar: Calendar, start: datetime, due: datetime) -> datetime:
    """Return when a work with this term turns amber."""
    if start >= due:
        return due
    whole = calendar.working_time_between(start, due)
    share = calendar.add_working_time(start, whole * AMBER_RATIO) if whole else due
    day = calendar.local(due).date()
    for _ in range(AMBER_DAYS):
        day -= timedelta(days=1)
        while not calendar.is_working_day(day):
            day -= timedelta(days=1)
    return min(max(share, calendar.closing(day)), due)


def after_working_days(calendar: Calendar, start: datetime, days: int) -> datetime:
    """Return the same time of the day so many working days later, no later than work ends on it; what comes
    on a day off counts from the working day before.
    """
    local = calendar.local(start)
    day = local.date()
    for _ in range(days):
        day = calendar.next_working_day(day)
    closing = calendar.closing(day)
    if not calendar.is_working_day(local.date()):
        return closing
    return min(local.replace(year=day.year, month=day.month, day=day.day), closing)


def moved_by_pause(calendar: Calendar, due: datetime, since: datetime, until: datetime) -> datetime:
    """Return a deadline that had not passed at `since` after the clock stood until `until`."""
    stood = calendar.working_time_between(since, until) if since < due else timedelta()
    return calendar.add_working_time(due, stood) if stood else due
