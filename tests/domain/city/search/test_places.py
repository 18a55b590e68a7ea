"""Places by name: wards, what they were before, and streets with a house number."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from service.domain.city.reference import load_reference
from service.domain.city.search.places import NamedPlace, find_places
from service.domain.city.wards import load_locator
from service.domain.configuration.cityfile.checks.whole import check_folder
from service.domain.configuration.cityload import load_city
from tests.domain.configuration.cityfile.cities import HUE, write_city

STREETS = """\
# the main ones
name,district,lon,lat,radius_m
Lê Lợi,Thành phố Mẫu,105.5,9.5,900
Lê Lợi,Huyện Bên,105.6,9.4,
23/8,,105.5,9.5,900
Đống Đa,,105.5,9.5,900
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = write_city(tmp_path / "city")
    (folder / "streets.csv").write_text(STREETS, encoding="utf-8")
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
def test_streets(session: Session, place: Path, words: str, streets: list[str]) -> None:
    assert [each.street for each in found(session, place, words) if each.street] == streets


def test_a_street_tells_how_far_it_may_be_and_where_it_was(session: Session, place: Path) -> None:
    near, far = found(session, place, "le loi")
    assert {near.district, far.district} == {"Thành phố Mẫu", "Huyện Bên"}
    assert {near.radius_m, far.radius_m} == {900, 1000}


def test_what_is_wrong_with_the_streets_is_told_with_its_line(place: Path) -> None:
    (place / "streets.csv").write_text(STREETS.replace("105.6,9.4", "505.6,9.4"), encoding="utf-8")
    [mistake] = check_folder(place).errors
    assert (mistake.file, mistake.line) == ("streets.csv", 4)


def test_the_streets_of_hue(session: Session) -> None:
    streets = [each.street for each in found(session, HUE, "nguyen hue") if each.street]
    assert "Nguyễn Huệ" in streets
