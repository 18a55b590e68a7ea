"""Some places of Huế, without a database, ranked as the search does."""

from __future__ import annotations

from functools import cache
from typing import Any

from geo.points import BBox
from service.domain.city.search.places import NamedPlace
from service.domain.city.search.ranking import PlaceCandidate, best_matches
from service.domain.city.search.readings import read_words
from service.domain.city.search.words import place_key, street_key

BOX = BBox(107.00, 15.98, 108.25, 16.78)
WARDS = ("Phường Thuận Hóa", "Phường Vỹ Dạ", "Phường An Cựu", "Phường Phú Xuân", "Phường Kim Long")
# Street, its ward, and how far it reaches in metres.
STREETS = (
    ("Lê Lợi", "Phường Thuận Hóa", 1100),
    ("Nguyễn Huệ", "Phường Thuận Hóa", 700),
    ("Hùng Vương", "Phường Thuận Hóa", 800),
    ("Bà Triệu", "Phường Thuận Hóa", 900),
    ("Phạm Văn Đồng", "Phường Vỹ Dạ", 1300),
    ("Nguyễn Sinh Cung", "Phường Vỹ Dạ", 1200),
    ("Tuy Lý Vương", "Phường Vỹ Dạ", 250),
    ("Hàn Mặc Tử", "Phường Vỹ Dạ", 280),
    ("Đào Duy Anh", "Phường Phú Xuân", 290),
    ("Mai Thúc Loan", "Phường Phú Xuân", 600),
    ("Đinh Tiên Hoàng", "Phường Phú Xuân", 900),
    ("Nguyễn Trãi", "Phường Phú Xuân", 1000),
    ("Chi Lăng", "Phường Phú Xuân", 1100),
    ("Trần Hưng Đạo", "Phường Phú Xuân", 800),
    ("An Dương Vương", "Phường An Cựu", 900),
    ("Hoàng Quốc Việt", "Phường An Cựu", 290),
    ("Ngự Bình", "Phường An Cựu", 270),
    ("Kim Long", "Phường Kim Long", 1500),
    ("Vạn Xuân", "Phường Kim Long", 290),
    ("Võ Thị Sáu", "Phường Thuận Hóa", 200),
    ("Phạm Ngũ Lão", "Phường Thuận Hóa", 180),
    ("Chu Văn An", "Phường Thuận Hóa", 190),
)
LANDMARKS = (
    ("Chợ Đông Ba", "market", "Phường Phú Xuân"),
    ("Chợ An Cựu", "market", "Phường An Cựu"),
    ("Cầu Trường Tiền", "bridge", "Phường Thuận Hóa"),
    ("Trường Quốc Học", "school", "Phường Thuận Hóa"),
    ("Bệnh viện Trung ương Huế", "hospital", "Phường Thuận Hóa"),
    ("Công viên Thương Bạc", "park", "Phường Phú Xuân"),
)


def search(words: str) -> list[NamedPlace]:
    """Return the places that the words may mean, best first."""
    readings = read_words(words, _units(), "hue")
    found = []
    for match in best_matches(_candidates(), readings) if readings else ():
        thing: Any = match.candidate.thing
        name, ward, reach_m, kind = thing
        if kind != "street":
            found.append(NamedPlace(name, ward, ward, 107.58, 16.46, reach_m, kind=kind))
            continue
        said = match.reading.address(name)
        exact = 25.0 if match.reading.house in _KNOWN.get(name, ()) else reach_m
        found.append(NamedPlace(said, ward, ward, 107.58, 16.46, exact, street=said, kind="street"))
    return found


_KNOWN = {"Lê Lợi": ("12", "45", "60"), "Nguyễn Huệ": ("20",), "Bà Triệu": ("117",), "Chi Lăng": ("88",)}
"""House numbers whose place is known."""


@cache
def _units() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for ward in WARDS:
        for key in (place_key(ward), place_key(ward.removeprefix("Phường "))):
            found[key] = frozenset({ward})
    return found


@cache
def _candidates() -> tuple[PlaceCandidate, ...]:
    streets = (
        PlaceCandidate("street", "street", street_key(name), 1, (name, ward, float(reach), "street"))
        for name, ward, reach in STREETS
    )
    landmarks = (
        PlaceCandidate("landmark", kind, place_key(name), 1, (name, ward, 60.0, "landmark"))
        for name, kind, ward in LANDMARKS
    )
    wards = (
        PlaceCandidate("ward", "ward", key, 1, (ward, ward, 1800.0, "ward"))
        for ward in WARDS
        for key in (place_key(ward), place_key(ward.removeprefix("Phường ")))
    )
    return (*streets, *landmarks, *wards)
