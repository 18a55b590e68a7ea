"""Series of clean-ups as the page of who organises them tells them: the rule in parts and its next days."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from geo.columns import degrees_of
from service.domain.cleanups.drafts import may_lead
from service.domain.cleanups.series import coming_days, list_series
from service.domain.plans.recurrence import WEEKDAYS
from service.domain.works.actions import ActionContext
from service.domain.works.units import unit_code
from service.models import CleanupSeries

SHOWN = 5
"""So many of the next days are told."""
WEEK, FORTNIGHT, MONTH, OTHER = "week", "fortnight", "month", "other"
_PATTERNS = {
    WEEK: re.compile(r"FREQ=WEEKLY;BYDAY=(?P<day>[A-Z]{2})"),
    FORTNIGHT: re.compile(r"FREQ=WEEKLY;INTERVAL=2;BYDAY=(?P<day>[A-Z]{2})"),
    MONTH: re.compile(r"FREQ=MONTHLY;BYDAY=(?P<nth>-1|[1-5])(?P<day>[A-Z]{2})"),
}


@dataclass(frozen=True, slots=True)
class SeriesLine:
    """Series as it stands; `days` are its next ones, none while it pauses; `mine` where it may be changed."""

    id: int
    version: int
    title: str
    rule: str
    first: date
    time: time
    minutes: int
    on_holiday: str
    form: str
    open_to: str
    lead_id: int
    lead: str
    lon: float
    lat: float
    meet_words: str
    bring: str
    capacity: int | None
    no_waste: bool
    collector: str
    pickup_words: str
    premises_id: int | None
    active: bool
    mine: bool
    days: Sequence[date] = ()


def view_series(ctx: ActionContext) -> list[SeriesLine]:
    """Return what comes again of the person's units, also what pauses."""
    return [_line(ctx, each) for each in list_series(ctx.session, ctx.actor, paused=True)]


def write_rule(every: str, weekday: str, nth: str) -> str:
    """Return the rule of what was chosen; nonsense is refused where the rule is read."""
    if every == MONTH:
        return f"FREQ=MONTHLY;BYDAY={nth}{weekday}"
    return f"FREQ=WEEKLY;INTERVAL=2;BYDAY={weekday}" if every == FORTNIGHT else f"FREQ=WEEKLY;BYDAY={weekday}"


def rule_choice(rule: str) -> tuple[str, str, str]:
    """Return (how often, weekday, which of the month) that writes this rule; `OTHER` where none does."""
    for every, pattern in _PATTERNS.items():
        if (found := pattern.fullmatch(rule)) and found["day"] in WEEKDAYS:
            return every, found["day"], found.groupdict().get("nth") or "1"
    return OTHER, WEEKDAYS[-1], "1"


def _line(ctx: ActionContext, series: CleanupSeries) -> SeriesLine:
    lon, lat = degrees_of(series.geom)
    days: list[date] = []
    if series.active:
        today = ctx.calendar.local(ctx.now).date()
        days = [day for day in coming_days(ctx, series) if day >= today][:SHOWN]
    return SeriesLine(
        on_holiday=str(series.on_holiday),
        form=str(series.form),
        open_to=str(series.open_to),
        lead=unit_code(ctx.reference, series.lead_id) or "",
        collector=unit_code(ctx.reference, series.collector_id) or "",
        lon=lon,
        lat=lat,
        mine=may_lead(ctx, series.lead_id),
        days=days,
        **{name: getattr(series, name) for name in _ALIKE},
    )


_ALIKE = (
    *("id", "version", "title", "rule", "first", "time", "minutes", "lead_id", "meet_words", "bring"),
    *("capacity", "no_waste", "pickup_words", "premises_id", "active"),
)
