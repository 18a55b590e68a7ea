"""A city that keeps no plans has no room of emulation, by whatever address and whoever asks."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from fastapi import APIRouter
from sqlalchemy import select

from service.api import routes as of_api
from service.db import unit_of_work
from service.models import City
from service.pages import routes as of_pages
from tests.api.desk import Desk
from tests.api.emulation.test_movements import announced
from tests.api.emulation.test_pages import look, send

ROOMS = ("/emulation", "/emulation/readings", "/plans", "/difficulties", "/surveys", "/premises")
TWINS = ("/movements", "/meter-readings", "/plans", "/works", "/surveys", "/premises", "/series")
"""Rooms and routes that are there only with plans; all of them open in a city that keeps them."""


def routes_of(routers: tuple[APIRouter, ...], package: str) -> list[tuple[str, str]]:
    """Each method and path of the routers of that package; the movement in it is `{movement}` still."""
    found = []
    for router in routers:
        for route in router.routes:
            if route.endpoint.__module__.startswith(package):  # type: ignore[attr-defined]
                found += [(method, route.path) for method in sorted(route.methods)]  # type: ignore[attr-defined]
    return found


@pytest.fixture
def standing(desk: Desk) -> Iterator[int]:
    """A movement that was announced to everybody, in a city that then leaves the files out."""
    movement = announced(desk, public=True)
    assert look(desk, f"/standings/{movement}").status_code == 200
    assert look(desk, f"/emulation/{movement}", "manager").status_code == 200
    for path in ROOMS:
        assert look(desk, path, "manager").status_code == 200, path
    for path in TWINS:
        assert desk.call("GET", path, desk.as_staff("manager")).status_code == 200, path
    kept = change(desk, None)
    yield movement
    change(desk, kept)


def change(desk: Desk, works: object) -> object:
    """Put these terms of works in the city's place, None for none; what was there before."""
    with unit_of_work(desk.engine) as session:
        city = session.scalars(select(City)).one()
        before = city.config.get("works")
        rest = {name: value for name, value in city.config.items() if name != "works"}
        city.config = {**rest, "works": works} if works else rest
        city.revision += 1
    time.sleep(1.1)  # a process looks at the revision once a second
    return before


def test_nothing_of_it_is_there(desk: Desk, standing: int) -> None:
    twins = routes_of(of_api.ROUTERS, "service.api.emulation") + [("GET", path) for path in TWINS]
    pages = routes_of(of_pages.ROUTERS, "service.pages.emulation") + [("GET", path) for path in ROOMS]
    assert len(twins) > 25
    assert len(pages) > 25
    for method, path in twins:
        there = re.sub(r"{\w+}", "1", path.replace("{movement}", str(standing)))
        assert desk.call(method, there, desk.as_staff("manager")).status_code == 404, (method, there)
    for method, path in pages:
        there = re.sub(r"{\w+}", "1", path.replace("{movement}", str(standing)))
        answer = send(desk, there, "manager", {}) if method == "POST" else look(desk, there, "manager")
        assert answer.status_code == 404, (method, there)
    assert look(desk, f"/standings/{standing}").status_code == 404, "a stranger's too"
