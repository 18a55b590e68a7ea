"""Map files in a `.zip` or a folder: the one that is meant is read, and nothing is guessed."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyogrio.raw
import pytest
import shapely
from shapely.geometry import LineString

from geo.mapfile import packed
from geo.mapfile.features import STREETS as STREETS_ROLE
from geo.mapfile.features import attribution
from geo.mapfile.parts import MapFileRefused
from tests.geo.mapfile.test_city_extract import STREETS, geojson, streets_of, through_gdal


def zipped(path: Path, files: Iterable[Path], folder: str = "") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, f"{folder}{file.name}")
    return path


def names_of(path: Path) -> list[str]:
    parts = streets_of(path)
    assert parts.streets is not None
    return [each.names.shown for each in parts.streets]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as an office hands it out: a Shapefile with all that belongs to it."""
    place = tmp_path / "GiaoThong"
    place.mkdir()
    through_gdal(place / "duong.shp", STREETS)
    (place / "doc_truoc.txt").write_text("ban do giao thong")
    return place


def test_a_zipped_shapefile_and_its_folder_are_read_as_the_file_itself(tmp_path: Path, folder: Path) -> None:
    whole = names_of(folder / "duong.shp")
    assert whole == ["Đường Lê Lợi", "Cầu Trường Tiền", "Ra Ngoài"]
    assert names_of(folder) == whole
    assert names_of(zipped(tmp_path / "a.zip", folder.iterdir())) == whole
    assert names_of(zipped(tmp_path / "b.ZIP", folder.iterdir(), "Giao thông/2025/")) == whole


def test_of_several_the_one_that_is_named_so(tmp_path: Path, folder: Path) -> None:
    through_gdal(folder / "ranh_gioi.shp", STREETS[3:])
    assert "Đường Lê Lợi" in names_of(folder)
    through_gdal(folder / "road_centre.shp", STREETS[3:])
    for path in (folder, zipped(tmp_path / "a.zip", folder.iterdir())):
        with pytest.raises(
            MapFileRefused, match=r"holds several map files \(duong.shp, ranh_gioi.shp, road_"
        ):
            streets_of(path)


def test_what_stands_beside_it_is_no_map_file(tmp_path: Path) -> None:
    credit = {"attribution": "© Sở Xây dựng"}
    file = geojson(tmp_path / "streets.geojson", STREETS, **credit)
    (tmp_path / "._streets.geojson").write_bytes(b"\0\5\x16\7")
    path = zipped(tmp_path / "a.zip", [file, tmp_path / "._streets.geojson"], "__MACOSX/../")
    assert "Đường Lê Lợi" in names_of(path)
    assert attribution(path, STREETS_ROLE) == attribution(file, STREETS_ROLE) == "© Sở Xây dựng"
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith("streets")] == [file.name]


def test_broken_ones_are_refused(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = zipped(tmp_path / "whole.zip", folder.iterdir())
    data = bytearray(whole.read_bytes())
    (tmp_path / "torn.zip").write_bytes(data[: len(data) // 2])
    with zipfile.ZipFile(whole) as archive:
        data[archive.getinfo("duong.shp").header_offset + 60] ^= 0xFF
    (tmp_path / "bent.zip").write_bytes(data)
    (tmp_path / "other.zip").write_text("no archive at all")
    for name in ("torn.zip", "bent.zip", "other.zip"):
        with pytest.raises(MapFileRefused, match=f"{name} is damaged, locked, or no .zip file"):
            streets_of(tmp_path / name)
    words = zipped(tmp_path / "words.zip", [folder / "doc_truoc.txt"])
    with pytest.raises(MapFileRefused, match=r"words.zip holds no GeoJSON"):
        streets_of(words)
    (tmp_path / "empty").mkdir()
    with pytest.raises(MapFileRefused, match="empty holds no GeoJSON"):
        streets_of(tmp_path / "empty")
    lonely = zipped(tmp_path / "lonely.zip", [folder / "duong.shp"])
    with pytest.raises(MapFileRefused, match=r"duong.shp came without its .shx and .dbf"):
        streets_of(lonely)
    monkeypatch.setattr(packed, "MOST_BYTES", 1_000)
    with pytest.raises(MapFileRefused, match=r"whole.zip unpacks to more than"):
        streets_of(whole)


def test_letters_of_an_old_desktop_and_heights(tmp_path: Path) -> None:
    line = LineString([(107.51, 16.42, 3.5), (107.59, 16.42, 4.0)])
    pyogrio.raw.write(
        tmp_path / "duong.shp",
        geometry=np.array([shapely.to_wkb(line)], dtype=object),
        field_data=[np.array(["Rue Lê Lôi"], dtype=object)],
        fields=["TEN"],
        geometry_type="LineString Z",
        crs="EPSG:4326",
        driver="ESRI Shapefile",
        encoding="ISO-8859-1",
    )
    (tmp_path / "duong.cpg").unlink()
    parts = streets_of(tmp_path / "duong.shp")
    assert parts.streets is not None
    assert [each.names.shown for each in parts.streets] == ["Rue Lê Lôi"]
    assert not parts.streets[0].geometry.has_z
