"""Vector tiles: no report lost or shown twice at any zoom, clusters where their reports are."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from geo.tiles import MAX_LAT, Tile, tile_at, tile_mercator
from service.domain.city.reference import Reference, load_reference
from service.domain.queries.conditions import conditions
from service.domain.queries.maps import tiles
from service.domain.queries.maps.tiles import (
    TileFilters,
    cell_range,
    find_tile,
    read_shown,
    report_tile,
    ward_tile,
)
from service.domain.reports.filters import read_filters
from service.errors import Invalid, NotFound
from service.models import OPEN, Report, Status
from tests.conftest import undone
from tests.examples import examples
from tests.support.reading_stage import add_report, make_city
from tests.support.small_city import NOON
from tests.support.vector_tiles import Feature, layers

NOW = NOON + timedelta(days=30)
EVERYTHING = TileFilters()
WORLD = Tile(0, 0, 0)


class Stage:
    """Three hundred reports, half of them within a few metres."""

    def __init__(self, session: Session) -> None:
        make_city(session)
        dice = random.Random(11)
        self.session = session
        self.reports = [self._add(dice, crowded=number % 2 == 0) for number in range(300)]
        self.reference: Reference = load_reference(session)

    def _add(self, dice: random.Random, *, crowded: bool) -> Report:
        spread = 0.0002 if crowded else 0.05
        return add_report(
            self.session,
            ward="W1" if crowded else None,
            category=dice.choice(("litter", "litter.dump", "illegal_ad")),
            place=(107.55 + dice.uniform(-spread, spread), 16.42 + dice.uniform(-spread, spread)),
            status=dice.choice([*Status]),
            published=dice.random() < 0.9,
            due_at=NOON + timedelta(days=dice.randrange(60)) if dice.random() < 0.5 else None,
        )

    @property
    def published(self) -> list[Report]:
        return [report for report in self.reports if report.published]

    def features(self, of: Tile, shown: TileFilters = EVERYTHING) -> list[Feature]:
        found = layers(report_tile(self.session, of, shown, now=NOW))
        assert set(found) <= {"reports"}
        return found.get("reports", [])


@pytest.fixture(scope="module")
def stage(engine: Engine) -> Iterator[Stage]:
    """Made once: the tests here only read."""
    for session in undone(engine):
        yield Stage(session)


def place_in(of: Tile, report: Report, session: Session) -> tuple[float, float]:
    """Where a report lies in a tile, in the tile's units."""
    box = tile_mercator(of)
    point = func.ST_Transform(Report.location, 3857)
    x, y = session.execute(select(func.ST_X(point), func.ST_Y(point)).where(Report.id == report.id)).one()
    side = (box.xmax - box.xmin) / 4096
    return (x - box.xmin) / side, (box.ymax - y) / side


def tiles_of(reports: list[Report], zoom: int) -> dict[Tile, list[Report]]:
    found: dict[Tile, list[Report]] = {}
    for report in reports:
        found.setdefault(tile_at(report.lon, report.lat, zoom), []).append(report)
    return found


