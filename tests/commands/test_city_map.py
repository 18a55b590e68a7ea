"""`hientruong city load --streets …`: map files replace what was there, and say what they brought."""

from __future__ import annotations

from pathlib import Path

from shapely.geometry import LineString, Point
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from service.models import City, HouseNumber, Landmark, MapFile, PlaceName, Street
from tests.commands.test_city import engine, facts, place, run
from tests.geo.mapfile.test_city_extract import Row, geojson

__all__ = ["engine", "place"]

STREETS: list[Row] = [
    ({"name": "Đường Lê Lợi", "highway": "primary"}, LineString([(106.3, 9.4), (106.6, 9.4)])),
    (
        {"name": "Cầu Mới", "highway": "primary", "bridge": "yes"},
        LineString([(106.3, 9.4), (106.3, 9.41)]),
    ),
]
PLACES: list[Row] = [
    ({"name": "Chợ Mẫu", "amenity": "marketplace", "addr": "12 Lê Lợi"}, Point(106.31, 9.4)),
    ({"name": "chợ mẫu", "amenity": "marketplace"}, Point(106.3101, 9.4)),
]


def test_map_files_are_loaded_whole_and_again(place: Path, engine: Engine, tmp_path: Path) -> None:
    streets = geojson(tmp_path / "streets.geojson", STREETS, attribution="© Người vẽ")
    places = geojson(tmp_path / "places.geojson", PLACES)
    assert "there are no wards yet" in run("load", "--streets", streets).output
    told = facts("load", place, "--streets", streets, "--landmarks", places)
    assert told["city"] == "mau"
    assert told["map"] == [
        {"part": "street", "features": 2, "named": 2, "names": 2, "changed": True},
        {"part": "landmark", "features": 1, "named": 1, "names": 1, "changed": True},
    ]
    with Session(engine) as session:
        assert session.execute(select(Street.name, Street.key, Street.is_bridge)).all() == [
            ("Lê Lợi", "le loi", False),
            ("Cầu Mới", "cau moi", True),
        ]
        names = session.execute(select(PlaceName.kind, PlaceName.key).order_by(PlaceName.id)).all()
        assert names == [("street", "le loi"), ("bridge", "cau moi"), ("market", "cho mau")]
        assert session.execute(select(HouseNumber.street_key, HouseNumber.number)).all() == [("le loi", "12")]
        kept = session.get_one(MapFile, "street")
        assert (kept.source, kept.attribution, kept.features) == ("streets.geojson", "© Người vẽ", 2)
        revision = session.scalar(select(City.revision))

    again = run("load", "--streets", streets)
    assert again.output == "streets: 2, 2 of them named, 1 on bridges; 2 names to look for; as it was\n"
    geojson(streets, STREETS[:1])
    assert run("load", "--streets", streets, "--dry-run").output.endswith("Nothing was changed.\n")
    assert facts("load", "--streets", streets)["map"][0]["features"] == 1
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(Street)) == 1
        assert session.scalar(select(func.count()).select_from(Landmark)) == 1
        assert session.scalar(select(City.revision)) == (revision or 0) + 1


def test_a_refused_file_changes_nothing(place: Path, engine: Engine, tmp_path: Path) -> None:
    run("load", place)
    done = run("load", "--streets", geojson(tmp_path / "s.geojson", PLACES))
    assert done.exit_code == 1
    assert done.output == "The map was not loaded: s.geojson holds Point; streets are lines.\n"
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(MapFile)) == 0


def test_nothing_named_is_said(engine: Engine) -> None:
    assert "name the city's folder, or a map file" in run("load").output
