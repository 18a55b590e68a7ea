"""How many reports lie at each repeated place: one count for all, as the list behind each of them counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.queries.manage.lists import PLACE_M, count_places, count_selected
from service.domain.queries.manage.periods import period_containing
from service.domain.queries.manage.selection import Selection
from service.domain.reports.filters import Circle
from tests.support.factories import make_report
from tests.support.small_city import IN_W1, NOON

LON, LAT = IN_W1
CIRCLES = (0.0, 0.0003, 0.002)
"""Degrees to the east: the first two, some 32 m apart, share reports; nothing lies in the third."""


@pytest.fixture
def street(session: Session, reference: Reference) -> list[Selection]:
    """Reports along a street, one of them of the month before, and the places asked about."""
    for east in (0.0, 0.00001, 0.00015, 0.0006):
        make_report(session, reference, "in_progress", place=(LON + east, LAT))
    make_report(session, reference, "in_progress", lead="ward-W1", place=(LON, LAT))
    make_report(session, reference, "in_progress", place=(LON, LAT), at=NOON - timedelta(days=40))
    session.flush()
    month = Selection(period_containing("month", NOON.date()))
    return [replace(month, near=Circle(LON + east, LAT, PLACE_M)) for east in CIRCLES]


def test_each_circle_counts_its_own(session: Session, reference: Reference, street: list[Selection]) -> None:
    assert count_places(session, reference, street, now=NOON) == [4, 5, 0]


def test_the_count_is_that_of_the_list_behind_it(
    session: Session, reference: Reference, street: list[Selection]
) -> None:
    cables = reference.department_by_code["city-cables"].id
    for wanted in (street, [replace(each, departments=frozenset({cables}), held=True) for each in street]):
        one_by_one = [count_selected(session, reference, each, now=NOON) for each in wanted]
        assert count_places(session, reference, wanted, now=NOON) == one_by_one


def test_no_place_is_no_question(session: Session, reference: Reference) -> None:
    assert count_places(session, reference, [], now=NOON) == []
