"""Clean-ups that come again: three months ahead, around public holidays, each day once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4

from dateutil.relativedelta import relativedelta
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.columns import degrees_of, point_at
from service.domain.cleanups.access import CleanupWork
from service.domain.cleanups.drafts import add_checks, draft, lead_of
from service.domain.cleanups.forms import CleanupFacts, MapPoint, NewCheck, NewSeries
from service.domain.plans.recurrence import occurrences, rule_parts
from service.domain.reports.drafts import check_place
from service.domain.reports.events import Actor
from service.domain.works.access import require_works
from service.domain.works.actions import ActionContext
from service.domain.works.units import unit_code, unit_id, unit_ids
from service.errors import NotFound, invalid
from service.i18n import N_
from service.models import Audience, Cleanup, CleanupCheck, CleanupForm, CleanupSeries, Premises

AHEAD_MONTHS = 3
MOST = 200
"""Series of one unit."""


def make_series(ctx: ActionContext, form: NewSeries) -> CleanupSeries:
    """Keep what comes again and draft its first clean-ups; the same again is the same series.

    Raises Forbidden, Invalid for a rule or place that is none.
    """
    require_works(ctx.reference)
    lead = lead_of(ctx, form.lead)
    rule_parts(form.rule, "rule")
    if problem := check_place(ctx.reference, form.location.lon, form.location.lat):
        raise invalid(["location"], problem)
    of_unit = ctx.session.scalars(select(CleanupSeries).where(CleanupSeries.lead_id == lead)).all()
    for known in of_unit:
        if (known.title, known.rule, known.first, known.time, known.active) == (
            form.title,
            form.rule.upper(),
            form.first,
            form.time,
            True,
        ):
            return known
    if form.premises is not None:
        form = _at_premises(ctx, form, lead)
    if len(of_unit) >= MOST:
        raise invalid(["lead"], N_("Đơn vị này đã có quá nhiều lịch lặp."))
    lon, lat = form.location.lon, form.location.lat
    series = CleanupSeries(
        rule=form.rule.upper(),
        lead_id=lead,
        support_ids=sorted(unit_ids(ctx.reference, form.supports, "supports") - {lead}),
        geom=point_at(lon, lat),
        collector_id=unit_id(ctx.reference, form.collector, "collector") if form.collector else None,
        premises_id=form.premises,
        created_at=ctx.now,
        created_by=ctx.actor.staff_id,
        **{name: getattr(form, name) for name in _KEPT},
    )
    ctx.session.add(series)
    ctx.session.flush()
    ctx.session.refresh(series)
    draft_coming(ctx, series)
    return series


def list_series(session: Session, actor: Actor, *, paused: bool = False) -> list[CleanupSeries]:
    """Return what comes again, of the person's units; of all for who belongs to none. With `paused` also what
    does not go on now.
    """
    query = select(CleanupSeries)
    if not paused:
        query = query.where(CleanupSeries.active)
    if not actor.of_city:
        query = query.where(CleanupSeries.lead_id.in_(actor.departments))
    return list(session.scalars(query.order_by(CleanupSeries.id)))


def end_series(ctx: ActionContext, series_id: int) -> CleanupSeries:
    """Have nothing come again; what was drafted stays. Raises NotFound, Forbidden."""
    series = own_series(ctx, series_id)
    if series.active:
        series.active, series.version = False, series.version + 1
    ctx.session.flush()
    return series


def own_series(ctx: ActionContext, series_id: int) -> CleanupSeries:
    """Return a series of a unit of one's own, locked. Raises NotFound, Forbidden."""
    series = ctx.session.get(CleanupSeries, series_id, with_for_update=True, populate_existing=True)
    if series is None:
        raise NotFound(N_("Không có lịch lặp này."))
    lead_of(ctx, unit_code(ctx.reference, series.lead_id) or "")
    return series


