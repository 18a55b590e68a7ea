"""The demo's half-year report: thirty-seven of forty wards have answered, a second time makes nothing."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.demo.documents.reports_up import demo_reports_up
from service.domain.city.reference import load_reference
from service.domain.configuration.cityload import load_city
from service.models import PeriodicReport, UnitOffice, UnitReport
from tests.support.small_city import NOON


def test_three_of_forty_wards_are_missing(session: Session) -> None:
    load_city(session, Path("service/cities/hue"), now=NOON)
    reference = load_reference(session)
    for _ in range(2):
        demo_reports_up(session, reference, at=NOON)
    assert session.scalar(select(func.count()).select_from(PeriodicReport)) == 2
    sent = session.scalars(select(UnitReport.sent_at)).all()
    assert (len(sent), sum(each is not None for each in sent)) == (80, 37)
    assert session.scalar(select(func.count()).select_from(UnitOffice)) == 1
