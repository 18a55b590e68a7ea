"""Which open reports a new one may repeat."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from geo.distance import haversine_m
from service.domain.city.reference import Reference, load_reference
from service.domain.queries.similar import SimilarReport, similar_reports
from service.errors import Invalid
from service.models import OPEN, Status
from tests.support.reading_stage import add_report, make_city
from tests.support.small_city import NOON

HERE = (107.52, 16.42)
NEAR, NEARER, FAR = (107.5203, 16.42), (107.5201, 16.42), (107.5206, 16.42)


@pytest.fixture
def reference(session: Session) -> Reference:
    make_city(session)
    return load_reference(session)


def ask(session: Session, reference: Reference, category: str = "litter.dump") -> list[SimilarReport]:
    return similar_reports(session, reference, category, *HERE, now=NOON, public_url="http://x")


def test_nearest_first_with_metres_and_only_within_the_radius(session: Session, reference: Reference) -> None:
    near = add_report(session, category="litter.dump", place=NEAR)
    nearer = add_report(session, category="litter.dump", place=NEARER, status="assigned")
    add_report(session, category="litter.dump", place=FAR)  # 64 m; the category's radius is 50
    found = ask(session, reference)
    assert [view.id for view in found] == [nearer.id, near.id]
    assert found[1].distance_m == pytest.approx(haversine_m(*HERE, *NEAR), abs=0.1)


def test_only_open_ones(session: Session, reference: Reference) -> None:
    for status in Status:
        add_report(session, category="litter.dump", place=NEAR, status=status)
    assert {view.status for view in ask(session, reference)} == OPEN


def test_only_the_same_kind_of_thing(session: Session, reference: Reference) -> None:
    for category in ("litter", "litter.dump", "litter.water", "illegal_ad"):
        add_report(session, category=category, place=NEAR)
    assert {view.category for view in ask(session, reference)} == {"litter", "litter.dump"}


def test_not_what_is_too_old_or_not_published(session: Session, reference: Reference) -> None:
    add_report(session, category="litter.dump", place=NEAR, at=NOON - timedelta(hours=73))
    add_report(session, category="litter.dump", place=NEAR, published=False)
    assert ask(session, reference) == []


def test_a_category_that_ignores_repetitions_has_none(session: Session, reference: Reference) -> None:
    add_report(session, category="litter", place=HERE)
    assert ask(session, reference, "litter") == []


@pytest.mark.parametrize(
    ("category", "lon", "lat", "names"),
    [
        ("nothing", 107.52, 16.42, ["category"]),
        ("litter", 16.42, 107.52, ["lon"]),
        ("litter", 0.0, 0.0, ["lon"]),
        ("nothing", 2.35, 48.85, ["category", "lon"]),
    ],
)
def test_what_does_not_exist_is_named(
    session: Session, reference: Reference, category: str, lon: float, lat: float, names: list[str]
) -> None:
    with pytest.raises(Invalid) as refused:
        similar_reports(session, reference, category, lon, lat, now=NOON, public_url="")
    assert [error.loc[1] for error in refused.value.errors] == names
