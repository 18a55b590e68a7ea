"""The demo's survey has points in every state, and is made once."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.demo.surveys import FAULTS, demo_surveys
from service.domain.city.reference import load_reference
from service.models import PointState, Report, SurveyPoint
from tests.support.factories import found_city
from tests.support.people import make_cast
from tests.support.small_city import NOON


def test_most_points_are_seen_and_a_second_time_adds_none(session: Session) -> None:
    make_cast(session, found_city(session))
    for _ in range(2):
        demo_surveys(session, load_reference(session), at=NOON)
        states = list(session.scalars(select(SurveyPoint.state)))
        found = list(session.scalars(select(Report.channel)))
        assert (len(states), states.count(PointState.TO_SEE), states.count(PointState.FAULT)) == (24, 6, 5)
        assert min(session.scalars(select(Report.created_at))) > NOON - timedelta(hours=1)  # routed only now
        assert [str(each) for each in found] == ["inspection"] * len(FAULTS)
