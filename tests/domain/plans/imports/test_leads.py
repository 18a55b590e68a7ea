"""Leads by the names that plans give them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service.domain.city.reference import Reference
from service.domain.plans.imports.leads import understand_lead
from service.domain.plans.imports.units import city_directory
from tests.domain.plans.imports.papers import units


@pytest.mark.parametrize(
    ("words", "lead", "supports"),
    [
        ("Phòng TTBCXB", "so-khcn.ttbcxb", ()),
        ("phong buu chinh vien thong", "so-khcn.bcvt", ()),
        ("Thanh tra Sở", "so-khcn.thanh-tra", ()),
        ("Trung tâm IOC", "ioc", ()),
        ("Ủy ban nhân dân phường Thuận Hoá", "thuan-hoa", ()),
        ("Công an thành phố", "catp", ()),
        (
            "Trung tâm Giám sát, điều hành đô thị thông minh phối hợp với Sở Văn hóa và Thể thao, Viettel",
            "ioc",
            ("so-vhtt", "viettel"),
        ),
        ("Chủ trì: Sở Xây dựng; phối hợp: Sở VHTT và Sở KHCN", "so-xd", ("so-vhtt", "so-khcn")),
        ("Sở Xây dựng chủ trì, phối hợp với UBND các phường, xã", "so-xd", ()),
        ("- Sở Xây dựng (chủ trì)", "so-xd", ()),
    ],
)  # fmt: skip
def test_these_words_name_a_clear_lead(words: str, lead: str, supports: tuple[str, ...]) -> None:
    who = understand_lead(words, "", units())
    assert who.lead is not None and who.lead_clear and who.supports_clear
    assert (who.lead.code, tuple(each.code for each in who.supports if each.code)) == (lead, supports)


@pytest.mark.parametrize(
    "words", ["Toàn bộ CBCCVC", "Các phòng", "Các phòng, đơn vị", "UBND các phường, xã", "Các sở, ban, ngành"]
)
def test_words_for_everybody_name_no_lead(words: str) -> None:
    who = understand_lead(words, "", units())
    assert who.everyone and who.lead is None and who.lead_clear and not who.supports


def test_a_slash_is_to_be_decided() -> None:
    who = understand_lead("Thanh tra/ Phòng BCVT/ Phòng TTBCXB", "", units())
    assert who.lead is not None and who.lead.code == "so-khcn.thanh-tra" and not who.lead_clear
    assert [each.code for each in who.supports] == ["so-khcn.bcvt", "so-khcn.ttbcxb"]


def test_letters_that_differ_are_proposed_never_taken() -> None:
    for words, code in (
        ("Sở Xay dụgn", "so-xd"),
        ("Phòng BCVH", "so-khcn.bcvt"),
        ("UBND phường Vĩ Dạ", "vy-da"),
    ):
        who = understand_lead(words, "", units())
        assert who.lead is not None and who.lead.code == code and not who.lead_clear


def test_a_unit_that_nobody_knows_is_kept_and_asked_for() -> None:
    who = understand_lead("Đoàn Thanh niên phối hợp Công đoàn", "", units())
    assert who.lead is not None and who.lead.code is None and who.lead.words == "Đoàn Thanh niên"
    assert not who.lead_clear and not who.supports_clear
    known = understand_lead("Đoàn Thanh niên", "", units(ioc=["Đoàn Thanh niên"]))
    assert known.lead is not None and known.lead.code == "ioc" and known.lead_clear


def test_names_that_the_city_lists_for_a_unit_are_understood(reference: Reference) -> None:
    config = reference.config.model_copy(update={"unit_aliases": {"Tổ Dây nhợ": "city-cables"}})
    for city, code in ((reference, None), (replace(reference, config=config), "city-cables")):
        who = understand_lead("tổ dây nhợ", "", city_directory(city, frozenset()))
        assert who.lead is not None and (who.lead.code, who.lead_clear) == (code, code is not None)
