"""Broken files of every sort end as a `BoundaryError` or a report, never as a stray exception."""

import json
import string
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from geo.boundaries.boundaries import BoundaryError, BoundaryReport, check_boundaries, read_boundaries
from tests.examples import examples
from tests.geo.files import collection, polygon, write_gdal
from tests.geo.places import square

CORNERS: list[object] = [[107, 16], [107.1, 16], [107.1, 16.1], [107, 16.1], [107, 16]]
GOOD = json.dumps(collection(({"code": "1", "name": "a"}, polygon(CORNERS)), ({"code": "2"}, None)))
FUZZ = settings(
    max_examples=examples(120), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

NUMBER = st.integers(-400, 400) | st.floats() | st.sampled_from([10**400, 1e308, -0.0, 5e-324])
ANYTHING = st.recursive(
    st.none() | st.booleans() | NUMBER | st.text(string.printable, max_size=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=12,
)
POSITION = st.lists(NUMBER, min_size=2, max_size=3) | ANYTHING
RING = st.lists(POSITION, max_size=6) | st.just(CORNERS) | ANYTHING
GEOMETRY = st.recursive(
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(["Polygon", "MultiPolygon", "Point", "Unknown"]) | ANYTHING,
            "coordinates": st.lists(RING, max_size=3)
            | st.lists(st.lists(RING, max_size=2), max_size=2)
            | ANYTHING,
        }
    ),
    lambda inner: st.fixed_dictionaries(
        {"type": st.just("GeometryCollection"), "geometries": st.lists(inner, max_size=3) | ANYTHING}
    ),
    max_leaves=3,
)
PROPERTIES = st.dictionaries(st.sampled_from(["code", "name", "full_name", "kind", "x"]), ANYTHING)
FEATURE = st.fixed_dictionaries(
    {
        "type": st.just("Feature") | ANYTHING,
        "properties": PROPERTIES | ANYTHING,
        "geometry": GEOMETRY | ANYTHING,
    },
    optional={"id": ANYTHING},
)
DOCUMENT = st.fixed_dictionaries(
    {"type": st.just("FeatureCollection"), "features": st.lists(FEATURE, max_size=4) | ANYTHING},
    optional={"crs": ANYTHING},
)


def outcome(path: Path) -> BoundaryReport | None:
    """The report, or None when the file was refused; anything else fails the test."""
    try:
        boundaries = read_boundaries(path)
    except BoundaryError:
        return None
    report = check_boundaries(boundaries)
    assert all(unit.geometry.is_valid and unit.code for unit in report.boundaries)
    assert all(str(finding) and finding.message.isprintable() for finding in report.findings)
    return report


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    return path


@FUZZ
@given(DOCUMENT)
@example({"type": "FeatureCollection", "features": [], "crs": {"properties": {"name": "EPSG:9210"}}})
def test_any_document_is_read_or_refused(tmp_path: Path, document: dict[str, object]) -> None:
    outcome(write(tmp_path / "a.geojson", json.dumps(document)))


@FUZZ
@given(st.integers(0, len(GOOD)), st.integers(0, 40), st.text(string.printable, max_size=12))
def test_a_good_file_cut_and_spliced(tmp_path: Path, at: int, drop: int, put: str) -> None:
    outcome(write(tmp_path / "a.geojson", GOOD[:at] + put + GOOD[at + drop :]))


@FUZZ
@given(st.binary(max_size=60))
def test_any_bytes_are_refused(tmp_path: Path, content: bytes) -> None:
    assert outcome(write(tmp_path / "a.json", content)) is None


@settings(FUZZ, max_examples=examples(60))
@pytest.mark.parametrize("suffix", [".gpkg", ".shp"])
@given(
    cut=st.floats(0, 1), noise=st.binary(max_size=20), part=st.sampled_from([".shp", ".shx", ".dbf", ".prj"])
)
def test_cut_and_spoilt_gdal_files(tmp_path: Path, suffix: str, cut: float, noise: bytes, part: str) -> None:
    for old in tmp_path.iterdir():
        old.unlink()
    units = [({"code": str(n), "name": "x"}, square(107 + n, 16)) for n in range(3)]
    path = write_gdal(tmp_path / f"a{suffix}", *units)
    spoilt = path if suffix == ".gpkg" else path.with_suffix(part)
    content = spoilt.read_bytes()
    at = int(cut * len(content))
    spoilt.write_bytes(content[:at] + noise + content[at + len(noise) :])
    outcome(path)
    spoilt.write_bytes(content[:at])
    outcome(path)
