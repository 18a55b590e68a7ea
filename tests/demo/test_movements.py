"""The demo's emulation: one quarter announced with places, one open, a second time makes nothing."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.demo.accounts import demo_accounts
from service.demo.movements import demo_movements
from service.domain.city.reference import load_reference
from service.domain.configuration.cityload import load_city
from service.models import Criterion, Initiative, MeterReading, Movement, MovementStanding
from tests.support.small_city import NOON


def test_one_is_announced_and_one_is_open(session: Session) -> None:
    load_city(session, Path("service/cities/hue"), now=NOON)
    reference = load_reference(session)
    demo_accounts(session, reference, at=NOON)
    for _ in range(2):
        demo_movements(session, reference, at=NOON)
    rows = session.execute(select(Movement.state, func.count()).group_by(Movement.state)).all()
    assert {row[0]: row[1] for row in rows} == {"announced": 1, "open": 1}
    assert session.scalar(select(func.count()).select_from(Criterion)) == 24
    found = session.execute(select(Initiative.state, func.count()).group_by(Initiative.state)).all()
    assert {row[0]: row[1] for row in found} == {"recognised": 1, "handed_in": 3}
    assert session.scalar(select(func.count()).select_from(MeterReading)) == 60
    assert (session.scalar(select(func.count()).select_from(MovementStanding)) or 0) > 45
