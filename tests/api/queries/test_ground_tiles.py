"""Tiles of streets and of the basemap over HTTP, and the picture for pages without scripts."""

from __future__ import annotations

import gzip
import json
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from geo.mapfile.city_extract import read_map
from geo.points import BBox
from geo.tiles import Tile, tile_at
from service.basemap.source import FileSource
from service.basemap.takeover import CutOptions, take_over
from service.db import make_engine, unit_of_work
from service.domain.configuration.mapload import Source, city_shape, load_map
from service.domain.queries.maps.ground_tiles import ground_tile
from service.settings import Settings
from service.storage import Storage
from tests.basemap.archives import archive, tile_bytes, tiles_of
from tests.support.shared import SHARED
from tests.support.vector_tiles import layers

STREETS = SHARED / "data" / "streets"
HERE = 107.585, 16.464
FEATURES = {
    "streets": [
        ("Lê Lợi", {"highway": "primary"}, [[107.58, 16.462], [107.585, 16.464], [107.59, 16.466]]),
        ("Ngõ Nhỏ", {"highway": "residential"}, [[107.584, 16.463], [107.586, 16.4645]]),
        ("Lối Đi", {"highway": "footway"}, [[107.584, 16.464], [107.586, 16.464]]),
        ("Cầu Tràng Tiền", {"highway": "primary", "bridge": "yes"}, [[107.585, 16.464], [107.585, 16.468]]),
    ],
    "water": [("Sông Hương", {"waterway": "river"}, [[107.57, 16.466], [107.60, 16.467]])],
}


def write(folder: Path, part: str) -> Path:
    features = [
        {
            "type": "Feature",
            "properties": {"name": name, **tags},
            "geometry": {"type": "LineString", "coordinates": line},
        }
        for name, tags, line in FEATURES[part]
    ]
    path = folder / f"{part}.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def load(session: Session, streets: Path, water: Path, landmarks: Path | None = None) -> None:
    shape = city_shape(session)
    assert shape is not None
    parts = read_map(shape, streets=streets, landmarks=landmarks, water=water)
    source = Source("ban-do.geojson", "© Người vẽ")
    load_map(session, parts, dict.fromkeys(("street", "landmark", "water"), source), now=datetime.now(UTC))


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    made = make_engine(settings.sqlalchemy_url)
    yield made
    made.dispose()


def at(zoom: int) -> str:
    tile = tile_at(*HERE, zoom)
    return f"/api/v1/tiles/streets/{tile.z}/{tile.x}/{tile.y}.mvt"


def test_streets_are_told_by_zoom_kept_and_drawn(
    client: httpx.Client, engine: Engine, tmp_path: Path
) -> None:
    bare = client.get(at(15))
    assert (bare.status_code, bare.content) == (200, b"")
    assert 'name="ground"' not in client.get("/map").text
    picture = f"/report/map.svg?lon={HERE[0] - 0.004}&lat={HERE[1]}&z=15&size=wide"
    assert "Lê Lợi" not in client.get(picture).text

    with unit_of_work(engine) as session:
        load(session, write(tmp_path, "streets"), write(tmp_path, "water"))
    time.sleep(1.1)  # a process looks at the city's revision once a second
    seen = {}
    for zoom in (10, 13, 15):
        answer = client.get(at(zoom))
        assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
        seen[zoom] = layers(answer.content)
    names = {zoom: {each.properties.get("name") for each in found["streets"]} for zoom, found in seen.items()}
    assert names == {
        10: {None},
        13: {"Lê Lợi", "Cầu Tràng Tiền", "Ngõ Nhỏ"},
        15: {"Lê Lợi", "Cầu Tràng Tiền", "Ngõ Nhỏ", "Lối Đi"},
    }
    bridges = [each.properties for each in seen[15]["streets"] if each.properties.get("bridge")]
    assert bridges == [{"name": "Cầu Tràng Tiền", "class": "primary", "bridge": True}]
    assert [each.properties["name"] for each in seen[15]["water"]] == ["Sông Hương"]
    assert client.get(at(15), headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    assert client.get("/api/v1/tiles/streets/3/8/0.mvt").status_code == 404

    ground = re.search(r'<meta name="ground" content="([^"]*)"', client.get("/map").text)
    assert ground
    assert json.loads(ground[1].replace("&#34;", '"')) == {"streets": {"attribution": "© Người vẽ"}}
    drawn = client.get(picture + "&again=1").text
    assert ">Lê Lợi</text>" in drawn
    assert 'class="road"' in drawn


def test_the_basemap_is_told_to_maps_and_served_from_here(
    client: httpx.Client, engine: Engine, settings: Settings, tmp_path: Path
) -> None:
    box = BBox(107.0, 15.9, 108.3, 16.9)
    path = tmp_path / "hue.pmtiles"
    path.write_bytes(archive(tiles_of(box, range(8, 13)), box=box))
    with path.open("rb") as file:
        options = CutOptions(15, 300, None)
        source = FileSource(path, file)
        taken = take_over(engine, Storage(settings.media_url), source, options, lambda done, total: None)
    edition = taken.basemap.edition
    told = client.get("/map")
    assert f"/api/v1/tiles/basemap/{edition}/" in told.text
    assert "connect-src 'self';" in told.headers["content-security-policy"], "nothing from elsewhere"

    tile = tile_at(*HERE, 12)
    address = f"/api/v1/tiles/basemap/{edition}/{tile.z}/{tile.x}/{tile.y}"
    answer = client.get(address)
    assert answer.content == tile_bytes(tile)
    assert answer.headers["content-encoding"] == "gzip"
    plain = client.get(address, headers={"Accept-Encoding": "identity"})
    assert plain.content == tile_bytes(tile)
    assert "max-age=2592000" in answer.headers["cache-control"]
    assert client.get(address, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    assert client.get(f"/api/v1/tiles/basemap/{edition}/12/0/0").status_code == 204
    assert client.get(f"/api/v1/tiles/basemap/{edition}/3/9/0").status_code == 404
    assert client.get("/api/v1/tiles/basemap/older/12/0/0").status_code == 404
    Storage(settings.media_url).delete(taken.basemap.key)
    assert client.get(address + "?lang=en").status_code in (200, 404)


def test_a_screen_of_the_real_streets_is_small(engine: Engine) -> None:
    """A phone's and a desktop's screen at every zoom, over the densest part of the city, as it is sent."""
    with unit_of_work(engine) as session:
        load(
            session,
            STREETS / "hue_streets.geojson",
            STREETS / "hue_water.geojson",
            STREETS / "hue_pois.geojson",
        )
        sizes = {(zoom, size): screen(session, zoom, size) for zoom in range(10, 16) for size in (1, 3)}
    assert max(sizes.values()) <= 80_000, sizes
    assert sizes[15, 1] > 1_000


def screen(session: Session, zoom: int, across: int) -> int:
    """Bytes of the tiles around the city's middle: two by two on a phone, four by three on a desktop."""
    middle = tile_at(107.588, 16.467, zoom)
    columns, rows = (2, 2) if across == 1 else (4, 3)
    tiles = [
        Tile(zoom, middle.x - columns // 2 + x, middle.y - rows // 2 + y)
        for x in range(columns)
        for y in range(rows)
    ]
    return sum(len(gzip.compress(ground_tile(session, tile))) for tile in tiles)
