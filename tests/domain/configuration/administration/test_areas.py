"""Boundary files uploaded: read in a child, refused where they are not what they say, put in force."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from shapely.geometry import box, mapping
from sqlalchemy import func, select

from service.areafile.reader import read_area_file
from service.domain.configuration.administration import areas, scheduled_changes
from service.errors import AppError, Conflict, UnsupportedMedia
from service.models import Area, RoutingRule
from tests.domain.configuration.administration.stage import Room
from tests.support.small_city import NOON


def file(*units: tuple[str, float, float]) -> bytes:
    """Square wards: code, west and east."""
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": f"Phường {code}"},
            "geometry": mapping(box(west, 16.40, east, 16.45)),
        }
        for code, west, east in units
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


MOVED = file(("W1", 107.50, 107.56), ("W2", 107.56, 107.60))


def test_a_file_is_compared_and_put_in_force_old_areas_kept(room: Room) -> None:
    row = areas.store_areas(room.session, room.stamp(), "moi.geojson", read_area_file("moi.geojson", MOVED))
    assert row.ok
    told = {each.code: each for each in areas.compare_areas(room.session, row)}
    assert told["W1"].state == told["W2"].state == "changed"
    assert 0.1 < told["W1"].moved < 0.3
    areas.put_areas_in_force(room.session, room.stamp(), row.id)
    assert room.session.scalar(select(func.count()).select_from(Area)) == 4
    book = room.book
    assert book.reference.ward_by_code["W1"].full_name == "Phường W1"
    assert ("area", "W1") in room.by_hand()
    with pytest.raises(Conflict):
        areas.put_areas_in_force(room.session, room.stamp(), row.id)
    with pytest.raises(Conflict):
        areas.delete_upload(room.session, room.stamp(), row.id)


def test_the_same_file_again_changes_no_area(room: Room) -> None:
    for minute in range(2):
        row = areas.store_areas(
            room.session, room.stamp(minute), "a.geojson", read_area_file("a.geojson", MOVED)
        )
        areas.put_areas_in_force(room.session, room.stamp(minute), row.id)
    assert room.session.scalar(select(func.count()).select_from(Area)) == 4


def test_areas_wait_for_their_date(room: Room) -> None:
    row = areas.store_areas(room.session, room.stamp(), "a.geojson", read_area_file("a.geojson", MOVED))
    later = NOON + timedelta(days=30)
    plan = scheduled_changes.schedule_areas(room.session, room.stamp(), row.id, later)
    assert scheduled_changes.make(room.session, plan.id, later) == "done"
    assert room.session.scalar(select(func.max(Area.valid_from))) == later


@pytest.mark.parametrize(
    "data",
    [
        file(("W1", 107.50, 107.58), ("W2", 107.53, 107.60)),
        file(("W1", 10.0, 10.1)),
        b'{"type": "FeatureCollection", "features": []}',
        b"not json at all",
    ],
    ids=["overlap", "elsewhere", "empty", "broken"],
)
def test_files_with_errors_are_kept_but_never_in_force(room: Room, data: bytes) -> None:
    row = areas.store_areas(room.session, room.stamp(), "a.geojson", read_area_file("a.geojson", data))
    assert not row.ok
    assert any(found["severity"] == "error" for found in row.findings) or not row.units["features"]
    with pytest.raises(Conflict):
        areas.put_areas_in_force(room.session, room.stamp(), row.id)
    with pytest.raises(Conflict):
        scheduled_changes.schedule_areas(room.session, room.stamp(), row.id, NOON + timedelta(days=1))
    areas.delete_upload(room.session, room.stamp(), row.id)
    assert areas.list_uploads(room.session) == []


def zipped(**parts: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, body in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), body)
    return held.getvalue()


VRT = b'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>'


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("areas.exe", b"MZ"),
        ("areas.gpkg", VRT),
        ("areas.geojson", b'{"x": "' + VRT.replace(b'"', b"'") + b'"}'),
        ("areas.json", b'{"type": "gdal_streamed_alg", "command_line": "gdal vector info /etc/passwd"}'),
        ("areas.zip", b"PK no archive"),
        ("areas.zip", zipped(readme_txt=b"hello")),
        ("areas.zip", zipped(a_shp=VRT)),
        ("areas.zip", zipped(a_shp=b"x", b_shp=b"y")),
        ("areas", b""),
    ],
)
def test_files_that_are_not_what_they_say_are_refused(name: str, data: bytes) -> None:
    with pytest.raises(UnsupportedMedia):
        read_area_file(name, data)


def test_a_file_that_is_too_large_is_not_even_looked_at(monkeypatch: Any) -> None:
    monkeypatch.setattr("service.areafile.reader.MAX_BYTES", 10)
    with pytest.raises(AppError) as refusal:
        read_area_file("a.geojson", MOVED)
    assert refusal.value.status == 413


def test_paths_inside_an_archive_lead_nowhere() -> None:
    with pytest.raises(UnsupportedMedia):
        read_area_file("a.zip", zipped(______etc__evil_shp=b"x"))


def test_a_renamed_ward_takes_its_new_name_where_its_outline_stays(room: Room) -> None:
    before = areas.store_areas(room.session, room.stamp(), "a.geojson", read_area_file("a.geojson", MOVED))
    areas.put_areas_in_force(room.session, room.stamp(), before.id)
    count = room.session.scalar(select(func.count()).select_from(Area))
    said = json.loads(MOVED)
    said["features"][0]["properties"]["name"] = "Phường Mới"
    renamed = json.dumps(said).encode()
    row = areas.store_areas(room.session, room.stamp(1), "b.geojson", read_area_file("b.geojson", renamed))
    told = {each.code: (each.state, each.moved) for each in areas.compare_areas(room.session, row)}
    assert told == {"W1": ("renamed", 0.0), "W2": ("same", 0.0)}
    areas.put_areas_in_force(room.session, room.stamp(1), row.id)
    assert room.book.reference.ward_by_code["W1"].full_name == "Phường Mới"
    assert room.session.scalar(select(func.count()).select_from(Area)) == count


def test_a_ward_that_rules_name_does_not_end_before_they_are_changed(room: Room) -> None:
    rule = room.session.scalars(select(RoutingRule).where(RoutingRule.number == 1)).one()
    rule.spec = {**rule.spec, "areas": ["W2"]}
    room.session.flush()
    alone = file(("W1", 107.50, 107.60))
    row = areas.store_areas(room.session, room.stamp(), "c.geojson", read_area_file("c.geojson", alone))
    with pytest.raises(Conflict) as refused:
        areas.put_areas_in_force(room.session, room.stamp(), row.id)
    assert refused.value.extra == {"rules": ["1"], "areas": ["W2"]}
