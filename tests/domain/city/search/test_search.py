"""Search among made-up streets: numbers, alleys, wards beside streets, typing errors."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from shapely.geometry import MultiLineString, Point
from sqlalchemy.orm import Session

from geo.mapfile.parts import FeatureNames, House, LandmarkPart, MapParts, StreetFeature
from geo.points import Point as Place
from service.domain.city.reference import load_reference
from service.domain.city.search.likeness import likeness
from service.domain.city.search.places import NamedPlace, find_places
from service.domain.city.search.readings import read_words
from service.domain.city.wards import load_locator
from service.domain.configuration.mapload import Source, load_map
from tests.support.small_city import make_small_city

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def street(name: str, west: float, east: float, lat: float, *, bridge: bool = False) -> StreetFeature:
    line = MultiLineString([[(west, lat), (east, lat)]])
    return StreetFeature(FeatureNames(name), "primary", bridge, FeatureNames(), line)


def landmark(name: str, kind: str, lon: float, lat: float, *others: str) -> LandmarkPart:
    return LandmarkPart(FeatureNames(name, others), kind, 1, Point(lon, lat), 30.0)


PARTS = MapParts(
    streets=[
        street("Đường Mai Thanh", 107.51, 107.59, 16.42),
        street("Kiệt 12 Mai Thanh", 107.520, 107.521, 16.421),
        street("Cầu Bạch Hạc", 107.549, 107.551, 16.43, bridge=True),
        street("Đường 7 Tháng 5", 107.56, 107.57, 16.44),
    ],
    landmarks=[
        landmark("Chợ Bạch Hạc", "market", 107.54, 16.43),
        landmark("Trường Tiểu học Mai Thanh", "school", 107.53, 16.44, "Trường Làng"),
    ],
    houses=[House("8", "Mai Thanh", Point(107.58, 16.42))],
)


@pytest.fixture
def city(session: Session) -> Session:
    make_small_city(session)
    session.flush()
    load_map(session, PARTS, dict.fromkeys(("street", "landmark"), Source("x", "")), now=NOW)
    return session


def found(city: Session, words: str, near: Place | None = None) -> list[NamedPlace]:
    reference = load_reference(city)
    return find_places(city, reference, load_locator(city, reference), words, near=near)


@pytest.mark.parametrize(
    ("words", "name", "kind"),
    [
        ("mai thanh", "Mai Thanh", "street"),
        ("đường Mai Thanh", "Mai Thanh", "street"),
        ("maithanh", "Mai Thanh", "street"),
        ("mia thanh", "Mai Thanh", "street"),
        ("20 mai thanh", "20 Mai Thanh", "address"),
        ("mai thanh so 20", "20 Mai Thanh", "address"),
        ("k 7 mai thanh", "Kiệt 7 Mai Thanh", "address"),
        ("k12 mai thanh", "Kiệt 12 Mai Thanh", "street"),
        ("3 kiệt 12 Mai Thanh", "3 Kiệt 12 Mai Thanh", "address"),
        ("3/12 mai thanh", "3/12 Mai Thanh", "address"),
        ("7/5", "Đường 7 Tháng 5", "street"),
        ("cau bach hac", "Cầu Bạch Hạc", "landmark"),
        ("bach hac market", "Chợ Bạch Hạc", "landmark"),
        ("truong tieu hoc mai thanh", "Trường Tiểu học Mai Thanh", "landmark"),
        ("truong lang", "Trường Tiểu học Mai Thanh", "landmark"),
        ("cho bach hac mai thanh", "Mai Thanh", "street"),  # no market stands there
        ("truong lang 20 mai thanh", "20 Mai Thanh", "address"),
        ("rac truoc cong cho bach hac", "Chợ Bạch Hạc", "landmark"),
        ("k7 mt", "Kiệt 7 Mai Thanh", "address"),
        ("to 3 khu vuc 2 mai thanh", "Mai Thanh", "street"),
        ("chợ gần nhất", "Chợ Bạch Hạc", "landmark"),
        ("duong 7 thang 5", "Đường 7 Tháng 5", "street"),
    ],
)
def test_the_first_place(city: Session, words: str, name: str, kind: str) -> None:
    first = found(city, words)[0]
    assert (first.name, first.kind) == (name, kind)


def test_a_street_in_two_wards_is_two_places_the_nearest_first(city: Session) -> None:
    def wards(*asked: object) -> list[str]:
        return [p.ward_code for p in found(city, *asked) if p.name == "20 Mai Thanh"]  # type: ignore[arg-type]

    assert sorted(wards("20 mai thanh")) == ["W1", "W2"]
    assert wards("20 mai thanh", Place(107.585, 16.42))[0] == "W2"
    assert wards("20 mai thanh", Place(107.512, 16.42))[0] == "W1"
    first = found(city, "20 mai thanh")[0]
    assert first.wards == 2
    assert 1500 < first.radius_m < 2500


def test_a_known_house_is_one_place(city: Session) -> None:
    first = found(city, "8 mai thanh")[0]
    assert first.lon == pytest.approx(107.58)
    assert (first.ward_code, first.radius_m) == ("W2", 25)
    assert [p.name for p in found(city, "8 mai thanh")].count("8 Mai Thanh") == 1


@pytest.mark.parametrize("words", ["", " ", "12", "...", "zzzz qqqq", "đường", "%_\\", "'; --", "😀"])
def test_nothing_is_no_place(city: Session, words: str) -> None:
    assert found(city, words) == []


def test_words_are_read_in_several_ways() -> None:
    units = {"dong": frozenset({"W2"}), "phuong dong": frozenset({"W2"})}
    first, *others = read_words("số 5 kiệt 12 Mai Thanh p. Đông", units, "mau")
    ways = {(r.house, r.alley, r.name, tuple(r.wards)) for r in (first, *others)}
    assert ("5", "kiệt 12", "mai thanh", ("W2",)) in ways
    assert ("5", "", "kiet 12 mai thanh", ("W2",)) in ways
    assert len(read_words("a " * 500, units, "mau")) < 20
    assert ("14", "dong") in {(r.house, r.name) for r in read_words("đông 14", units, "mau")}


def test_typing_errors_cost_little_and_numbers_all() -> None:
    name = ("kiet", "12", "mai", "thanh")
    assert likeness(name, name) == 1
    assert likeness(("kiet", "12", "mia", "thanh"), name) > 0.85
    assert likeness(("kiet", "21", "mai", "thanh"), name) < 0.7
    assert likeness(("hoang", "hon"), name) < 0.3
