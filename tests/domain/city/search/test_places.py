"""Places by name: wards, what they were before, and streets with a house number."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from shapely.geometry import Point
from sqlalchemy.orm import Session

from geo.mapfile.parts import FeatureNames, LandmarkPart, MapParts
from service.domain.city.reference import load_reference
from service.domain.city.search.places import NamedPlace, find_places
from service.domain.city.wards import load_locator
from service.domain.configuration.cityfile.checks.whole import check_folder
from service.domain.configuration.cityload import load_city
from service.domain.configuration.mapload import Source, load_map
from tests.domain.configuration.cityfile.cities import HUE, write_city

STREETS = """\
# the main ones
name,district,lon,lat,radius_m
Lê Lợi,Thành phố Mẫu,105.5,9.5,900
Lê Lợi,Huyện Bên,105.6,9.4,
23/8,,105.5,9.5,900
Đống Đa,,105.5,9.5,900
"""


LANDMARKS = """\
name,kind,lon,lat,radius_m
Lăng Vua Mẫu,sight,106.71,9.6,
Chợ Mẫu,market,106.3,9.7,150
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = write_city(tmp_path / "city")
    (folder / "streets.csv").write_text(STREETS, encoding="utf-8")
    (folder / "landmarks.csv").write_text(LANDMARKS, encoding="utf-8")
    return folder


def found(session: Session, place: Path, words: str) -> list[NamedPlace]:
    if not hasattr(session, "_loaded"):
        load_city(session, place, now=datetime(2026, 3, 2, tzinfo=UTC))
        session._loaded = True  # type: ignore[attr-defined]
    reference = load_reference(session)
    return find_places(session, reference, load_locator(session, reference), words, limit=20)


@pytest.mark.parametrize(
    ("words", "streets"),
    [
        ("le loi", ["Lê Lợi", "Lê Lợi"]),
        ("12 Lê Lợi", ["12 Lê Lợi", "12 Lê Lợi"]),
        ("12/3a  đường   lê", ["12/3a Lê Lợi", "12/3a Lê Lợi"]),
        ("loi", ["Lê Lợi", "Lê Lợi"]),
        ("dong da", ["Đống Đa"]),
        ("ong da", ["Đống Đa"]),
        ("12", []),
        ("đường ", []),
    ],
)
def test_words_find_these_streets(session: Session, place: Path, words: str, streets: list[str]) -> None:
    assert [each.street for each in found(session, place, words) if each.street] == streets


def test_a_street_tells_how_far_it_may_be_and_where_it_was(session: Session, place: Path) -> None:
    near, far = found(session, place, "le loi")
    assert {near.district, far.district} == {"Thành phố Mẫu", "Huyện Bên"}
    assert {near.radius_m, far.radius_m} == {900, 1000}


def test_what_is_wrong_with_the_streets_is_told_with_its_line(place: Path) -> None:
    (place / "streets.csv").write_text(STREETS.replace("105.6,9.4", "505.6,9.4"), encoding="utf-8")
    [mistake] = check_folder(place).errors
    assert (mistake.file, mistake.line) == ("streets.csv", 4)


def test_landmarks_of_the_folder_are_found_with_their_ward(session: Session, place: Path) -> None:
    [tomb, *_] = found(session, place, "lang vua mau")
    assert (tomb.name, tomb.kind, tomb.what) == ("Lăng Vua Mẫu", "landmark", "sight")
    assert (tomb.ward_code, tomb.radius_m, tomb.street) == ("101", 300, "")
    assert found(session, place, "tomb of nobody") == []


def test_a_landmark_of_the_map_takes_the_place_of_the_listed(session: Session, place: Path) -> None:
    found(session, place, "cho mau")
    landmarks = [
        LandmarkPart(FeatureNames("Chợ Mẫu"), "market", 1, Point(106.301, 9.701), 40.0),
        LandmarkPart(FeatureNames("Lăng Vua Mẫu Hai"), "sight", 1, Point(106.2, 9.5), 40.0),
    ]
    sources = {"landmark": Source("x", "")}
    load_map(session, MapParts(landmarks=landmarks), sources, now=datetime(2026, 3, 2, tzinfo=UTC))
    [market] = [each for each in found(session, place, "cho mau") if each.kind == "landmark"]
    assert (market.lon, market.radius_m) == (106.301, 40)
    names = [each.name for each in found(session, place, "lang vua mau")]
    assert names == ["Lăng Vua Mẫu", "Lăng Vua Mẫu Hai"], "another of a like name lies elsewhere"


def test_what_is_wrong_with_the_landmarks_is_told_with_its_line(place: Path) -> None:
    (place / "landmarks.csv").write_text(LANDMARKS.replace("market", "Chợ"), encoding="utf-8")
    [mistake] = check_folder(place).errors
    assert (mistake.file, mistake.line) == ("landmarks.csv", 3)


def test_the_tombs_of_hue_are_found_without_a_map(session: Session) -> None:
    for words, name in (("lang khai dinh", "Lăng Khải Định"), ("Minh Mang tomb", "Lăng Minh Mạng")):
        assert found(session, HUE, words)[0].name == name


def test_the_streets_of_hue(session: Session) -> None:
    streets = [each.street for each in found(session, HUE, "nguyen hue") if each.street]
    assert "Nguyễn Huệ" in streets