def draft_coming(ctx: ActionContext, series: CleanupSeries) -> list[CleanupWork]:
    """Draft the clean-ups of the next months that are not there yet; those that were made before stay."""
    if not series.active:
        return []
    ctx.session.get(CleanupSeries, series.id, with_for_update=True)
    made = set(ctx.session.scalars(select(Cleanup.occurrence).where(Cleanup.series_id == series.id)))
    found: list[CleanupWork] = []
    checks = last_checks(ctx, series.premises_id)
    for day in coming_days(ctx, series):
        if day in made:
            continue
        starts = datetime.combine(day, series.time, tzinfo=ctx.calendar.timezone)
        if starts <= ctx.now:
            continue
        ends = starts + timedelta(minutes=series.minutes)
        facts = _facts(ctx, series)
        drafted = draft(
            ctx,
            uuid4(),
            facts,
            series.lead_id,
            starts,
            ends,
            series_id=series.id,
            occurrence=day,
            premises_id=series.premises_id,
        )
        add_checks(ctx, drafted, checks)
        found.append(drafted)
    return found


def coming_days(ctx: ActionContext, series: CleanupSeries) -> list[date]:
    """Return the days of the series until three months from now."""
    today = ctx.calendar.local(ctx.now).date()
    last = max(today, series.first) + relativedelta(months=AHEAD_MONTHS)
    days = occurrences(series.rule, series.first, last, ctx.calendar, series.on_holiday)
    return [each.starts for each in days]


def draft_all(ctx: ActionContext) -> int:
    """Draft what comes of every series that goes on; how many clean-ups."""
    series = ctx.session.scalars(select(CleanupSeries).where(CleanupSeries.active).order_by(CleanupSeries.id))
    return sum(len(draft_coming(ctx, each)) for each in series.all())


def require_premises(ctx: ActionContext, premises_id: int | None, lead: int) -> None:
    """Raise Invalid for premises that this unit does not keep."""
    premises = ctx.session.get(Premises, premises_id)
    if premises is None or premises.department_id != lead:
        raise invalid(["premises"], N_("Đơn vị chủ trì không quản lý trụ sở này."))


def _at_premises(ctx: ActionContext, form: NewSeries, lead: int) -> NewSeries:
    """Return what is asked for as a roster of offices. Raises Invalid for premises of other units."""
    require_premises(ctx, form.premises, lead)
    return form.model_copy(update={"form": CleanupForm.OFFICE, "open_to": Audience.UNITS})


def last_checks(ctx: ActionContext, premises_id: int | None) -> list[NewCheck]:
    """Return the things of the newest clean-up at premises that has any; none without premises."""
    if premises_id is None:
        return []
    newest = (
        select(CleanupCheck.work_id)
        .join(Cleanup, Cleanup.work_id == CleanupCheck.work_id)
        .where(Cleanup.premises_id == premises_id)
        .order_by(Cleanup.ends_at.desc(), Cleanup.work_id)
        .limit(1)
    )
    rows = select(CleanupCheck).where(CleanupCheck.work_id == newest.scalar_subquery())
    return [
        NewCheck(building=each.building, unit=unit_code(ctx.reference, each.unit_id), words=each.words)
        for each in ctx.session.scalars(rows.order_by(CleanupCheck.position))
    ]


def _facts(ctx: ActionContext, series: CleanupSeries) -> CleanupFacts:
    lon, lat = degrees_of(series.geom)
    return CleanupFacts(
        lead=unit_code(ctx.reference, series.lead_id) or "",
        supports=[code for each in series.support_ids if (code := unit_code(ctx.reference, each))],
        location=MapPoint(lon=lon, lat=lat),
        collector=unit_code(ctx.reference, series.collector_id),
        **{name: getattr(series, name) for name in _OF_FACTS},
    )


_OF_FACTS = ("title", "form", "open_to", "meet_words", "capacity", "bring", "no_waste", "pickup_words")
_KEPT = (*_OF_FACTS, "first", "time", "minutes", "on_holiday")
