"""Changing what comes again: rule, time, place and facts; drafts that nobody was told of follow, what was
announced stays as it was announced.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import delete, select

from geo.columns import degrees_of, point_at
from service.domain.cleanups.access import CleanupWork
from service.domain.cleanups.drafts import add_checks
from service.domain.cleanups.forms import CleanupChange, CleanupStep, MapPoint, SeriesChange
from service.domain.cleanups.series import (
    coming_days,
    draft_coming,
    last_checks,
    own_series,
    require_premises,
)
from service.domain.cleanups.steps import change_cleanup, take_cleanup_step
from service.domain.plans.recurrence import rule_parts
from service.domain.reports.drafts import check_place
from service.domain.works.actions import ActionContext
from service.domain.works.units import unit_id
from service.errors import Conflict, invalid
from service.i18n import N_
from service.models import Audience, Cleanup, CleanupCheck, CleanupForm, CleanupSeries, Work, WorkStatus

_TIMES = frozenset({"rule", "first", "time", "minutes", "on_holiday"})
_PLAIN = (
    "title",
    "first",
    "time",
    "minutes",
    "on_holiday",
    "meet_words",
    "bring",
    "no_waste",
    "pickup_words",
)
_FOLLOW = frozenset({"title", "location", "meet_words", "capacity", "bring", "no_waste", "pickup_words"})
MOVED = N_("Lịch lặp đã đổi, ngày này không còn trong lịch.")


def change_series(ctx: ActionContext, key: bytes, series_id: int, form: SeriesChange) -> CleanupSeries:
    """Change it, pause it or have it go on. The same again changes nothing.

    Raises NotFound, Forbidden, Conflict for a stale version, Invalid for a rule or place that is none.
    """
    series = own_series(ctx, series_id)
    changed = _changed(ctx, series, form)
    if not changed:
        return series
    if series.version != form.version:
        raise Conflict(
            N_("Có người vừa cập nhật lịch này (phiên bản {version}). Hãy xem bản mới rồi quyết định."),
            extra={"version": series.version},
            version=series.version,
        )
    for name, value in changed.items():
        setattr(series, name, value)
    series.version += 1
    ctx.session.flush()
    ctx.session.refresh(series)
    _have_drafts_follow(ctx, key, series, form, set(changed))
    draft_coming(ctx, series)
    return series


def _changed(ctx: ActionContext, series: CleanupSeries, form: SeriesChange) -> dict[str, object]:
    """Return the columns that are to say something else. Raises Invalid."""
    changes: dict[str, object] = {
        name: value for name in _PLAIN if (value := getattr(form, name)) is not None
    }
    if form.active is not None:
        changes["active"] = form.active
    if form.rule is not None:
        rule_parts(form.rule, "rule")
        changes["rule"] = form.rule.upper()
    if "capacity" in form.model_fields_set:
        changes["capacity"] = form.capacity
    if "collector" in form.model_fields_set:
        code = form.collector
        changes["collector_id"] = unit_id(ctx.reference, code, "collector") if code else None
    if "premises" in form.model_fields_set:
        changes["premises_id"] = form.premises
        if form.premises is not None:
            require_premises(ctx, form.premises, series.lead_id)
            changes |= {"form": CleanupForm.OFFICE, "open_to": Audience.UNITS}
    changed = {name: value for name, value in changes.items() if getattr(series, name) != value}
    if form.location is not None and _place(series) != form.location:
        lon, lat = form.location.lon, form.location.lat
        if problem := check_place(ctx.reference, lon, lat):
            raise invalid(["location"], problem)
        changed["geom"] = point_at(lon, lat)
    return changed


def _have_drafts_follow(
    ctx: ActionContext, key: bytes, series: CleanupSeries, form: SeriesChange, changed: set[str]
) -> None:
    """Change the drafts as the series was changed; those whose days are no more move to the new ones, what is
    left over is given up.
    """
    drafts = _drafts(ctx, series)
    if "premises_id" in changed:
        _move_to_premises(ctx, series, drafts)
    data = {name: getattr(form, name) for name in _FOLLOW & {_SAID.get(each, each) for each in changed}}
    if "collector_id" in changed:
        data["collector"] = form.collector
    days = {each.work.id: each.side.occurrence for each in drafts}
    if changed & _TIMES:
        taken = _taken(ctx, series)
        fresh = [
            day
            for day in coming_days(ctx, series)
            if day not in taken and _starts(ctx, series, day) > ctx.now
        ]
        days = dict(zip([each.work.id for each in drafts], fresh, strict=False))
        for each in drafts:
            each.side.occurrence = None
        ctx.session.flush()
    for each in drafts:
        day = days.get(each.work.id)
        if day is None:
            step = CleanupStep(to=WorkStatus.CANCELLED, version=each.work.version, reason=MOVED)
            take_cleanup_step(ctx, key, each.work.code, step)
            continue
        body = dict(data)
        if changed & _TIMES:
            each.side.occurrence = day
            starts = _starts(ctx, series, day)
            body |= {"starts_at": starts, "ends_at": starts + timedelta(minutes=series.minutes)}
        if body:
            change = CleanupChange.model_validate({**body, "version": each.work.version})
            change_cleanup(ctx, key, each.work.code, change)
    ctx.session.flush()


def _move_to_premises(ctx: ActionContext, series: CleanupSeries, drafts: list[CleanupWork]) -> None:
    """Have drafts begin with the things of the roster at the series' premises, none without any."""
    ids = [each.work.id for each in drafts]
    ctx.session.execute(delete(CleanupCheck).where(CleanupCheck.work_id.in_(ids)))
    checks = last_checks(ctx, series.premises_id)
    for each in drafts:
        each.side.premises_id, each.work.support_ids = series.premises_id, list(series.support_ids)
        each.side.form, each.side.open_to = series.form, series.open_to
        add_checks(ctx, each, checks)


def _drafts(ctx: ActionContext, series: CleanupSeries) -> list[CleanupWork]:
    rows = ctx.session.execute(
        select(Work, Cleanup)
        .join(Cleanup, Cleanup.work_id == Work.id)
        .where(
            Cleanup.series_id == series.id,
            Work.status == WorkStatus.DRAFT,
            Work.starts_at > ctx.now,
            Cleanup.occurrence.is_not(None),
        )
        .order_by(Cleanup.occurrence)
        .with_for_update(of=(Work, Cleanup))
    )
    return [CleanupWork(work, side) for work, side in rows.all()]


def _taken(ctx: ActionContext, series: CleanupSeries) -> set[date | None]:
    """Return the days on which a clean-up of the series stands that is no draft any more."""
    days = (
        select(Cleanup.occurrence)
        .join(Work, Work.id == Cleanup.work_id)
        .where(Cleanup.series_id == series.id, Work.status != WorkStatus.DRAFT)
    )
    return set(ctx.session.scalars(days))


def _starts(ctx: ActionContext, series: CleanupSeries, day: date) -> datetime:
    return datetime.combine(day, series.time, tzinfo=ctx.calendar.timezone)


def _place(series: CleanupSeries) -> MapPoint:
    lon, lat = degrees_of(series.geom)
    return MapPoint(lon=lon, lat=lat)


_SAID = {"geom": "location"}
"""What a column is called in a request."""
