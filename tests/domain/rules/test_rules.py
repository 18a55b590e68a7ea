"""Which rule wins and why: the cases of a city, and the whole order against a plain reading of it."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.kernel.conditions import Condition
from service.domain.rules.choice import Decision, RuleSet
from service.domain.rules.rules import ReportFacts, Rule, Selector
from tests.domain.rules.cases import REPORTS, facts, rule, rule_sets

LOW = Condition("height_m", "lt", 4.5)
OWNED = Condition("owner", "in", ("vnpt", "viettel"))


def _decide(rules: list[Rule], given: ReportFacts) -> Decision:
    return RuleSet(rules).decide(given)


def _number(decision: Decision) -> int | None:
    return decision.rule.number if decision.rule else None


def test_no_rule_decides_nothing() -> None:
    decision = _decide([rule(1, "litter")], facts("hanging_cable"))
    assert (decision.rule, decision.lead, decision.policy, decision.alternatives) == (None, None, None, ())


def test_a_rule_for_a_category_takes_what_is_below_it() -> None:
    rules = [rule(1, "hanging_cable"), rule(2, "cable_low")]
    assert _number(_decide(rules, facts("cable_low_live"))) == 2
    assert _number(_decide(rules, facts("hanging_cable"))) == 1


def test_each_step_of_the_order_beats_those_after_it() -> None:
    """From the strongest; each next rule would win by all that comes after its own step."""
    rules = [
        rule(9, "hanging_cable", priority=1),
        rule(8, "hanging_cable", when=(LOW,)),
        rule(7, "hanging_cable", areas="19753"),
        rule(6, "hanging_cable", areas="phường"),
        rule(5, "cable_low"),
        rule(4, "hanging_cable"),
        rule(10, "hanging_cable"),
    ]
    given = facts("cable_low", height_m=3)
    for first in range(len(rules)):
        left = rules[first:]
        Random(first).shuffle(left)
        assert _number(_decide(left, given)) == rules[first].number


def test_the_losers_say_at_which_step_and_by_what() -> None:
    rules = [
        rule(3, "cable_low", areas="19753 phường", when=(LOW,)),
        rule(4, "cable_low", areas="19753", when=(LOW,)),
        rule(2, "hanging_cable", areas="19753", when=(LOW,)),
        rule(5, "cable_low", areas="phường", when=(LOW,)),
        rule(6, "cable_low"),
        rule(1, "cable_low", priority=-2),
    ]
    decision = _decide(rules, facts("cable_low", height_m=3))
    assert _number(decision) == 3
    assert [(a.rule.number, a.reason, a.own, a.winner) for a in decision.alternatives] == [
        (4, "number", 4, 3),
        (2, "category", 1, 2),
        (5, "area", 1, 2),
        (6, "conditions", 0, 1),
        (1, "priority", -2, 0),
    ]


def test_the_newer_version_wins() -> None:
    decision = _decide([rule(1, version=2), rule(1, version=3)], facts())
    assert decision.rule is not None
    assert decision.rule.version == 3
    assert [(a.reason, a.own, a.winner) for a in decision.alternatives] == [("version", 2, 3)]


def test_without_a_ward_only_rules_for_everywhere_fit() -> None:
    rules = [rule(1, areas="19753"), rule(2, areas="phường"), rule(3)]
    assert _number(_decide(rules, facts(ward=None))) == 3


def test_kinds_of_unit() -> None:
    rules = [rule(1, areas="xã"), rule(2, areas="phường")]
    assert _number(_decide(rules, facts(ward="19900"))) == 1
    assert _number(_decide(rules, facts(ward="19777"))) == 2


def test_the_wards_committee_leads() -> None:
    decision = _decide([rule(1, lead="ward")], facts(ward="19777"))
    assert decision.lead == "ubnd-19777"


def test_a_rule_without_a_known_lead_stands_back() -> None:
    rules = [rule(1, areas="19900", lead="ward"), rule(2)]
    decision = _decide(rules, facts(ward="19900"))
    assert (_number(decision), decision.lead) == (2, "bcvt")
    assert [(a.rule.number, a.reason) for a in decision.alternatives] == [(1, "no_lead")]
    alone = _decide(rules[:1], facts(ward="19900"))
    assert alone.rule is None
    assert [a.reason for a in alone.alternatives] == ["no_lead"]


@pytest.mark.parametrize(
    ("answers", "executor"),
    [
        ({"owner": "vnpt"}, "vnpt"),
        ({"owner": "evn"}, "dienluc"),
        ({"owner": "viettel"}, None),  # not in the mapping
        ({"owner": "fpt"}, None),  # mapped to a department that is not known
        ({"owner": ["vnpt"]}, None),
        ({}, None),
    ],
)
def test_an_executor_by_answer(answers: dict[str, Any], executor: str | None) -> None:
    chosen = Selector("attribute:owner", {"vnpt": "vnpt", "evn": "dienluc", "fpt": "fpt"})
    assert _decide([rule(1, executor=chosen)], facts(**answers)).executor == executor


def test_an_answer_that_is_a_departments_code_needs_no_mapping() -> None:
    assert _decide([rule(1, executor="attribute:owner")], facts(owner="viettel")).executor == "viettel"
    assert _decide([rule(1, executor="attribute:owner")], facts(owner="nobody")).executor is None


def test_a_department_plays_one_part() -> None:
    decision = _decide([rule(1, supports="vnpt bcvt ward dienluc unknown vnpt", executor="vnpt")], facts())
    assert (decision.lead, decision.supports, decision.executor) == (
        "bcvt",
        ("ubnd-19753", "dienluc"),
        "vnpt",
    )
    assert _decide([rule(1, executor="bcvt")], facts()).executor is None


def test_rules_count_from_their_first_moment_until_before_their_last() -> None:
    begins, ends = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
    rules = RuleSet([rule(1, valid_from=begins, valid_to=ends)])

    def at(when: datetime | None) -> int | None:
        given = facts()
        return _number(
            rules.decide(
                ReportFacts(given.categories, given.ward, given.ward_kind, {}, given.departments, {}, when)
            )
        )

    assert [at(when) for when in (None, begins, datetime(2026, 3, 31, tzinfo=UTC))] == [1, 1, 1]
    assert [at(when) for when in (datetime(2026, 2, 28, tzinfo=UTC), ends)] == [None, None]


def test_what_did_not_fit_says_why() -> None:
    past = datetime(2026, 1, 1, tzinfo=UTC)
    future = datetime(2027, 1, 1, tzinfo=UTC)
    rules = RuleSet(
        [
            rule(1, areas="19900"),
            rule(2, when=(OWNED, LOW)),
            rule(3, valid_from=future),
            rule(4, valid_to=past),
            rule(5),
            rule(6, "litter"),
        ]
    )
    given = facts(owner="vnpt")
    at_noon = ReportFacts(
        given.categories,
        given.ward,
        given.ward_kind,
        given.attributes,
        given.departments,
        given.committees,
        datetime(2026, 6, 1, 12, tzinfo=UTC),
    )
    assert [(miss.rule.number, miss.reason, miss.condition) for miss in rules.misses(at_noon)] == [
        (1, "area", None),
        (2, "condition", LOW),
        (3, "not_yet", None),
        (4, "no_longer", None),
    ]


@given(rule_sets(), REPORTS)
def test_equals_a_plain_reading_of_the_order(rules: list[Rule], report: ReportFacts) -> None:
    decision = _decide(rules, report)
    expected = max((r for r in rules if _fits(r, report)), key=lambda r: _rank(r, report), default=None)
    assert decision.rule == expected


def _fits(one: Rule, report: ReportFacts) -> bool:
    return (
        not one.categories.isdisjoint(report.categories)
        and (not one.areas or not one.areas.isdisjoint({report.ward, report.ward_kind}))
        and all(condition.holds(report.attributes) for condition in one.when)
        and one.lead.select(report) is not None
    )


def _rank(one: Rule, report: ReportFacts) -> tuple[int, ...]:
    depth = max(place for place, code in enumerate(report.categories) if code in one.categories)
    area = 2 if report.ward in one.areas else 1 if report.ward_kind in one.areas else 0
    return one.priority, len(one.when), area, depth, -one.number


@given(rule_sets(), REPORTS, st.randoms(use_true_random=False))
def test_the_order_of_rules_in_the_set_is_nothing(
    rules: list[Rule], report: ReportFacts, chance: Random
) -> None:
    before = _decide(rules, report)
    chance.shuffle(rules)
    assert _decide(rules, report) == before


@given(rule_sets(), REPORTS)
def test_every_rule_for_the_category_is_accounted_for_once(rules: list[Rule], report: ReportFacts) -> None:
    book = RuleSet(rules)
    decision = book.decide(report)
    told = [a.rule.number for a in decision.alternatives] + [miss.rule.number for miss in book.misses(report)]
    if decision.rule:
        told.append(decision.rule.number)
    spoken_of = [r.number for r in rules if not r.categories.isdisjoint(report.categories)]
    assert sorted(told) == sorted(spoken_of)


@given(rule_sets())
def test_a_rule_survives_its_spec(rules: list[Rule]) -> None:
    for one in rules:
        assert Rule.of(one.spec(), id=one.id, number=one.number, version=one.version) == one


def test_a_full_rule_survives_its_spec() -> None:
    begins = datetime(2026, 3, 1, tzinfo=UTC)
    one = rule(
        12,
        "litter cable_low",
        areas="19753 xã",
        when=(LOW, OWNED),
        supports="ward dienluc",
        valid_from=begins,
    )
    assert Rule.of(one.spec(), id=one.id, number=12, version=1, valid_from=begins) == one


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"categories": ""}, "at least one category"),
        ({"number": 0}, "numbered from 1"),
        ({"version": 0}, "numbered from 1"),
        ({"policy": ""}, "policy"),
    ],
)
def test_a_rule_that_says_nothing_is_refused(change: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        rule(**({"number": 1} | change))


@pytest.mark.parametrize("code", ["", "attribute:"])
def test_a_selector_of_nobody_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="names a department"):
        Selector(code)


def test_a_mapping_without_a_question_is_refused() -> None:
    with pytest.raises(ValueError, match="mapping"):
        Selector("ward", {"a": "b"})
