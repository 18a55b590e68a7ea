"""People go on saying the old names: each finds the unit it went into."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from service.domain.city.former_units import find_former_unit
from service.domain.configuration.cityload import load_city
from tests.domain.configuration.cityfile.cities import HUE, SHARED, write_city
from tests.support.examples import examples

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture
def hue(session: Session) -> Session:
    load_city(session, HUE, now=NOW)
    return session


def names(session: Session, text: str, district: str | None = None) -> list[str]:
    return [f"{m.name}, {m.district} → {m.area_name}" for m in find_former_unit(session, text, district)]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Phường Vỹ Dạ",
            "phường vỹ dạ",
            "Vỹ Dạ",
            "vy da",
            "VI DA",
            "Vĩ Dạ",
            "P. Vỹ Dạ",
            "p.vỹ dạ",
            "P Vỹ Dạ",
        ),
        *(
            "  Vỹ   Dạ ",
            "F. Vỹ Dạ",
            "Vỹ Dạ, Huế",
            "Vỹ Dạ, quận Thuận Hóa",
            "Vỹ Dạ thành phố Huế",
            "Vỹ Dạ TP. Huế",
        ),
        *("Vỹ Dạ quận Thuận Hoá", "Vỹ Dạ (TP Huế)", "xã Vỹ Dạ", "Vỹ Dạ; Thừa Thiên Huế"),
    ],
)
def test_a_name_is_found_however_it_is_written(text: str, hue: Session) -> None:
    assert names(hue, text) == ["Phường Vỹ Dạ, Quận Thuận Hóa → Phường Vỹ Dạ"]


def test_a_name_that_begins_with_the_word_for_a_ward(hue: Session) -> None:
    for text in ("Phường Đúc", "Phường Phường Đúc", "p. Phường Đúc", "phuong duc"):
        assert names(hue, text) == ["Phường Phường Đúc, Quận Thuận Hóa → Phường Thuận Hóa"]


def test_two_of_one_name_are_told_apart_by_their_district(hue: Session) -> None:
    trà = "Phường Hương Phong, Quận Thuận Hóa → Phường Hóa Châu"
    lưới = "Xã Hương Phong, Huyện A Lưới → Xã A Lưới 4"
    assert names(hue, "Hương Phong") == [trà, lưới]
    assert names(hue, "xã Hương Phong") == [lưới, trà]
    for text in (
        "Hương Phong, A Lưới",
        "xã Hương Phong huyện A Lưới",
        "huong phong a luoi",
        "Hương Phong, H. A Lưới",
    ):
        assert names(hue, text) == [lưới]
    assert names(hue, "Hương Phong", "Thuận Hóa") == [trà]
    assert names(hue, "Hương Phong", "Nơi khác") == [trà, lưới]


@pytest.mark.parametrize(
    "text", ["", ",", "Phường", "Vỹ", "Vỹ Dạ Đông", "Vỹ Dạ A Lưới", "Sài Gòn", "%", "_____"]
)
def test_what_is_no_former_unit_finds_nothing(text: str, hue: Session) -> None:
    assert find_former_unit(hue, text) == []


def test_every_unit_of_the_register_finds_its_new_one(hue: Session) -> None:
    with (SHARED / "areas" / "hue_ward_old_to_new.csv").open(encoding="utf-8") as file:
        register = list(csv.DictReader(file))
    for row in register:
        found = find_former_unit(hue, f"{row['old_name']}, {row['old_district']}")
        assert row["old_code"] in {match.code for match in found}
        assert found[0].area_name == row["new_name"]


def test_without_a_city_nothing_is_found(session: Session) -> None:
    assert find_former_unit(session, "Vỹ Dạ") == []


@given(text=st.text(max_size=40))
@settings(
    max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_text_is_answered(text: str, session: Session, tmp_path: Path) -> None:
    if not (tmp_path / "city").exists():
        load_city(session, write_city(tmp_path / "city"), now=NOW)
    assert isinstance(find_former_unit(session, text), list)
