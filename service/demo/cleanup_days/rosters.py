"""Demo premises: two buildings with the offices in them, a roster that was done and one that comes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from service.demo.cleanup_days.campaign import HOURS, KEY, MADE_BEFORE, DemoUnit, demo_photo, demo_place
from service.domain.cleanups.day import give_result, tick_check
from service.domain.cleanups.forms import CheckTick, CleanupResult
from service.domain.cleanups.offices.premises import NewPremises, make_premises
from service.domain.cleanups.offices.roster import NewRoster, enter_roster
from service.domain.cleanups.views import list_checks
from service.models import CheckState

NAME = "Trụ sở Ủy ban nhân dân"
EACH = 4
CORNERS = ((-0.0006, -0.0005), (0.0006, -0.0005), (0.0006, 0.0005), (-0.0006, 0.0005), (-0.0006, -0.0005))
"""Boundary of the premises around their place, in degrees."""
_THINGS = ("Phòng làm việc, cửa kính", "Hành lang, cầu thang", "Sân, bồn cây")


def demo_rosters(demo: DemoUnit) -> None:
    """Keep premises of two buildings, and enter a day of a month ago and the next one."""
    departments = demo.reference.departments.values()
    offices = [each for each in departments if each.active and each.kind not in ("ward", "company")]
    codes = sorted({demo.lead.code, *(each.code for each in offices)} - {""})[: 2 * EACH]
    half = max(1, len(codes) // 2)
    buildings = [
        {"name": name, "units": units}
        for name, units in (("Nhà A", codes[:half]), ("Nhà B", codes[half:] or codes[:half]))
    ]
    lon, lat = demo_place(demo)
    fields = {
        "name": NAME,
        "department": demo.lead.code,
        "location": {"lon": lon, "lat": lat},
        "buildings": buildings,
        "area": {"type": "Polygon", "coordinates": [[[lon + x, lat + y] for x, y in CORNERS]]},
    }
    premises, _ = make_premises(demo.ctx(), NewPremises.model_validate(fields))
    items = [
        {"building": str(each["name"]), "unit": unit, "words": _THINGS[number % len(_THINGS)]}
        for each in buildings
        for number, unit in enumerate(each["units"])
    ]
    for days in (-28, 6):
        _day(demo, premises.id, items, days)


def _day(demo: DemoUnit, premises_id: int, items: list[dict[str, str]], days: int) -> None:
    morning = demo.morning(days)
    early = replace(demo, at=min(demo.at, morning - MADE_BEFORE))
    roster = {
        "id": str(uuid5(NAMESPACE_URL, f"roster {premises_id} {morning}")),
        "day": f"{morning:%d/%m/%Y} (Chủ nhật)",
        "time": "07:30",
        "items": items,
        "announce": True,
    }
    found, _ = enter_roster(early.ctx(), KEY, premises_id, NewRoster.model_validate(roster))
    if days >= 0:
        return
    there = replace(demo, at=morning + HOURS + timedelta(minutes=30))
    for number, each in enumerate(list_checks(demo.session, found.work.id)):
        state = CheckState.DONE if number else CheckState.NOT_NEEDED
        tick_check(there.ctx(), found.work.code, each.id, CheckTick(state=state))
    demo.session.add(demo_photo(found.work.id, "after", premises_id, there.at))
    demo.session.flush()
    result = CleanupResult(version=found.work.version, people=4 * len(items), words="Các phòng đã dọn xong.")
    give_result(there.ctx(), found.work.code, result)
