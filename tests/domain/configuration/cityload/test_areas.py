"""Areas put in force: approximate ones first, official ones from any format, old ones kept."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from shapely.geometry import MultiPolygon, box, shape
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geo.columns import shape_of
from geo.shapes import area_m2
from service.domain.city.reference import load_reference
from service.domain.city.wards import load_locator
from service.domain.configuration.cityload import CityRefused, LoadResult, load_city
from service.models import Area, City, Department
from tests.domain.configuration.cityfile.boundary_files import (
    NAMES,
    SQUARES,
    geojson,
    in_mercator,
    through_gdal,
)
from tests.domain.configuration.cityfile.cities import CITY, FILES, HUE, SHARED, write_city

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
WARDS = SHARED / "areas"

WITHOUT_GROUPS = CITY.replace("    - {value: round, role: inspector, area_group: inner}\n", "")
NO_UNITS: dict[str, str | None] = {
    "city": WITHOUT_GROUPS,
    "areas": None,
    "former_units": None,
    "rules": FILES["rules.yaml"].replace("    areas: [inner]\n", ""),
}
ELSEWHERE = WITHOUT_GROUPS.replace('department: "101"', "department: desk")
"""The city without a word about its own units."""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return write_city(tmp_path / "city")


def in_force(session: Session) -> dict[str, Area]:
    return {row.code: row for row in session.scalars(select(Area).where(Area.valid_to.is_(None)))}


def areas_told(loaded: LoadResult) -> Counter[str]:
    return Counter(change.what for change in loaded.changes if change.kind == "area")


def refusal(session: Session, place: Path, areas: Path, **options: Any) -> list[str]:
    with pytest.raises(CityRefused) as refused:
        load_city(session, place, areas=areas, now=NOW, **options)
    return [str(mistake) for mistake in refused.value.mistakes if mistake.level == "error"]


def test_without_official_areas_approximate_ones_are_derived(session: Session, place: Path) -> None:
    loaded = load_city(session, place, now=NOW)
    rows = in_force(session)
    assert loaded.approximate == 3
    assert {row.approximate for row in rows.values()} == {True}
    assert rows["101"].other_names == "Đông Hoà"
    assert rows["101"].valid_from == datetime(2025, 6, 30, 17, tzinfo=UTC)
    located = load_locator(session, load_reference(session)).locate(106.71, 9.61)
    assert located is not None


@pytest.mark.parametrize("name", ["wards.geojson", "wards.gpkg", "wards.shp"])
def test_official_areas_take_their_place_from_any_format(name: str, session: Session, place: Path) -> None:
    load_city(session, place, now=NOW)
    path = place.parent / name
    geojson(path, SQUARES) if name.endswith("geojson") else through_gdal(path, SQUARES)
    loaded = load_city(session, place, areas=path, now=LATER)
    assert areas_told(loaded) == {"changed": 3}
    assert (loaded.revision, loaded.approximate) == (2, 0)
    rows = in_force(session)
    assert {code: shape_of(row.geom).equals(SQUARES[code]) for code, row in rows.items()} == dict.fromkeys(
        SQUARES, True
    )
    assert {row.valid_from for row in rows.values()} == {LATER}
    assert {row.source for row in rows.values()} == {name}
    old = session.scalars(select(Area).where(Area.valid_to.is_not(None))).all()
    assert {(row.code, row.valid_to, row.approximate) for row in old} == {
        (code, LATER, True) for code in SQUARES
    }


def test_a_folder_of_files_is_taken_together(session: Session, place: Path) -> None:
    folder = place.parent / "wards"
    folder.mkdir()
    geojson(folder / "a.geojson", {"101": SQUARES["101"]})
    through_gdal(folder / "b.gpkg", {"102": SQUARES["102"]})
    through_gdal(folder / "c.shp", {"103": SQUARES["103"]})
    assert load_city(session, place, areas=folder, now=NOW).approximate == 0
    assert set(in_force(session)) == set(SQUARES)


def test_the_folders_own_boundaries_are_used(session: Session, place: Path) -> None:
    geojson(place / "areas.geojson", SQUARES)
    assert load_city(session, place, now=NOW).approximate == 0
    official = geojson(place.parent / "official.geojson", {**SQUARES, "103": box(106.1, 9.05, 106.9, 9.3)})
    assert areas_told(load_city(session, place, areas=official, now=LATER)) == {"changed": 1, "unchanged": 2}


def test_another_reference_system_is_brought_to_degrees(session: Session, place: Path) -> None:
    path = through_gdal(place.parent / "wards.gpkg", in_mercator(SQUARES), crs="EPSG:3857")
    loaded = load_city(session, place, areas=path, now=NOW)
    assert {mistake.level for mistake in loaded.mistakes} <= {"repair", "warning"}
    for code, row in in_force(session).items():
        assert shapely.hausdorff_distance(shape_of(row.geom), SQUARES[code]) < 1e-6


def test_loading_the_same_areas_again_changes_nothing(session: Session, place: Path) -> None:
    first = load_city(session, place, areas=geojson(place.parent / "a.geojson", SQUARES), now=NOW)
    turned = {code: shapely.reverse(area) for code, area in reversed(list(SQUARES.items()))}
    again = load_city(session, place, areas=geojson(place.parent / "b.geojson", turned), now=LATER)
    assert areas_told(again) == {"unchanged": 3}
    assert again.revision == first.revision
    assert session.scalar(select(func.count()).select_from(Area)) == 3


def test_only_the_area_that_changed_gets_a_new_row(session: Session, place: Path) -> None:
    load_city(session, place, areas=geojson(place.parent / "a.geojson", SQUARES), now=NOW)
    moved = {**SQUARES, "103": box(106.1, 9.0, 106.9, 9.3)}
    loaded = load_city(session, place, areas=geojson(place.parent / "b.geojson", moved), now=LATER)
    assert areas_told(loaded) == {"unchanged": 2, "changed": 1}
    rows = session.execute(
        select(Area.valid_from, Area.valid_to).where(Area.code == "103").order_by(Area.id)
    ).all()
    assert rows[0].valid_to == LATER == rows[1].valid_from
    assert rows[1].valid_to is None


def test_official_areas_stay_when_the_folder_is_loaded_without_them(session: Session, place: Path) -> None:
    load_city(session, place, areas=geojson(place.parent / "a.geojson", SQUARES), now=NOW)
    again = load_city(session, place, now=LATER)
    assert areas_told(again) == {"kept": 3}
    assert (again.approximate, again.revision) == (0, 1)


def test_a_new_name_is_written_without_a_new_area(session: Session, place: Path) -> None:
    load_city(session, place, now=NOW)
    text = FILES["areas.yaml"].replace("name: Tây,", "name: Tây Lộc,")
    (place / "areas.yaml").write_text(text, encoding="utf-8")
    loaded = load_city(session, place, now=LATER)
    assert areas_told(loaded) == {"unchanged": 2, "changed": 1}
    assert in_force(session)["102"].full_name == "Phường Tây Lộc"
    assert session.scalar(select(func.count()).select_from(Area)) == 3
    assert loaded.revision == 2


def test_a_unit_that_ends_closes_its_area_and_retires_its_committee(session: Session, place: Path) -> None:
    load_city(session, place, areas=geojson(place.parent / "a.geojson", SQUARES), now=NOW)
    text = FILES["areas.yaml"].replace('  - {code: "103", name: Nam, kind: xã}\n', "")
    (place / "areas.yaml").write_text(text, encoding="utf-8")
    former = FILES["former_units.csv"].replace("9.2,103", "9.2,101")
    (place / "former_units.csv").write_text(former, encoding="utf-8")
    joined = {"101": SQUARES["101"].union(box(106.5, 9.1, 106.9, 9.3)), "102": SQUARES["102"]}
    loaded = load_city(session, place, areas=geojson(place.parent / "b.geojson", joined), now=LATER)
    assert areas_told(loaded) == {"unchanged": 1, "changed": 1, "retired": 1}
    assert set(in_force(session)) == {"101", "102"}
    assert session.scalars(select(Department.active).where(Department.code == "103")).one() is False


def test_a_unit_without_an_area_is_refused(session: Session, place: Path) -> None:
    path = geojson(place.parent / "a.geojson", {"101": SQUARES["101"], "102": SQUARES["102"]})
    assert refusal(session, place, path) == [
        "a.geojson: no area for 1 unit(s) (103) of areas.yaml; the city needs one for each"
    ]
    assert session.scalars(select(City)).all() == []


def test_an_area_of_an_unknown_unit_is_refused(session: Session, place: Path) -> None:
    path = geojson(place.parent / "a.geojson", {**SQUARES, "104": box(106.9, 9.1, 106.95, 9.2)})
    assert refusal(session, place, path) == [
        "a.geojson: areas for 1 unit(s) (104), which areas.yaml does not list"
    ]


def test_areas_of_another_city_are_refused(session: Session, place: Path) -> None:
    far = {code: shapely.transform(area, lambda xy: xy + np.array([0, 5])) for code, area in SQUARES.items()}
    told = refusal(session, place, geojson(place.parent / "a.geojson", far))
    where = "lies outside the city's bbox; the areas reach 106.10, 14.10, 106.90, 14.80"
    named = enumerate(NAMES.items())
    assert told == [f"a.geojson: features[{n}]: {code} ({name}) {where}" for n, (code, name) in named]


def test_overlaps_are_refused_unless_they_are_accepted(session: Session, place: Path) -> None:
    overlapping = {**SQUARES, "102": box(106.1, 9.3, 106.6, 9.8)}
    path = geojson(place.parent / "a.geojson", overlapping)
    (told,) = refusal(session, place, path)
    assert "102: overlaps 101 (Phường Đông)" in told
    loaded = load_city(session, place, areas=path, now=NOW, accept_overlaps=True)
    assert loaded.approximate == 0
    assert [mistake.level for mistake in loaded.mistakes] == ["warning"]


def test_slivers_and_crossing_rings_are_mended_and_told(session: Session, place: Path) -> None:
    sliver = box(106.1, 9.3, 106.500002, 9.8)
    spiked = shape(
        {
            "type": "Polygon",
            "coordinates": [
                [
                    (106.1, 9.1),
                    (106.9, 9.1),
                    (106.9, 9.3),
                    (106.5, 9.3),
                    (106.5, 9.2999),
                    (106.5, 9.3),
                    (106.1, 9.3),
                    (106.1, 9.1),
                ]
            ],
        }
    )
    path = geojson(place.parent / "a.geojson", {**SQUARES, "102": sliver, "103": spiked})
    loaded = load_city(session, place, areas=path, now=NOW)
    repairs = [mistake.message for mistake in loaded.mistakes if mistake.level == "repair"]
    assert any("left to 101" in told for told in repairs)
    assert any("shape mended" in told for told in repairs)
    shapes = [shape_of(row.geom) for row in in_force(session).values()]
    assert all(each.is_valid and isinstance(each, MultiPolygon) for each in shapes)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "JSON"),
        ('{"type": "FeatureCollection", "features": []}', "no units"),
        ('{"type": "Feature", "geometry": null, "properties": {"code": "101"}}', "no polygon"),
    ],
)
def test_files_that_hold_no_areas_are_refused(content: str, told: str, session: Session, place: Path) -> None:
    path = place.parent / "a.geojson"
    path.write_text(content, encoding="utf-8")
    assert any(told in each for each in refusal(session, place, path))
    assert session.scalars(select(City)).all() == []


def test_a_file_that_is_missing_is_refused(session: Session, place: Path) -> None:
    assert refusal(session, place, place.parent / "none.gpkg") == ["none.gpkg: does not exist"]


def test_units_come_from_the_boundaries_where_the_folder_lists_none(session: Session, tmp_path: Path) -> None:
    place = write_city(tmp_path / "city", **NO_UNITS)
    loaded = load_city(session, place, areas=geojson(tmp_path / "a.geojson", SQUARES), now=NOW)
    assert loaded.approximate == 0
    rows = in_force(session)
    assert {code: row.full_name for code, row in rows.items()} == NAMES
    assert load_reference(session).department_by_code["103"].name["vi"] == "UBND xã Nam"
    with pytest.raises(CityRefused, match="there are no units"):
        load_city(session, place, now=LATER)


def test_the_real_wards_of_the_example_city(session: Session) -> None:
    load_city(session, HUE, now=NOW)
    loaded = load_city(session, HUE, areas=WARDS / "hue_wards_2025.geojson", now=LATER)
    assert loaded.mistakes == ()
    assert areas_told(loaded) == {"changed": 40}
    valid = session.execute(
        select(Area.code, func.ST_IsValid(Area.geom), func.ST_Area(func.geography(Area.geom))).where(
            Area.valid_to.is_(None)
        )
    ).all()
    assert len(valid) == 40
    assert all(row[1] for row in valid)
    assert sum(row[2] for row in valid) / 1e6 == pytest.approx(4946, rel=0.01)
    assert areas_told(load_city(session, HUE, now=LATER)) == {"kept": 40}


def test_the_approximate_areas_are_about_right(session: Session) -> None:
    load_city(session, HUE, now=NOW)
    real = {
        each["properties"]["code"]: shape(each["geometry"])
        for each in json.loads((WARDS / "hue_wards_2025.geojson").read_text(encoding="utf-8"))["features"]
    }
    mine = {code: shape_of(row.geom) for code, row in in_force(session).items()}
    right = sum(area_m2(mine[code].intersection(area)) for code, area in real.items())
    assert right / sum(area_m2(area) for area in real.values()) > 0.7


def test_the_dirty_file_of_2009_is_accounted_for_and_refused(session: Session, tmp_path: Path) -> None:
    bbox = ELSEWHERE.replace("[106.0, 9.0, 107.0, 10.0]", "[106.9, 15.9, 108.3, 16.9]").replace(
        "lon: 106.5, lat: 9.5", "lon: 107.5, lat: 16.4"
    )
    place = write_city(tmp_path / "city", **{**NO_UNITS, "city": bbox})
    dirty = WARDS / "hue_wards_2009.geojson"
    told = refusal(session, place, dirty)
    assert len(told) > 100
    assert all(" overlaps " in each and " m² in " in each and "not resolved" in each for each in told)
    loaded = load_city(session, place, areas=dirty, now=NOW, accept_overlaps=True)
    assert areas_told(loaded) == {"added": 152}
    kinds = Counter(mistake.level for mistake in loaded.mistakes)
    assert kinds["warning"] >= len(told)
    assert any("left to" in m.message for m in loaded.mistakes if m.level == "repair")
    assert load_locator(session, load_reference(session)).locate(107.58, 16.46) is not None


@pytest.mark.parametrize(
    ("file", "bbox", "centre", "count"),
    [
        ("travinh_wards_2025.geojson", "[105.9, 9.4, 106.7, 10.2]", "lon: 106.3, lat: 9.9", 41),
        ("soctrang_wards_2025.geojson", "[105.3, 9.1, 106.4, 10.3]", "lon: 105.9, lat: 9.6", 45),
    ],
)
def test_another_city_needs_nothing_but_its_own_folder(
    file: str, bbox: str, centre: str, count: int, session: Session, tmp_path: Path
) -> None:
    text = ELSEWHERE.replace("[106.0, 9.0, 107.0, 10.0]", bbox).replace("lon: 106.5, lat: 9.5", centre)
    place = write_city(tmp_path / "city", **{**NO_UNITS, "city": text})
    loaded = load_city(session, place, areas=WARDS / file, now=NOW)
    assert [mistake for mistake in loaded.mistakes if mistake.level == "error"] == []
    assert areas_told(loaded) == {"added": count}
    reference = load_reference(session)
    assert (reference.city_code, len(reference.ward_by_code)) == ("mau", count)
    assert sum(each.kind == "ward" for each in reference.departments.values()) == count
