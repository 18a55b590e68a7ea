"""The choice among routing rules for one report. Pure: the rules themselves are `rules.py`.

The most specific rule wins, by this order and no other:

1. the higher `priority`;
2. more conditions on the report's answers;
3. the premises that the place lies in (`place: premises`), before the ward named by its code, before its
   kind of unit, before everywhere;
4. the deeper category in the tree;
5. the lower number, then the newer version, then the id.

A rule whose lead cannot be named for this report (an unknown department, a ward without committee, an
answer that names nobody) stands back for the next one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from service.domain.kernel.conditions import Condition
from service.domain.rules.rules import EVERYWHERE, ReportFacts, Rule

Reason = Literal["priority", "conditions", "area", "category", "number", "version", "no_lead"]
ORDER: tuple[Reason, ...] = ("priority", "conditions", "area", "category", "number", "version")
ON_PREMISES = 3
"""Exactness of a rule for premises, above that of a named ward."""

Key = tuple[int, int, int, int, int, int, int]
MissReason = Literal["area", "condition", "not_yet", "no_longer"]


class Candidate(NamedTuple):
    """A rule that speaks of a category and ward, and its place in the order (higher comes first)."""

    key: Key
    rule: Rule


class Alternative(NamedTuple):
    """A rule that fitted and lost: at which step of the order, with its own figure and the winner's.

    `number` and `version` figures are those themselves; `area` is 3 for premises, 2 for a ward, 1 for a kind
    of unit, 0 for everywhere; `category` is the depth in the tree, from 1. For `no_lead` both figures are 0.
    """

    rule: Rule
    reason: Reason
    own: int = 0
    winner: int = 0


class RuleMiss(NamedTuple):
    """A rule for the category that did not fit, and what was in the way."""

    rule: Rule
    reason: MissReason
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """Assignment by a rule; without a rule nobody is assigned, and a person decides. Departments by code;
    each plays one part. `alternatives` are the rules that fitted too, the nearest first.
    """

    facts: ReportFacts
    rule: Rule | None = None
    lead: str | None = None
    supports: tuple[str, ...] = ()
    executor: str | None = None
    policy: str | None = None
    alternatives: tuple[Alternative, ...] = ()


class RuleSet:
    """Rules found by category and area, so that a decision looks at few of them."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        self.by_premises = any(rule.place for rule in self.rules)
        self._found: dict[tuple[str, str], list[Rule]] = {}
        self._by_category: dict[str, list[Rule]] = {}
        for rule in self.rules:
            for category in rule.categories:
                self._by_category.setdefault(category, []).append(rule)
                for area in rule.areas or (EVERYWHERE,):
                    self._found.setdefault((category, area), []).append(rule)

    def candidates(
        self, path: Sequence[str], ward: str | None, kind: str | None, *, on_premises: bool = False
    ) -> list[Candidate]:
        """Return every rule that speaks of the last category of `path` (from the root) in that ward, best
        first, whatever its conditions and validity. Those for premises only where the place is on some.
        """
        found: dict[int, Candidate] = {}
        areas = [(0, EVERYWHERE)]
        if kind:
            areas.append((1, kind))
        if ward:
            areas.append((2, ward))
        for exactness, area in areas:
            for depth, category in enumerate(path, start=1):
                for rule in self._found.get((category, area), ()):
                    if rule.place and not on_premises:
                        continue
                    # Later means more exact, so the best fit of a rule named twice stays.
                    exact = ON_PREMISES if rule.place else exactness
                    found[id(rule)] = Candidate(_key(rule, exact, depth), rule)
        return sorted(found.values(), key=_by_key, reverse=True)

    def _of(self, facts: ReportFacts) -> list[Candidate]:
        where = facts.ward, facts.ward_kind
        return self.candidates(facts.categories, *where, on_premises=facts.premises is not None)

    def decide(self, facts: ReportFacts) -> Decision:
        """Return the decision for one report."""
        lost: list[Alternative] = []
        fitting = [
            candidate
            for candidate in self._of(facts)
            if candidate.rule.holds(facts.attributes) and candidate.rule.in_force(facts.at)
        ]
        for index, candidate in enumerate(fitting):
            lead = candidate.rule.lead.select(facts)
            if lead is not None:
                lost += [_lost(candidate.key, other) for other in fitting[index + 1 :]]
                return _decision(candidate.rule, lead, facts, tuple(lost))
            lost.append(Alternative(candidate.rule, "no_lead"))
        return Decision(facts, alternatives=tuple(lost))

    def misses(self, facts: ReportFacts) -> list[RuleMiss]:
        """Return the rules for the report's category that did not fit, by number: for who asks why."""
        here = self._of(facts)
        in_area = {id(candidate.rule) for candidate in here}
        rules = {id(rule): rule for code in facts.categories for rule in self._by_category.get(code, ())}
        found = (_miss(rule, facts, in_area=key in in_area) for key, rule in rules.items())
        return sorted(filter(None, found), key=lambda miss: (miss.rule.number, miss.rule.version))


def _by_key(candidate: Candidate) -> Key:
    return candidate.key


def _key(rule: Rule, exactness: int, depth: int) -> Key:
    return (rule.priority, len(rule.when), exactness, depth, -rule.number, rule.version, rule.id)


def _lost(winner: Key, other: Candidate) -> Alternative:
    for reason, best, own in zip(ORDER, winner, other.key, strict=False):
        if best != own:
            sign = -1 if reason == "number" else 1
            return Alternative(other.rule, reason, sign * own, sign * best)
    return Alternative(other.rule, "version", other.rule.version, other.rule.version)


def _decision(rule: Rule, lead: str, facts: ReportFacts, lost: tuple[Alternative, ...]) -> Decision:
    executor = rule.executor.select(facts) if rule.executor else None
    supports = dict.fromkeys(support.select(facts) for support in rule.supports)
    return Decision(
        facts=facts,
        rule=rule,
        lead=lead,
        supports=tuple(each for each in supports if each is not None and each not in (lead, executor)),
        executor=executor if executor != lead else None,
        policy=rule.policy,
        alternatives=lost,
    )


def _miss(rule: Rule, facts: ReportFacts, *, in_area: bool) -> RuleMiss | None:
    if not in_area:
        return RuleMiss(rule, "area")
    if facts.at is not None and not rule.in_force(facts.at):
        begun = rule.valid_from is None or rule.valid_from <= facts.at
        return RuleMiss(rule, "no_longer" if begun else "not_yet")
    unmet = next((condition for condition in rule.when if not condition.holds(facts.attributes)), None)
    return RuleMiss(rule, "condition", unmet) if unmet else None
