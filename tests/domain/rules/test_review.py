"""Gaps, rules that never win and ties: known cases, and against decisions over random reports."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, settings

from service.domain.kernel.conditions import Condition
from service.domain.rules.choice import RuleSet
from service.domain.rules.review import Cell, find_conflicts, find_gaps, find_shadowed
from service.domain.rules.rules import ReportFacts, Rule, Selector
from tests.domain.rules.cases import GROUND, PATHS, REPORTS, WARDS, rule, rule_sets
from tests.examples import examples

LOW = Condition("height_m", "lt", 4.5)
VERY_LOW = Condition("height_m", "lt", 3)
HIGH = Condition("height_m", "gte", 4.5)
VNPT = Condition("owner", "equals", "vnpt")
VIETTEL = Condition("owner", "equals", "viettel")
SPRING, SUMMER = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)


def _gaps(*rules: Rule) -> set[tuple[str, str]]:
    return {gap.cell for gap in find_gaps(RuleSet(rules), GROUND)}


def _shadowed(*rules: Rule) -> list[tuple[int, str, list[int]]]:
    found = find_shadowed(RuleSet(rules), GROUND)
    return [(shadow.rule.number, shadow.reason, [by.number for by in shadow.by]) for shadow in found]


def _conflicts(*rules: Rule) -> list[tuple[int, int, int]]:
    found = find_conflicts(RuleSet(rules), GROUND)
    return [(each.first.number, each.second.number, len(each.cells)) for each in found]


def test_without_rules_all_is_a_gap() -> None:
    assert _gaps() == {(category, ward) for category in PATHS for ward in WARDS}


def test_a_rule_for_the_tree_and_everywhere_fills_its_branch() -> None:
    assert _gaps(rule(1, "hanging_cable")) == {(c, w) for c in ("litter", "litter_bin") for w in WARDS}


def test_a_committee_that_is_not_there_leaves_a_gap() -> None:
    assert _gaps(rule(1, "hanging_cable"), rule(2, "litter", lead="ward")) == {
        ("litter", "19900"),
        ("litter_bin", "19900"),
    }


def test_a_rule_with_conditions_fills_a_cell_only_partly() -> None:
    rules = RuleSet([rule(1, "litter hanging_cable", areas="xã", when=(LOW,)), rule(2, areas="phường")])
    gaps = {gap.cell: [r.number for r in gap.partly] for gap in find_gaps(rules, GROUND)}
    assert gaps[Cell("cable_low", "19900")] == [1]
    assert gaps[Cell("litter", "19753")] == []
    assert Cell("cable_low", "19753") not in gaps


def test_a_lead_by_answer_fills_a_cell_only_partly() -> None:
    by_answer = rule(1, "litter", lead="attribute:owner")
    gaps = {gap.cell: gap.partly for gap in find_gaps(RuleSet([by_answer]), GROUND)}
    assert gaps[Cell("litter", "19753")] == (by_answer,)


def test_a_rule_beaten_everywhere_is_found_with_those_who_beat_it() -> None:
    assert _shadowed(rule(1, "cable_low", priority=1), rule(2, "cable_low", when=(LOW,))) == [
        (2, "beaten", [1]),
    ]
    by_area = (rule(1, areas="phường", priority=1), rule(3, areas="xã", priority=1), rule(2))
    assert _shadowed(*by_area) == [(2, "beaten", [1, 3])]
    assert _shadowed(*by_area[1:]) == []


def test_a_condition_shadows_only_what_implies_it() -> None:
    wide, narrow = rule(1, when=(LOW,)), rule(2, when=(VERY_LOW,))
    assert _shadowed(wide, narrow) == [(2, "beaten", [1])]
    assert _shadowed(rule(3, when=(LOW,)), narrow) == []
    assert _shadowed(rule(1, when=(HIGH,), priority=1), narrow) == []


def test_a_rule_that_may_lack_its_lead_shadows_nobody() -> None:
    assert _shadowed(rule(1, lead="attribute:owner", priority=1), rule(2)) == []
    assert _shadowed(rule(1, lead="unknown", priority=1), rule(2)) == [(1, "no_lead", [])]


def test_a_rule_shadows_only_while_it_is_in_force() -> None:
    spring = rule(1, priority=1, valid_from=SPRING, valid_to=SUMMER)
    assert _shadowed(spring, rule(2)) == []
    assert _shadowed(spring, rule(2, valid_from=SPRING)) == []
    assert _shadowed(spring, rule(2, valid_to=SUMMER)) == []
    assert _shadowed(spring, rule(2, valid_from=SPRING, valid_to=SUMMER)) == [(2, "beaten", [1])]


def test_rules_that_fit_nothing_are_found() -> None:
    assert _shadowed(rule(1, "unknown")) == [(1, "no_place", [])]
    assert _shadowed(rule(1, areas="99999")) == [(1, "no_place", [])]
    assert _shadowed(rule(1, when=(LOW, HIGH))) == [(1, "contradiction", [])]
    mapped = rule(1, lead="attribute:owner")
    assert _shadowed(mapped) == []
    nobody = Selector("attribute:owner", {"vnpt": "unknown"})
    odd = Rule(1, 1, 1, frozenset({"litter"}), nobody, "standard")
    assert _shadowed(odd) == [(1, "no_lead", [])]


def test_equally_specific_rules_that_say_different_things_are_a_conflict() -> None:
    assert _conflicts(rule(1), rule(2, lead="hepco")) == [(1, 2, 9)]
    assert _conflicts(rule(2, areas="19753"), rule(1, areas="19753 19777", policy="urgent")) == [(1, 2, 3)]


def test_what_decides_itself_is_no_conflict() -> None:
    assert _conflicts(rule(1), rule(2)) == []  # the same outcome
    assert _conflicts(rule(1), rule(2, "cable_low", lead="hepco")) == []
    assert _conflicts(rule(1, when=(VNPT,)), rule(2, when=(VIETTEL,), lead="hepco")) == []
    assert _conflicts(rule(1, when=(LOW,)), rule(2, when=(HIGH,), lead="hepco")) == []
    assert _conflicts(rule(1, valid_to=SPRING), rule(2, valid_from=SPRING, lead="hepco")) == []
    assert _conflicts(rule(1, areas="xã"), rule(2, areas="phường", lead="hepco")) == []


def test_conditions_that_may_meet_are_a_conflict() -> None:
    assert _conflicts(rule(1, when=(VNPT,)), rule(2, when=(LOW,), lead="hepco")) == [(1, 2, 9)]


@settings(max_examples=examples(100))
@given(rule_sets(), REPORTS)
def test_a_rule_that_never_wins_does_not_win(rules: list[Rule], report: ReportFacts) -> None:
    book = RuleSet(rules)
    winner = book.decide(report).rule
    assert winner is None or winner not in [shadow.rule for shadow in find_shadowed(book, GROUND)]


@settings(max_examples=examples(100))
@given(rule_sets(), REPORTS)
def test_a_report_without_rule_lies_in_a_gap(rules: list[Rule], report: ReportFacts) -> None:
    book = RuleSet(rules)
    gaps = {gap.cell: gap.partly for gap in find_gaps(book, GROUND)}
    decision = book.decide(report)
    cell = Cell(report.categories[-1], report.ward or "")
    if decision.rule is None:
        assert cell in gaps
    elif cell in gaps:
        assert decision.rule in gaps[cell]


@settings(max_examples=examples(100))
@given(rule_sets(), REPORTS)
def test_a_choice_by_number_alone_is_a_known_conflict(rules: list[Rule], report: ReportFacts) -> None:
    book = RuleSet(rules)
    decision = book.decide(report)
    pairs = {(each.first.number, each.second.number) for each in find_conflicts(book, GROUND)}
    for lost in decision.alternatives:
        if lost.reason == "number" and decision.rule and _says(lost.rule) != _says(decision.rule):
            assert (decision.rule.number, lost.rule.number) in pairs


def _says(one: Rule) -> tuple[object, ...]:
    return one.lead, one.policy
