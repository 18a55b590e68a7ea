"""Kinds found by what people in Huế type, and words of danger; `suggest.test.ts` asks the phone the same."""

from __future__ import annotations

import pytest

from service.domain.city.danger_words import find_danger
from service.domain.city.kind_search import best_match, find_kinds, plain_phrase
from service.domain.city.reference import Reference
from tests.domain.city.city_configs import SMALLEST
from tests.domain.city.hue_kinds import categories, dangers


@pytest.fixture(scope="module")
def hue() -> Reference:
    views = {view.id: view for view in categories()}
    return Reference(1, "hue", {}, "Asia/Ho_Chi_Minh", "HUE", SMALLEST, views, {}, {})


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("ổ gà", "pavement_order.road_damage"),
        ("o ga", "pavement_order.road_damage"),
        ("Ổ GÀ trước nhà", "pavement_order.road_damage"),
        ("ồn ào", "pollution.noise"),
        ("o to dau le duong", "pavement_order.parking"),
        ("cột điện sắp đổ", "hanging_cable.pole"),
        ("cây sắp đổ", "fallen_tree.leaning"),
        ("rác", "litter"),
        ("thùng rá", "litter.bin_overflow"),
        ("trash", "litter"),
        ("kẹt xe", "other"),
        ("mất nước", "other"),
        ("mat dien", "other"),
        ("muỗi nhiều quá", "other"),
        ("công viên", "other"),
        ("graffiti", "other"),
    ],
)
def test_best_kind_comes_first(hue: Reference, typed: str, first: str) -> None:
    assert find_kinds(hue, typed)[0].code == first


def test_letters_within_other_words_are_no_match(hue: Reference) -> None:
    assert [each.code for each in find_kinds(hue, "ổ gà")] == ["pavement_order.road_damage"]
    assert find_kinds(hue, " ?! ") == []
    assert find_kinds(hue, "đĩa bay") == []


@pytest.mark.parametrize(
    ("phrase", "typed", "rank"),
    [
        ("o ga", "o ga", 0),
        ("o ga lon", "o ga", 1),
        ("co o ga", "o ga", 2),
        ("o ga", "co o ga o day", 3),
        ("thung rac", "thung ra", 4),
        ("day dien dut", "dut mot day dien", 5),
        ("quang cao", "uang", 6),
        ("quang cao", "ua", None),
        ("mat nap", "mat nuoc", None),
    ],
)
def test_whole_words_come_before_parts(phrase: str, typed: str, rank: int | None) -> None:
    found = best_match([plain_phrase(phrase)], plain_phrase(typed))
    assert (found.rank if found else None) == rank


@pytest.mark.parametrize(
    ("said", "call"),
    [
        ("điện giật chết người", "114"),
        ("đang cháy nhà", "114"),
        ("Nhà bên cạnh đang CHÁY lớn", "114"),
        ("nha dang chay", "114"),
        ("có người bị thương", "115"),
        ("Dây điện đứt nằm giữa đường", "114"),
        ("dây điện trước nhà bị đứt", "114"),
        ("day dien roi xuong duong", "114"),
        ("nước ngập quá đầu gối", "114"),
        ("một em bé đuối nước", "114"),
        ("cột điện sắp đổ", "114"),
        ("hai nhóm đánh nhau", "113"),
        ("someone is drowning", "114"),
    ],
)
def test_danger_names_whom_to_call(said: str, call: str) -> None:
    assert call in find_danger(dangers(), said)


@pytest.mark.parametrize(
    "said", ["", "xe đang chạy ngược chiều", "đèn đường cháy bóng", "rác đầy thùng", "nước chảy chậm"]
)
def test_everyday_words_are_no_danger(said: str) -> None:
    assert find_danger(dangers(), said) == ()
    assert find_danger((), "đang cháy nhà") == ()
