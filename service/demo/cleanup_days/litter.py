"""Reports of litter that make the demo's hot spots: twelve places on two old weekly lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

import psycopg
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.demo.copy import copy_in, references_held
from service.demo.make import Maker
from service.demo.places import DemoPlace
from service.demo.rows import Rows, Waiting
from service.domain.city.city import load_calendar
from service.domain.city.reference import load_reference
from service.domain.cleanups.spots.weekly_list import CATEGORIES, monday_of
from service.domain.rules.rulebook import load_rulebook
from service.models import Area, Cleanup, Report

LONG_AGO, LATELY = 19, 7
"""So many weeks ago were the lists: of one it is known whether its clean-ups lasted."""
APART_DEG = 0.004
CLEANED_ON = timedelta(days=6)
"""After the Monday of its list a place is cleaned, on the Sunday."""


@dataclass(frozen=True, slots=True)
class DemoSpot:
    """Place of an old list: how many reports lay there in four weeks before, in four weeks after the Sunday,
    and in the eight weeks after these. `cleaned` places had a clean-up, the others are compared with.
    """

    weeks: int
    before: int
    after: int
    later: int = 0
    cleaned: bool = True


SPOTS = (
    DemoSpot(LONG_AGO, 10, 3, 4),
    DemoSpot(LONG_AGO, 9, 2, 3),
    DemoSpot(LONG_AGO, 10, 6, 18),
    DemoSpot(LONG_AGO, 12, 9, cleaned=False),
    DemoSpot(LONG_AGO, 11, 9, cleaned=False),
    DemoSpot(LATELY, 10, 3),
    DemoSpot(LATELY, 9, 4),
    DemoSpot(LATELY, 8, 3),
    DemoSpot(LATELY, 4, 2),
    DemoSpot(LATELY, 4, 1),
    DemoSpot(LATELY, 12, 10, cleaned=False),
    DemoSpot(LATELY, 11, 9, cleaned=False),
)
"""Eight were cleaned: five are better, one is full again, of two too little is known."""


def bring_litter(session: Session, now: datetime) -> Waiting:
    """Bring the reports once, in a city that keeps plans and has no clean-ups yet; return their events, which
    get positions together with those of all other reports.
    """
    reference = load_reference(session)
    category = reference.category_by_code.get(CATEGORIES[0])
    begun = session.scalar(select(Cleanup.work_id).limit(1)) is not None
    if reference.config.works is None or category is None or begun:
        return []
    calendar = load_calendar(session, reference)
    monday = monday_of(calendar, now)
    wanted: list[tuple[datetime, DemoPlace]] = []
    for spot, place in zip(SPOTS, spot_places(session), strict=False):
        sunday = monday - timedelta(weeks=spot.weeks) + CLEANED_ON
        days = [
            *_spread(sunday - timedelta(days=26), 19, spot.before),
            *_spread(sunday + timedelta(days=1), 27, spot.after),
            *_spread(sunday + timedelta(days=29), 54, spot.later),
        ]
        for number, day in enumerate(days):
            at = datetime.combine(day, time(8 + number % 10, 7 * number % 60), tzinfo=calendar.timezone)
            wanted.append((at, place))
    wanted.sort(key=lambda each: each[0])
    random = Random(1117)  # noqa: S311 - believable, not secret
    rows = Rows(random, 0)
    raw = session.connection().connection.driver_connection
    assert isinstance(raw, psycopg.Connection)  # noqa: S101 - the only driver
    with references_held(session):
        taken = set(session.scalars(select(Report.code)))
        maker = Maker(load_rulebook(session), now, random, iter(()), taken)
        first = wanted[0][0] if wanted else now  # before it nothing happened
        copy_in(raw, rows.block([maker.make_closed(category, place, at) for at, place in wanted], first))
    return rows.waiting


def spot_places(session: Session) -> Sequence[DemoPlace]:
    """Return places for the spots, in as many wards as there are, some hundred metres from their middles."""
    middle = func.ST_PointOnSurface(Area.geom)
    found: list[DemoPlace] = []
    for step in (1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6):
        point = func.ST_Translate(middle, step * APART_DEG, APART_DEG / 2)
        inside = Area.valid_to.is_(None), func.ST_Covers(Area.geom, point)
        for id_, lon, lat in session.execute(
            select(Area.id, func.ST_X(point), func.ST_Y(point)).where(*inside).order_by(Area.code)
        ):
            found.append(DemoPlace(round(lon, 6), round(lat, 6), id_))
            if len(found) == len(SPOTS):
                return found
    return found


def _spread(first: date, over: int, number: int) -> list[date]:
    """Return days from `first` on, evenly over so many."""
    return [first + timedelta(days=over * each // max(1, number)) for each in range(number)]
