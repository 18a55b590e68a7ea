"""Routing rules and what they are asked about. Pure: the choice among them is `choice.py`, what is stored
`rulebook.py`, the words `words.py`.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from service.domain.kernel.conditions import Attributes, Condition
from service.models.city.rule import RulePlace, RuleSpec, SelectorSpec

Value = TypeVar("Value")

EVERYWHERE = ""
WARD = "ward"
PREMISES = "premises"
ATTRIBUTE = "attribute:"


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


def _list(value: Sequence[Value]) -> Sequence[Value]:
    if not isinstance(value, list | tuple):
        raise ValueError(f"{value!r} is no list")
    return value


def _strings(value: Sequence[str]) -> Sequence[str]:
    if not all(isinstance(each, str) and each for each in _list(value)):
        raise ValueError(f"{value!r} is no list of names")
    return value
