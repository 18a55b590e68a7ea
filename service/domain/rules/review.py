"""Review of a set of rules as a whole: gaps, rules that can never win, ties. Pure; for the editor.

A cell is one category in one ward. Departments and committees are given as to a decision.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from service.domain.kernel.conditions import contradict, implies, single_answer_excludes
from service.domain.rules.choice import Candidate, RuleSet
from service.domain.rules.rules import ReportFacts, Rule

SPECIFICITY = 4
"""So many first parts of a key make two rules equally specific; the rest only breaks the tie."""

ShadowReason = Literal["no_place", "contradiction", "no_lead", "beaten"]


@dataclass(frozen=True, slots=True)
class Ground:
    """Ground on which rules are judged: every category with its path from the root, every ward with
    its kind.
    """

    categories: Mapping[str, tuple[str, ...]]
    wards: Mapping[str, str]
    departments: Container[str]
    committees: Mapping[str, str]

    def facts(self, category: str, ward: str) -> ReportFacts:
        """Return a report of that cell that answers nothing."""
        return ReportFacts(
            self.categories[category], ward, self.wards[ward], {}, self.departments, self.committees
        )


class Cell(NamedTuple):
    """Category in one ward, by code."""

    category: str
    ward: str


class RuleGap(NamedTuple):
    """A cell in which a report may find no rule; `partly` would take some of its reports."""

    cell: Cell
    partly: tuple[Rule, ...]


class ShadowedRule(NamedTuple):
    """A rule that can never win. `by` are those that always win instead, if that is why."""

    rule: Rule
    reason: ShadowReason
    by: tuple[Rule, ...] = ()


class RuleConflict(NamedTuple):
    """Two rules, equally specific in `cells`, that say different things; `first` wins by its number alone."""

    first: Rule
    second: Rule
    cells: tuple[Cell, ...]


def find_gaps(rules: RuleSet, ground: Ground) -> list[RuleGap]:
    """Return the cells without a rule that takes every report; all of `rules` are taken as in force."""
    gaps = []
    for cell, candidates in _cells(rules, ground).items():
        able = [candidate.rule for candidate in candidates if _can_lead(candidate.rule, cell, ground)]
        if not any(not rule.when and _always_leads(rule, cell, ground) for rule in able):
            gaps.append(RuleGap(cell, tuple(able)))
    return gaps


def find_shadowed(rules: RuleSet, ground: Ground) -> list[ShadowedRule]:
    """Return the rules that certainly never win. A rule that several others beat only together is not found,
    nor one for premises: where these are, cells of category and ward do not tell.
    """
    places: dict[int, list[tuple[Cell, list[Candidate]]]] = {id(rule): [] for rule in rules.rules}
    for cell, candidates in _cells(rules, ground).items():
        for candidate in candidates:
            places[id(candidate.rule)].append((cell, candidates))
    judged = (rule for rule in rules.rules if rule.place is None)
    return [found for rule in judged if (found := _shadow(rule, places[id(rule)], ground))]


def find_conflicts(rules: RuleSet, ground: Ground) -> list[RuleConflict]:
    """Return rules between which only the lower number decides, for reports with one answer to each
    question.
    """
    found: dict[tuple[int, int], tuple[Rule, Rule, list[Cell]]] = {}
    for cell, candidates in _cells(rules, ground).items():
        for index, first in enumerate(candidates):
            for second in candidates[index + 1 :]:
                if first.key[:SPECIFICITY] != second.key[:SPECIFICITY]:
                    break
                if _meet(first.rule, second.rule) and _outcome(first.rule) != _outcome(second.rule):
                    pair = (id(first.rule), id(second.rule))
                    found.setdefault(pair, (first.rule, second.rule, []))[2].append(cell)
    return [RuleConflict(first, second, tuple(cells)) for first, second, cells in found.values()]


def _cells(rules: RuleSet, ground: Ground) -> dict[Cell, list[Candidate]]:
    return {
        Cell(category, ward): rules.candidates(path, ward, kind)
        for category, path in ground.categories.items()
        for ward, kind in ground.wards.items()
    }


def _shadow(
    rule: Rule, places: Sequence[tuple[Cell, list[Candidate]]], ground: Ground
) -> ShadowedRule | None:
    if not places:
        return ShadowedRule(rule, "no_place")
    if contradict(rule.when):
        return ShadowedRule(rule, "contradiction")
    able = [(cell, candidates) for cell, candidates in places if _can_lead(rule, cell, ground)]
    if not able:
        return ShadowedRule(rule, "no_lead")
    winners: dict[int, Rule] = {}
    for cell, candidates in able:
        winner = _always_before(rule, cell, candidates, ground)
        if winner is None:
            return None
        winners[id(winner)] = winner
    return ShadowedRule(rule, "beaten", tuple(sorted(winners.values(), key=lambda each: each.number)))


def _always_before(rule: Rule, cell: Cell, candidates: Sequence[Candidate], ground: Ground) -> Rule | None:
    """Return a rule that wins in this cell whenever `rule` fits, if one is known."""
    for candidate in candidates:
        other = candidate.rule
        if other is rule:
            return None
        if (
            all(implies(rule.when, condition) for condition in other.when)
            and _spans(other, rule)
            and _always_leads(other, cell, ground)
        ):
            return other
    return None


def _can_lead(rule: Rule, cell: Cell, ground: Ground) -> bool:
    """Return whether some report of the cell could be given to the lead this rule names."""
    if rule.lead.attribute is None:
        return _always_leads(rule, cell, ground)
    named = rule.lead.mapping.values()
    return not named or any(code in ground.departments for code in named)


def _always_leads(rule: Rule, cell: Cell, ground: Ground) -> bool:
    """Return whether the lead is known for every report of the cell, whatever it answers."""
    return rule.lead.attribute is None and rule.lead.select(ground.facts(*cell)) is not None


def _spans(longer: Rule, shorter: Rule) -> bool:
    """Return whether `longer` is in force at least whenever `shorter` is."""
    begins = longer.valid_from is None or (
        shorter.valid_from is not None and longer.valid_from <= shorter.valid_from
    )
    ends = longer.valid_to is None or (shorter.valid_to is not None and longer.valid_to >= shorter.valid_to)
    return begins and ends


def _meet(one: Rule, other: Rule) -> bool:
    """Return whether a report could meet both at the same time."""
    apart = (one.valid_to and other.valid_from and one.valid_to <= other.valid_from) or (
        other.valid_to and one.valid_from and other.valid_to <= one.valid_from
    )
    return not apart and not contradict(one.when) and not single_answer_excludes(one.when, other.when)


def _outcome(rule: Rule) -> tuple[object, ...]:
    return rule.lead, rule.supports, rule.executor, rule.policy
