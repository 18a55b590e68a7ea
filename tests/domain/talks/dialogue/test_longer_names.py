"""Places whose name is a part of a longer one that was said: the longer is meant, or asked for."""

from __future__ import annotations

import pytest

from service.domain.talks.dialogue.dialogue import IN_WARD
from service.domain.talks.dialogue.longer import longer_name
from service.domain.talks.dialogue.state import DialogueState
from tests.domain.city.real_hue import RealHue
from tests.domain.talks.dialogue.test_real_streets import asked, say


@pytest.mark.parametrize(
    ("name", "text", "longer"),
    [
        ("Cầu Kho", "ổ gà ngay cầu Kho Rèn, xe té hoài", "cầu Kho Rèn"),
        ("Cầu Kho", "o ga o cau kho ren", "cau kho ren"),
        ("Cầu Kho", "ổ gà cầu kho rèn\nrác ở cầu kho", ""),  # both were said
        ("Cầu Kho", "cầu kho dán đầy quảng cáo", ""),
        ("Cầu Kho", "cầu kho nước ngập", ""),
        ("Cầu Kho", "ở cầu kho, Rèn cửa sắt ồn quá", ""),
        ("Ga Huế", "rác trước ga huế đêm nào cũng có", ""),
        ("Chợ An Cựu", "rác chợ An Cựu Tây chưa dọn", "chợ An Cựu Tây"),
        ("Chợ An Cựu", "rác chợ An Cựu Hùng Vương chưa dọn", ""),  # a street beside it
        ("Chợ An Cựu", "rác chợ an cựu heo chết", ""),
        ("Chợ Đông Ba", "RÁC Ở CHỢ ĐÔNG BA ĐẦY RA", ""),
        ("Cầu Kho", "ngập ở cầu kho đạn, xe chết máy", "cầu kho đạn"),  # by its marks no “dân”, no “dán”
        ("Cầu Kho", "cầu kho dân kêu quá trời", ""),
        ("Cầu Kho", "rác cầu kho đổ đầy ra đó", ""),
        ("Cầu Bến Ngự", "ổ gà ở cầu bến ngự trên", "cầu bến ngự trên"),
        ("Cầu Bến Ngự", "cau ben ngu tren bi ngap", "cau ben ngu tren"),
        ("Cầu Bến Ngự", "rác cầu bến ngự trên đường phan bội châu", ""),
        ("Chợ An Cựu", "rác ở chợ an cựu mới\nchưa ai dọn", "chợ an cựu mới"),
        ("Chợ An Cựu", "chợ an cựu mới mưa đã ngập", ""),
    ],
)
def test_what_goes_on_behind_a_name(name: str, text: str, longer: str) -> None:
    assert longer_name(name, text) == longer


def test_a_park_is_not_in_the_street_that_has_its_name() -> None:
    text = "ghế đá công viên Lý Tự Trọng gãy"
    assert longer_name("Lý Tự Trọng", text, street=True) == "công viên Lý Tự Trọng"
    assert longer_name("Lý Tự Trọng", "rác ở lý tự trọng", street=True) == ""
    assert longer_name("Lê Lợi", "rác trường tiểu học lê lợi", street=True) == "trường tiểu học lê lợi"


def test_the_longer_name_wins_or_is_asked_for_in_the_real_city(mapped_hue: RealHue) -> None:
    hue = mapped_hue
    turn = say(hue, DialogueState(), "ổ gà ở cầu Kho Rèn")
    assert (asked(turn), turn.says[0].values, turn.link) == (IN_WARD, {"area": "cầu Kho Rèn"}, True)
    spot = say(hue, turn.state, "phường thuận hóa").state.spot
    assert spot is not None and spot.address == "cầu Kho Rèn, Phường Thuận Hóa"
    spot = say(hue, DialogueState(), "ổ gà ở cầu kho").state.spot
    assert spot is not None and spot.address == "Cầu Kho, Phường Phú Xuân"
    street = say(hue, DialogueState(), "rác ở huyền trân công chúa").state
    assert street.street is not None and street.street.address.startswith("Huyền Trân Công Chúa, ")
    assert street.spot is None, "a café is called Huyền Trân"
    park = say(hue, DialogueState(), "rác ở công viên Lý Tự Trọng").state
    assert (park.spot, park.unplaced) == (None, "công viên Lý Tự Trọng")
