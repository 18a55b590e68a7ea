"""Demo hot spots: two old lists, eight places cleaned, each measured against those that were not."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import select

from geo.clusters import place_cell_at
from service.demo.cleanup_days.campaign import KEY, DemoUnit, demo_facts, end_demo, take_demo_step
from service.demo.cleanup_days.litter import CLEANED_ON, LATELY, LONG_AGO, SPOTS, DemoSpot, spot_places
from service.demo.places import DemoPlace
from service.domain.cleanups.forms import CleanupChange
from service.domain.cleanups.spots.measurements import LASTING_DAYS, measure_spots
from service.domain.cleanups.spots.spot_cleanups import SpotCleanup, draft_spot_cleanup
from service.domain.cleanups.spots.weekly_list import DAYS, monday_of, propose_spots
from service.domain.cleanups.steps import change_cleanup
from service.models import Hotspot

MORNING = time(8)
_HAULED = ("collector", "pickup_words", "no_waste", "bring")


def demo_spots(demo: DemoUnit) -> None:
    """Write both lists as they were, clean what was cleaned, and measure it when its time had come."""
    places = list(zip(SPOTS, spot_places(demo.session), strict=False))
    for weeks in (LONG_AGO, LATELY):
        monday = monday_of(demo.calendar, demo.at) - timedelta(weeks=weeks)
        then = replace(demo, at=datetime.combine(monday, MORNING, tzinfo=demo.calendar.timezone))
        propose_spots(demo.session, demo.reference, demo.calendar, then.at)
        for spot, place in places:
            if spot.weeks == weeks and spot.cleaned:
                _clean(replace(then, at=then.at + timedelta(days=1)), spot, place)
    for weeks, days in ((LONG_AGO, DAYS), (LONG_AGO, LASTING_DAYS), (LATELY, DAYS)):
        sunday = monday_of(demo.calendar, demo.at) - timedelta(weeks=weeks) + CLEANED_ON
        day = sunday + timedelta(days=days + 1)
        at = datetime.combine(day, MORNING, tzinfo=demo.calendar.timezone)
        measure_spots(demo.session, demo.calendar, at)


def _clean(demo: DemoUnit, spot: DemoSpot, place: DemoPlace) -> None:
    """Take the place up as its ward's unit does, and hold the clean-up."""
    monday, cell = (
        demo.calendar.local(demo.at).date() - timedelta(days=1),
        place_cell_at(place.lon, place.lat),
    )
    row = demo.session.scalar(select(Hotspot).where(Hotspot.found_on == monday, Hotspot.cell == cell))
    ward = demo.reference.wards.get(place.ward_id or 0)
    units = [each for each in demo.reference.departments.values() if ward and each.ward_code == ward.code]
    if row is None or not units:
        return
    unit = demo.by(units[0])
    id_ = uuid5(NAMESPACE_URL, f"spot {monday} {cell}")
    found, _ = draft_spot_cleanup(unit.ctx(), row.id, SpotCleanup(id=id_))
    hauled = {name: value for name, value in demo_facts(unit, "", "").items() if name in _HAULED}
    change = CleanupChange.model_validate({**hauled, "version": found.work.version})
    change_cleanup(unit.ctx(), KEY, found.work.code, change)
    take_demo_step(unit, found, "announced")
    end_demo(unit, found, kg=60 + 20 * spot.before, walk_ins=8 + spot.before)
