"""Places as people in Huế type them, looked for in the real streets of the city."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from geo.distance import haversine_m
from geo.points import Point
from service.domain.city.search.places import find_places
from service.domain.city.search.words import place_key
from tests.domain.city.real_hue import RealHue

QUY_DON_HUNG_VUONG = (107.5953, 16.4632)
TYPED = [
    Path(__file__).with_name(name)
    for name in (
        "hue_120.tsv",
        "hue_more.tsv",
        "hue_beside.tsv",
        "hue_typed.tsv",
        "hue_fresh.tsv",
        "hue_short.tsv",
        "hue_said.tsv",
    )
]


def typed(files: list[Path]) -> Iterator[tuple[str, str]]:
    for line in (line for file in files for line in file.read_text(encoding="utf-8").splitlines()):
        if not line.startswith("#"):
            words, _, wanted = line.partition("\t")
            yield words, wanted


@pytest.mark.parametrize("files", [TYPED[:3], TYPED[3:]], ids=["elder", "younger"])
def test_the_right_place_comes_first(mapped_hue: RealHue, files: list[Path]) -> None:
    session, reference, locator = mapped_hue.session, mapped_hue.book.reference, mapped_hue.book.locator
    missed = []
    for words, wanted in typed(files):
        found = find_places(session, reference, locator, words)
        if not found or place_key(wanted) not in place_key(found[0].name):
            missed.append((words, wanted, [each.name for each in found[:3]]))
    count = len(list(typed(files)))
    assert count >= 380
    assert len(missed) <= 0.03 * count, missed


def test_what_is_told_of_a_place(mapped_hue: RealHue) -> None:
    session, reference, locator = mapped_hue.session, mapped_hue.book.reference, mapped_hue.book.locator
    for words, wanted in (("bv rhm", "Bệnh viện Răng Hàm Mặt Huế"), ("thị trấn tứ hạ", "Phường Tứ Hạ")):
        assert find_places(session, reference, locator, words)[0].name == wanted
    never_meet = find_places(session, reference, locator, "góc hai bà trưng với lý thường kiệt")
    assert [each.name for each in never_meet[:2]] == ["Hai Bà Trưng", "Lý Thường Kiệt"]  # as they were said
    [corner, *_] = find_places(session, reference, locator, "ngã tư Hùng Vương - Lê Quý Đôn")
    assert (corner.kind, corner.radius_m, corner.ward_name) == ("address", 40.0, "Phường Thuận Hóa")
    assert haversine_m(corner.lon, corner.lat, *QUY_DON_HUNG_VUONG) < 40
    assert (
        find_places(session, reference, locator, "góc Lê Lợi và Kim Long")[0].kind == "street"
    )  # never meet
    [bank] = [p for p in find_places(session, reference, locator, "103 le loi") if p.name == "103 Lê Lợi"]
    assert (bank.ward_name, bank.kind) == ("Phường Thuận Hóa", "address")
    assert bank.radius_m > 500  # no number of it is known but that it lies in this street
    [street, *others] = find_places(session, reference, locator, "nguyễn trường tộ")
    assert (street.kind, [each.kind for each in others]) == ("street", ["landmark"])  # a school of that name
    alleys = find_places(session, reference, locator, "kiet 5 chau son")
    assert [each.name for each in alleys] == ["Kiệt 5 Châu Sơn"]  # known, so not the number in the street too
    parks = find_places(session, reference, locator, "cong vien", limit=12)
    assert len(parks) == 12
    assert all(each.what == "park" for each in parks)
    [fuel, *_] = find_places(session, reference, locator, "cây xăng gần đây", near=Point(*QUY_DON_HUNG_VUONG))
    assert haversine_m(fuel.lon, fuel.lat, *QUY_DON_HUNG_VUONG) < 1500
    [known, *_] = find_places(session, reference, locator, "10 pham ngu lao")
    assert (known.ward_name, known.radius_m) == ("Phường Thuận Hóa", 25)


def test_a_kind_of_place_in_a_ward_is_the_ward_and_a_branch_is_told_from_its_road(
    mapped_hue: RealHue,
) -> None:
    session, reference, locator = mapped_hue.session, mapped_hue.book.reference, mapped_hue.book.locator
    for words, wanted in (
        ("trường tiểu học phường Đúc", "Phường Đúc"),
        ("dinh lang kim long", "Kim Long"),
        ("làng cổ Phước Tích", "Làng cổ Phước Tích"),
        ("ql 49a", "Quốc lộ 49"),
        ("quốc lộ 49A Phú Vang", "Quốc lộ 49"),
        ("ql 49b", "Quốc lộ 49B"),
    ):
        assert find_places(session, reference, locator, words)[0].name == wanted, words
    for words in ("trường mầm non Hoa Mai", "bệnh viện giao thông"):  # no map knows either
        found = find_places(session, reference, locator, words)
        assert not [each.name for each in found if each.kind == "street"], words


@pytest.mark.parametrize("words", ["tp huế", "thành phố Huế", "chợ Mai", "asdfgh qwerty"])
def test_what_no_map_knows_is_no_place(mapped_hue: RealHue, words: str) -> None:
    session, reference, locator = mapped_hue.session, mapped_hue.book.reference, mapped_hue.book.locator
    assert find_places(session, reference, locator, words) == []
