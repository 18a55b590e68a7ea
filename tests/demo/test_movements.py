"""The demo's emulation: one quarter announced with places, one open, a second time makes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.demo.accounts import demo_accounts
from service.demo.movements import demo_movements
from service.domain.city.reference import load_reference
from service.domain.configuration.cityload import load_city
from service.domain.emulation.access import pool_units
from service.domain.emulation.points.counted_points import score_rows
from service.domain.emulation.points.criteria import criteria_of
from service.domain.emulation.points.standings import scores_of
from service.domain.figures.upkeep import rebuild
from service.domain.indicators.values import count_behind
from service.domain.queries.manage.periods import Period
from service.models import Criterion, Initiative, MeterReading, Movement, MovementStanding, PersonScore
from tests.support.factories import make_report
from tests.support.small_city import NOON


def test_one_is_announced_and_one_is_open(session: Session) -> None:
    load_city(session, Path("service/cities/hue"), now=NOON)
    reference = load_reference(session)
    demo_accounts(session, reference, at=NOON)
    for _ in range(2):
        demo_movements(session, reference, at=NOON)
    rows = session.execute(select(Movement.state, func.count()).group_by(Movement.state)).all()
    assert {row[0]: row[1] for row in rows} == {"announced": 1, "open": 1}
    assert session.scalar(select(func.count()).select_from(Criterion)) == 24 + 3
    found = session.execute(select(Initiative.state, func.count()).group_by(Initiative.state)).all()
    assert {row[0]: row[1] for row in found} == {"recognised": 1, "handed_in": 3}
    assert session.scalar(select(func.count()).select_from(MeterReading)) == 60
    assert session.scalar(select(func.count()).select_from(PersonScore)) == 2, "an officer claims their own"
    assert (session.scalar(select(func.count()).select_from(MovementStanding)) or 0) > 45


def test_a_recount_of_all_units_equals_what_was_frozen(session: Session) -> None:
    load_city(session, Path("service/cities/hue"), now=NOON)
    reference = load_reference(session)
    demo_accounts(session, reference, at=NOON)
    wards = [each.code for each in reference.departments.values() if each.kind == "ward"]
    for number, code in enumerate(wards):
        at = NOON - timedelta(days=70 + 2 * number)
        for n in range(1 + number % 3):
            due, done = at + timedelta(days=5), at + timedelta(days=3 + 4 * (n % 2))
            make_report(session, reference, "closed", lead=code, at=at, due_at=due, resolved_at=done)
    rebuild(session, ZoneInfo(reference.timezone))
    demo_movements(session, reference, at=NOON)
    movement = session.scalars(select(Movement).where(Movement.state == "announced")).one()
    assert movement.frozen_at is not None
    counted = [each for each in criteria_of(session, movement.id) if each.indicator is not None]
    rows = score_rows(session, reference, movement, counted, pool_units(movement), movement.frozen_at)
    frozen = scores_of(session, movement)
    wrong = [
        row
        for row in rows
        for kept in [frozen[row["unit_id"], row["criterion_id"]]]
        if (row["figure"], row["by_formula"]) != (kept.figure, kept.by_formula)
    ]
    assert wrong == [] and len(rows) == len(pool_units(movement)) * 9
    period, rate = Period("free", movement.first, movement.last), "on_time_unextended_rate"
    figures = {row["unit_id"]: row["figure"]["of"] for row in rows if row["criterion_id"] == counted[0].id}
    behind = {
        unit: count_behind(session, reference, rate, unit, period, movement.frozen_at)
        for unit in list(figures)[:12]
    }
    assert behind == {unit: figures[unit] or 0 for unit in behind} and any(behind.values())


def test_a_city_that_keeps_no_plans_has_no_movement_to_show(session: Session) -> None:
    load_city(session, Path("service/cities/hue"), now=NOON)
    reference = load_reference(session)
    demo_accounts(session, reference, at=NOON)
    bare = replace(reference, config=reference.config.model_copy(update={"works": None}))
    demo_movements(session, bare, at=NOON)
    assert session.scalar(select(func.count()).select_from(Movement)) == 0
