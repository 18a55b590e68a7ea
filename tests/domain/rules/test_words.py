"""The sentences that explain a decision, in both languages."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from service.domain.kernel.conditions import Condition
from service.domain.rules.choice import RuleSet
from service.domain.rules.rules import Selector
from service.domain.rules.words import (
    condition_words,
    explain,
    explain_alternative,
    explain_miss,
    lower_first,
)
from service.i18n import Language
from tests.domain.rules.cases import facts, rule

CATEGORIES = {"hanging_cable": ("Cáp, dây treo", "Hanging cable"), "litter": ("Rác thải", "Litter")}
WARDS = {
    "19753": ("Phường Phú Xuân", "Phú Xuân Ward"),
    "19777": ("Phường Thuận Hóa", "Thuận Hóa Ward"),
}
DEPARTMENTS = {
    "bcvt": ("Phòng BCVT", "Telecom Office"),
    "vnpt": ("VNPT", "VNPT"),
    "dienluc": ("Điện lực", "Power Company"),
    "ubnd-19777": ("UBND phường Thuận Hóa", "Thuận Hóa Committee"),
}
QUESTIONS = {"owner": ("Chủ sở hữu", "Owner"), "height_m": ("Độ cao", "Height")}


class _Names:
    def category(self, code: str, language: Language) -> str:
        return CATEGORIES[code][language == "en"]

    def ward(self, code: str, language: Language) -> str:
        return WARDS[code][language == "en"]

    def department(self, code: str, language: Language) -> str:
        return DEPARTMENTS[code][language == "en"]

    def question(self, path: Sequence[str], code: str, language: Language) -> str:
        assert path
        return QUESTIONS[code][language == "en"]

    def answer(self, path: Sequence[str], code: str, key: str, language: Language) -> str:
        return {"vnpt": "VNPT", "none": "Không rõ" if language == "vi" else "Unknown"}[key]


NAMES = _Names()


def test_the_sentence_of_the_handbook() -> None:
    by_owner = Selector("attribute:owner")
    decision = RuleSet([rule(12, executor=by_owner)]).decide(facts(ward="19777", owner="vnpt"))
    assert explain(decision, NAMES, "vi") == (
        "Quy tắc 12: cáp, dây treo tại phường Thuận Hóa → Phòng BCVT chủ trì, VNPT thực hiện"
    )
    assert explain(decision, NAMES, "en") == (
        "Rule 12: hanging cable in Thuận Hóa Ward → Telecom Office leads, VNPT does the work"
    )


def test_supports_and_conditions_are_told() -> None:
    low = Condition("height_m", "lt", 4.5)
    owned = Condition("owner", "in", ("vnpt", "none"))
    rules = RuleSet([rule(14, when=(owned, low), supports="dienluc ward")])
    decision = rules.decide(facts(ward="19777", owner="vnpt", height_m=3))
    assert explain(decision, NAMES, "vi") == (
        "Quy tắc 14: cáp, dây treo (chủ sở hữu: VNPT hoặc Không rõ; độ cao dưới 4,5) tại phường Thuận Hóa"
        " → Phòng BCVT chủ trì, Điện lực và UBND phường Thuận Hóa phối hợp"
    )
    assert explain(decision, NAMES, "en") == (
        "Rule 14: hanging cable (owner: VNPT or Unknown; height below 4.5) in Thuận Hóa Ward"
        " → Telecom Office leads, Power Company and Thuận Hóa Committee in support"
    )


def test_without_a_rule_it_is_said_that_a_coordinator_decides() -> None:
    decision = RuleSet([]).decide(facts("litter"))
    assert explain(decision, NAMES, "vi") == (
        "Chưa có quy tắc cho rác thải tại phường Phú Xuân: điều phối viên quyết định"
    )
    assert explain(decision, NAMES, "en") == "No rule for litter in Phú Xuân Ward: a coordinator decides"


def test_without_a_ward_no_place_is_told() -> None:
    rules = RuleSet([rule(3)])
    assert explain(rules.decide(facts(ward=None)), NAMES, "vi") == (
        "Quy tắc 3: cáp, dây treo → Phòng BCVT chủ trì"
    )
    assert explain(rules.decide(facts("litter", ward=None)), NAMES, "en") == (
        "No rule for litter: a coordinator decides"
    )


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "vi",
            [
                "Quy tắc 4 cụ thể ngang với quy tắc 3 nhưng mang số lớn hơn",
                "Quy tắc 5 áp dụng cho khu vực rộng hơn",
                "Quy tắc 6 xét ít điều kiện hơn (0 so với 1)",
            ],
        ),
        (
            "en",
            [
                "Rule 4 is as specific as rule 3 but has the higher number",
                "Rule 5 is for a wider area",
                "Rule 6 looks at fewer conditions (0 against 1)",
            ],
        ),
    ],
)
def test_why_the_others_lost(language: Language, sentences: list[str]) -> None:
    owned = (Condition("owner", "present"),)
    rules = RuleSet(
        [
            rule(3, areas="19753", when=owned),
            rule(4, areas="19753", when=owned),
            rule(5, areas="phường", when=owned),
            rule(6),
        ]
    )
    decision = rules.decide(facts(owner="vnpt"))
    assert [explain_alternative(lost, language) for lost in decision.alternatives] == sentences


def test_why_others_did_not_fit() -> None:
    given = facts()
    misses = RuleSet([rule(1, areas="19777"), rule(2, when=(Condition("owner", "equals", "vnpt"),))]).misses(
        given
    )
    told = [[explain_miss(miss, given.categories, NAMES, lang) for miss in misses] for lang in ("vi", "en")]
    assert told == [
        ["Quy tắc 1 không áp dụng tại nơi này", "Quy tắc 2 chỉ áp dụng khi: chủ sở hữu: VNPT"],
        ["Rule 1 is not for this place", "Rule 2 is only for: owner: VNPT"],
    ]


@pytest.mark.parametrize(
    ("condition", "vi", "en"),
    [
        (Condition("height_m", "gte", 3), "độ cao từ 3 trở lên", "height 3 or more"),
        (Condition("height_m", "gt", 3.5), "độ cao trên 3,5", "height above 3.5"),
        (Condition("owner", "present"), "có trả lời “chủ sở hữu”", "“owner” is answered"),
        (Condition("owner", "absent"), "không trả lời “chủ sở hữu”", "“owner” is not answered"),
    ],
)
def test_conditions_in_words(condition: Condition, vi: str, en: str) -> None:
    assert condition_words(condition, ("hanging_cable",), NAMES, "vi") == vi
    assert condition_words(condition, ("hanging_cable",), NAMES, "en") == en


@pytest.mark.parametrize(
    ("text", "inside"),
    [("Cáp", "cáp"), ("Đèn đường", "đèn đường"), ("UBND phường", "UBND phường"), ("", ""), ("X", "x")],
)
def test_the_first_letter_inside_a_sentence(text: str, inside: str) -> None:
    assert lower_first(text) == inside