@given(
    st.floats(-180, 179.999),
    st.floats(-MAX_LAT, MAX_LAT),
    st.integers(0, 22),
)
@settings(
    max_examples=examples(80), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_database_numbers_cells_as_the_tiles_do(stage: Stage, lon: float, lat: float, zoom: int) -> None:
    cell = stage.session.scalars(select(func.map_cell(lon, lat))).one()
    # A place on the very edge of a tile may fall to either side of it.
    around = {
        tile_at(lon + east, min(MAX_LAT, max(-MAX_LAT, lat + north)), zoom)
        for east in (-1e-9, 0, 1e-9)
        for north in (-1e-9, 0, 1e-9)
    }
    assert any(low <= cell < high for low, high in map(cell_range, around))


def test_a_tile_is_its_four_quarters() -> None:
    of = Tile(7, 102, 58)
    quarters = [Tile(8, 2 * of.x + right, 2 * of.y + down) for down in (0, 1) for right in (0, 1)]
    ranges = [cell_range(quarter) for quarter in quarters]
    assert (ranges[0][0], ranges[-1][1]) == cell_range(of)
    assert all(one[1] == following[0] for one, following in pairwise(ranges))


@pytest.mark.parametrize("zoom", [0, 5, 9, 12, 13])
def test_each_report_is_counted_once(stage: Stage, zoom: int) -> None:
    for of, reports in tiles_of(stage.published, zoom).items():
        features = stage.features(of)
        assert sum(one.properties.get("count", 1) for one in features) == len(reports)
        unfinished = sum(report.status in OPEN for report in reports)
        alone = sum(one.properties.get("status") in OPEN for one in features)
        assert sum(one.properties.get("open", 0) for one in features) + alone == unfinished


def test_a_cluster_stands_amid_its_reports(stage: Stage) -> None:
    of = tile_at(107.55, 16.42, 12)
    reports = tiles_of(stage.published, 12)[of]
    places = [place_in(of, report, stage.session) for report in reports]
    clusters = [one for one in stage.features(of) if "count" in one.properties]
    assert clusters
    for cluster in clusters:
        (x, y) = cluster.points[0]
        column, row = x // 512, y // 512
        inside = [(a, b) for a, b in places if a // 512 == column and b // 512 == row]
        assert cluster.properties["count"] == len(inside)
        # Its parts are 128 units wide, so the mean is off by half of that at most.
        assert x == pytest.approx(sum(a for a, _ in inside) / len(inside), abs=65)
        assert y == pytest.approx(sum(b for _, b in inside) / len(inside), abs=65)


def test_a_report_alone_is_shown_as_itself(stage: Stage) -> None:
    by_id = {str(report.id): report for report in stage.published}
    seen = 0
    for of in tiles_of(stage.published, 13):
        for one in stage.features(of):
            if "count" in one.properties:
                continue
            report = by_id[one.properties["id"]]
            seen += 1
            assert one.properties["code"] == report.code
            assert one.properties["status"] == report.status
            x, y = place_in(of, report, stage.session)
            assert list(one.points[0]) == pytest.approx([x, y], abs=1)
    assert seen > 10


def test_near_by_every_report_is_a_point(stage: Stage) -> None:
    for of, reports in tiles_of(stage.published, 16).items():
        shown = {one.properties["id"] for one in stage.features(of)}
        assert {str(report.id) for report in reports} <= shown
        assert not any("count" in one.properties for one in stage.features(of))


def test_a_crowd_is_clustered_up_to_the_last_zooms(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiles, "MOST_POINTS", 50)
    crowded = tile_at(107.55, 16.42, 15)
    assert any("count" in one.properties for one in stage.features(crowded))
    total = len(tiles_of(stage.published, 15)[crowded])
    assert sum(one.properties.get("count", 1) for one in stage.features(crowded)) == total
    closest = tile_at(107.55, 16.42, 18)
    assert not any("count" in one.properties for one in stage.features(closest))


def test_points_say_what_they_are_and_whether_they_are_late(stage: Stage) -> None:
    by_id = {str(report.id): report for report in stage.published}
    for of in tiles_of(stage.published, 16):
        for one in stage.features(of):
            report = by_id[one.properties["id"]]
            assert one.properties["category"] == stage.reference.categories[report.category_id].code
            ended = report.resolved_at or report.closed_at or report.paused_at or NOW
            assert one.properties["late"] is (report.due_at is not None and report.due_at < ended)


def test_filters_narrow_what_the_map_shows(stage: Stage) -> None:
    shown = read_shown(stage.reference, {"category": "litter", "status": "received,assigned"})
    wanted = [
        report
        for report in stage.published
        if report.status in ("received", "assigned")
        and "litter" in stage.reference.categories[report.category_id].path
    ]
    assert sum(one.properties.get("count", 1) for one in stage.features(WORLD, shown)) == len(wanted)
    for of, reports in tiles_of(wanted, 17).items():
        ids = {one.properties["id"] for one in stage.features(of, shown)}
        assert {str(report.id) for report in reports} <= ids <= {str(report.id) for report in wanted}
    with pytest.raises(Invalid):
        read_shown(stage.reference, {"status": "done"})


@pytest.mark.parametrize(
    "asked",
    [{"overdue": True}, {"ward": "W1"}, {"ward": "W1", "overdue": True, "category": "litter"}],
    ids=str,
)
def test_late_ones_and_those_of_a_ward_are_what_the_lists_say(stage: Stage, asked: dict[str, Any]) -> None:
    wanted = select(Report).where(Report.published, *conditions(read_filters(stage.reference, asked), NOW))
    listed = list(stage.session.scalars(wanted))
    shown = read_shown(stage.reference, asked)
    assert 0 < len(listed) < len(stage.published)
    for zoom in (0, 12):
        for of, reports in tiles_of(listed, zoom).items():
            told = sum(one.properties.get("count", 1) for one in stage.features(of, shown))
            assert told == len(reports)
    every = {str(report.id) for report in listed}
    for of, reports in tiles_of(listed, 17).items():
        ids = {one.properties["id"] for one in stage.features(of, shown)}
        assert {str(report.id) for report in reports} <= ids <= every


def test_where_nothing_is_the_tile_is_empty(stage: Stage) -> None:
    for zoom in (3, 13, 16, 22):
        assert report_tile(stage.session, tile_at(-70.0, -33.0, zoom), EVERYTHING, now=NOW) == b""


@pytest.mark.parametrize(("z", "x", "y"), [(0, 0, 1), (3, 8, 0), (23, 0, 0), (-1, 0, 0), (22, 2**22, 0)])
def test_a_tile_that_does_not_exist(z: int, x: int, y: int) -> None:
    with pytest.raises(NotFound):
        find_tile(z, x, y)


def test_wards_with_their_names(stage: Stage) -> None:
    found = layers(ward_tile(stage.session, tile_at(107.55, 16.42, 10)))
    assert {one.properties["code"] for one in found["wards"]} == {"W1", "W2"}
    assert all(one.kind == 3 for one in found["wards"])
    assert {one.properties["name"] for one in found["ward_labels"]} == {"Phường W1", "Phường W2"}


def test_a_wards_name_is_in_one_tile_alone(stage: Stage) -> None:
    zoom = 15
    names: list[str] = []
    for x in range(tile_at(107.49, 16.42, zoom).x, tile_at(107.61, 16.42, zoom).x + 1):
        for y in range(tile_at(107.5, 16.46, zoom).y, tile_at(107.5, 16.39, zoom).y + 1):
            found = layers(ward_tile(stage.session, Tile(zoom, x, y)))
            names += [one.properties["code"] for one in found.get("ward_labels", [])]
    assert sorted(names) == ["W1", "W2"]
