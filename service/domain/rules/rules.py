"""Routing rules and the choice among them. Pure: what is stored is `rulebook.py`, the words `words.py`.

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

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple, TypeVar

from service.domain.kernel.conditions import Attributes, Condition
from service.models.city.rule import RulePlace, RuleSpec, SelectorSpec

Value = TypeVar("Value")

EVERYWHERE = ""
WARD = "ward"
PREMISES = "premises"
ATTRIBUTE = "attribute:"

Reason = Literal["priority", "conditions", "area", "category", "number", "version", "no_lead"]
ORDER: tuple[Reason, ...] = ("priority", "conditions", "area", "category", "number", "version")
ON_PREMISES = 3
"""Exactness of a rule for premises, above that of a named ward."""

Key = tuple[int, int, int, int, int, int, int]
MissReason = Literal["area", "condition", "not_yet", "no_longer"]


@dataclass(frozen=True, slots=True)
class Selector:
    """Names a department: `code` itself, `ward` for the committee of the report's ward, `premises` for the
    unit that keeps the premises it lies in, or `attribute:<question>` for the one that `mapping` gives for
    the answer (without a mapping the answer is a department's code).
    """

    code: str
    mapping: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not (isinstance(self.code, str) and self.code.removeprefix(ATTRIBUTE)):
            raise ValueError("a selector names a department")
        if self.mapping and self.attribute is None:
            raise ValueError("only a selector by attribute has a mapping")

    @property
    def attribute(self) -> str | None:
        """Return the question whose answer decides, if one does."""
        return self.code.removeprefix(ATTRIBUTE) if self.code.startswith(ATTRIBUTE) else None

    def select(self, facts: ReportFacts) -> str | None:
        """Return the code of a known department, or None."""
        if self.code == WARD:
            found = facts.committees.get(facts.ward) if facts.ward else None
        elif self.code == PREMISES:
            found = facts.premises
        elif self.code.startswith(ATTRIBUTE):
            answer = facts.attributes.get(self.code[len(ATTRIBUTE) :])
            if not isinstance(answer, str):
                return None
            found = self.mapping.get(answer) if self.mapping else answer
        else:
            found = self.code
        return found if found is not None and found in facts.departments else None

    def spec(self) -> str | SelectorSpec:
        return {"select": self.code, "mapping": dict(self.mapping)} if self.mapping else self.code

    @classmethod
    def of(cls, spec: str | SelectorSpec) -> Selector:
        """Return the selector stored as `spec`. Raises KeyError or ValueError for one that is none."""
        if not isinstance(spec, Mapping):
            return cls(spec)
        if not isinstance(mapping := spec["mapping"], Mapping):
            raise ValueError("a mapping is an object")
        _strings([*mapping, *mapping.values()])
        return cls(spec["select"], dict(mapping))


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """Facts of a report that rules decide by. `categories` runs from the root to the report's own;
    `departments` are the codes of those that may hold a case, `committees` the ward committees' codes by
    ward, `premises` that of the unit whose premises the place is in. `at` None takes every rule as in force.
    """

    categories: tuple[str, ...]
    ward: str | None
    ward_kind: str | None
    attributes: Attributes
    departments: Container[str]
    committees: Mapping[str, str]
    at: datetime | None = None
    premises: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """Version of a rule. `areas` are ward codes or kinds of unit, none for everywhere; `place` premises
    narrows them to what lies inside of premises; every condition of `when` must hold; in force from
    `valid_from` until before `valid_to` (aware). Raises ValueError for a rule that can say nothing.
    """

    id: int
    number: int
    version: int
    categories: frozenset[str]
    lead: Selector
    policy: str
    areas: frozenset[str] = frozenset()
    place: str | None = None
    when: tuple[Condition, ...] = ()
    supports: tuple[Selector, ...] = ()
    executor: Selector | None = None
    priority: int = 0
    valid_from: datetime | None = None
    valid_to: datetime | None = None

    def __post_init__(self) -> None:
        if not self.categories:
            raise ValueError("a rule names at least one category")
        if self.number < 1 or self.version < 1:
            raise ValueError("rules and their versions are numbered from 1")
        if EVERYWHERE in self.areas or not (isinstance(self.policy, str) and self.policy):
            raise ValueError("a rule names its areas and its policy, or no areas at all")
        if self.place not in (None, PREMISES):
            raise ValueError("a place is “premises” or none")
        parts = (self.lead, *self.supports, *((self.executor,) if self.executor else ()))
        if self.place is None and any(each.code == PREMISES for each in parts):
            raise ValueError("only a rule for premises names the unit that keeps them")
        if not isinstance(self.priority, int):
            raise ValueError("a priority is a whole number")

    def in_force(self, at: datetime | None) -> bool:
        """Return whether the rule counts at `at`; always if that is None."""
        return at is None or (
            (self.valid_from is None or self.valid_from <= at)
            and (self.valid_to is None or at < self.valid_to)
        )

    def holds(self, attributes: Attributes) -> bool:
        """Return whether the answers meet every condition."""
        return all(condition.holds(attributes) for condition in self.when)

    def spec(self) -> RuleSpec:
        """Return what `RoutingRule.spec` stores: all but key and validity."""
        place: RulePlace = {"place": self.place} if self.place else {}
        return {
            "categories": sorted(self.categories),
            "areas": sorted(self.areas),
            **place,
            "when": [condition.spec() for condition in self.when],
            "lead": self.lead.spec(),
            "supports": [support.spec() for support in self.supports],
            "executor": self.executor.spec() if self.executor else None,
            "policy": self.policy,
            "priority": self.priority,
        }

    @classmethod
    def of(cls, spec: RuleSpec, *, id: int, number: int, version: int, **valid: datetime | None) -> Rule:  # noqa: A002
        """Return the rule stored as `spec`. Raises KeyError or ValueError for one that is none."""
        executor = spec.get("executor")
        return cls(
            id=id,
            number=number,
            version=version,
            categories=frozenset(_strings(spec["categories"])),
            lead=Selector.of(spec["lead"]),
            policy=spec["policy"],
            areas=frozenset(_strings(spec.get("areas") or ())),
            place=spec.get("place"),
            when=tuple(Condition.of(condition) for condition in _list(spec.get("when") or ())),
            supports=tuple(Selector.of(support) for support in _list(spec.get("supports") or ())),
            executor=Selector.of(executor) if executor is not None else None,
            priority=spec.get("priority", 0),
            **valid,
        )


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


def _list(value: Sequence[Value]) -> Sequence[Value]:
    if not isinstance(value, list | tuple):
        raise ValueError(f"{value!r} is no list")
    return value


def _strings(value: Sequence[str]) -> Sequence[str]:
    if not all(isinstance(each, str) and each for each in _list(value)):
        raise ValueError(f"{value!r} is no list of names")
    return value


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
