"""Demo numbers on advertisements: of a range that is out of use, on drawn walls, most decided already."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.demo.advertisements.walls import (
    ON_A_WALL,
    WALLS,
    number_corners,
    numbers_of,
    store_wall,
    wall_key,
)
from service.demo.drawings.street import HEIGHT, WIDTH
from service.domain.city.reference import Reference
from service.domain.numbers.extraction import NumberReading
from service.domain.numbers.proposals import MOST_A_REPORT, propose_readings
from service.domain.numbers.sightings import SightingDecision, decide_sighting
from service.domain.reports.access import Asker
from service.domain.reports.events import Actor
from service.models import DONE, OPEN, AdNumber, Photo, Report, Role, Sighting, Staff
from service.models.reports.event import ActorKind
from service.storage import Storage

SEEN_WALLS = 31
"""Photos of walls, each with ten numbers: 310 sightings."""

OWN_WALLS = 4
"""Walls whose numbers the demo's department follows up: each seen at one report of its own and another."""

DECIDED_WALLS = 7
APART = 0.0015
WALLS_A_REPORT = MOST_A_REPORT // ON_A_WALL


def demo_numbers(session: Session, reference: Reference, storage: Storage, *, at: datetime) -> int:
    """Put walls with numbers on reports of advertisements, unless there are any; how many sightings."""
    if session.scalar(select(Sighting.id).limit(1)) is not None:
        return 0
    kinds = reference.categories_below("illegal_ad") if "illegal_ad" in reference.category_by_code else ()
    query = select(Report).where(Report.category_id.in_(kinds), Report.status.in_(OPEN | DONE))
    reports = session.scalars(query.order_by(Report.created_at.desc(), Report.id).limit(200)).all()
    people = {each.username: each for each in session.scalars(select(Staff).where(Staff.demo))}
    own, triage = people.get("demo.department"), people.get("demo.triage")
    actor = Actor(ActorKind.STAFF, triage.id if triage else None, Role.TRIAGE)
    seen = _seen_walls(reports, own.department_id if own else None)
    sizes = {wall: store_wall(storage, wall) for wall in {wall for _, wall in seen}}
    return sum(_see(session, Asker(staff=actor), report, wall, sizes[wall], at) for report, wall in seen)


def _seen_walls(reports: Sequence[Report], unit: int | None) -> list[tuple[Report, int]]:
    """Return which wall is on which report, two on one at most: first those of the unit, each with a second
    report elsewhere, then the others in turn.
    """
    mine = [each for each in reports if each.lead_id == unit]
    elsewhere = [*(each for each in reversed(reports) if each.lead_id != unit), *reversed(mine)]
    room = Counter({each.id: WALLS_A_REPORT for each in reports})
    found: list[tuple[Report, int]] = []

    def put(report: Report, wall: int) -> None:
        found.append((report, wall))
        room[report.id] -= 1

    for wall in range(OWN_WALLS):
        first = next((each for each in mine[wall % 2 :] + mine if room[each.id]), None)
        if first is None:
            break
        put(first, wall)
        other = (each for each in elsewhere if room[each.id] and _is_apart(first, each))
        if (second := next(other, None)) is not None:
            put(second, wall)
    walls = [*range(DECIDED_WALLS, WALLS), *range(OWN_WALLS, DECIDED_WALLS)]
    at = 0
    for _ in range(WALLS_A_REPORT):
        for report in reports:
            wall = walls[at % len(walls)]
            if len(found) < SEEN_WALLS and room[report.id] and (report, wall) not in found:
                put(report, wall)
                at += 1
    return found


def _is_apart(one: Report, two: Report) -> bool:
    return abs(one.lon - two.lon) + abs(one.lat - two.lat) > APART


def _see(session: Session, asker: Asker, report: Report, wall: int, size: int, at: datetime) -> int:
    """Have a wall read on a report, and most of it decided; how many numbers."""
    report.device_hash = report.device_hash or hashlib.sha256(report.id.bytes).digest()[:16]
    photo = _photo(report, wall, size)
    session.add(photo)
    session.flush()
    numbers = numbers_of(wall)
    readings = [
        NumberReading(number, number_corners(index), number.shown, 0.62 if index % 4 == 3 else 0.96)
        for index, number in enumerate(numbers)
    ]
    read_at = min(at, report.created_at + timedelta(minutes=2))
    count = propose_readings(session, photo.id, readings, (WIDTH, HEIGHT), now=read_at)
    if wall >= DECIDED_WALLS:
        return count
    rows = session.execute(
        select(Sighting.id, AdNumber.e164)
        .join(AdNumber, AdNumber.id == Sighting.number_id)
        .where(Sighting.photo_id == photo.id)
        .order_by(AdNumber.e164)
    ).all()
    wrong = {numbers[-1].e164} if wall >= OWN_WALLS else set[str]()
    for row in rows:
        decision = SightingDecision(state="refused" if row.e164 in wrong else "confirmed")
        decide_sighting(
            session, asker, row.id, decision, now=min(at, report.created_at + timedelta(hours=20))
        )
    return count


def _photo(report: Report, wall: int, size: int) -> Photo:
    key = wall_key(wall)
    return Photo(
        id=uuid5(UUID(str(report.id)), key),
        report_id=report.id,
        kind="report",
        state="ready",
        sha256=hashlib.sha256(key.encode()).digest(),
        media_type="image/webp",
        size=size,
        width=WIDTH,
        height=HEIGHT,
        original_key=f"original/{key}.webp",
        public_key=f"public/{key}.webp",
        thumbnail_key=f"public/{key}-small.webp",
        published=report.published,
        created_at=report.created_at,
    )
