"""The figures of the wall equal a recount by hand."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.queries.wall import read_wall
from tests.support.factories import make_report
from tests.support.small_city import NOON

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TOMORROW = NOON + DAY


def test_an_empty_city(session: Session, reference: Reference) -> None:
    found = read_wall(session, reference, now=NOON)
    assert (found.open, found.late, found.received, found.finished, found.departments) == (0, 0, 0, 0, [])


def test_open_late_and_by_department(session: Session, reference: Reference) -> None:
    make_report(session, reference, "in_progress", due_at=NOON - HOUR)
    make_report(session, reference, "assigned", due_at=NOON + DAY, amber_at=NOON - HOUR)
    make_report(session, reference, "in_progress", lead="ward-W1", due_at=NOON + DAY, amber_at=NOON + HOUR)
    paused = NOON - DAY
    make_report(session, reference, "waiting", lead="ward-W1", due_at=NOON - HOUR, paused_at=paused)
    make_report(session, reference, "triage", published=False)
    make_report(session, reference, "resolved", due_at=NOON - HOUR, resolved_at=NOON - 2 * DAY)
    make_report(session, reference, "closed", due_at=NOON - HOUR)
    found = read_wall(session, reference, now=NOON)
    assert (found.open, found.late, found.amber, found.triage, found.to_verify) == (5, 1, 1, 1, 1)
    assert [(each.code, each.open, each.late) for each in found.departments] == [
        ("city-cables", 2, 1),
        ("ward-W1", 2, 0),
    ]
    assert len(read_wall(session, reference, now=NOON, most=1).departments) == 1


def test_today_is_the_citys_day(session: Session, reference: Reference) -> None:
    """NOON is noon in Huế; its day began seven hours before the one of UTC."""
    midnight = NOON - 12 * HOUR
    make_report(session, reference, at=midnight)
    make_report(session, reference, at=midnight - timedelta(seconds=1))
    make_report(session, reference, "closed", at=NOON - DAY, resolved_at=midnight, updated_at=midnight)
    make_report(session, reference, "closed", at=NOON - 9 * DAY, updated_at=NOON, resolved_at=NOON - 8 * DAY)
    make_report(session, reference, "rejected", at=NOON - DAY, closed_at=NOON, updated_at=NOON)
    found = read_wall(session, reference, now=NOON)
    assert (found.received, found.finished) == (1, 2)
    assert read_wall(session, reference, now=TOMORROW).received == 0
