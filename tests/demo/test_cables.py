"""Demo cables have something of everything to show, and are made once."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.demo.cables import demo_cables
from service.demo.drawings.pictures import VARIANTS, picture_name
from service.domain.cables.views import RouteFilter, list_routes
from service.domain.city.reference import load_reference
from service.models import Photo
from tests.support.factories import found_city
from tests.support.small_city import NOON


def test_every_state_of_a_route_is_there_and_a_second_time_adds_none(session: Session) -> None:
    found_city(session)
    for _ in range(2):
        demo_cables(session, load_reference(session), at=NOON)
        routes = list_routes(session, RouteFilter(), NOON)
        assert len(routes) == 8
    assert {each.state for each in routes} == {"done", "late", "blocked", "under_way"}
    assert any(each.moved and each.quarter > each.quarter_first for each in routes)
    assert all(each.geometry for each in routes)
    drawn = {picture_name("cables", variant, fixed=True) for variant in range(VARIANTS["cables"])}
    names = {key.rpartition("/")[2] for key in session.scalars(select(Photo.original_key))}
    assert names
    assert names <= {f"{name}.webp" for name in drawn}


def test_what_nobody_draws_is_no_picture() -> None:
    with pytest.raises(KeyError, match="hanging_cable"):
        picture_name("hanging_cable", 0, fixed=True)
