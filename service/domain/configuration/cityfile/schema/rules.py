"""`rules.yaml`: who leads, supports and executes, for which categories, where, and under which answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from service.domain.city.config import Code
from service.domain.configuration.cityfile.schema.base import CityFileModel, NameByLanguage
from service.domain.kernel.conditions import NUMERIC, Condition, Op, Scalar
from service.domain.rules.rules import ATTRIBUTE, Rule, Selector


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _selected(value: object) -> object:
    """Return `{select: hepco}` for `hepco`, which is short for it."""
    return {"select": value} if isinstance(value, str) else value


Answers = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Selected = Annotated[str, StringConstraints(pattern=rf"^({ATTRIBUTE})?[a-z0-9][a-z0-9_.-]*$", max_length=80)]


class ConditionPart(CityFileModel):
    """Condition on the answer to one question, in the words of `service.domain.kernel.conditions`."""

    attribute: Code
    op: Op
    value: Answers = ()

    def condition(self, *, numeric: bool) -> Condition:
        """Return the condition; `numeric` says that answers are numbers. Raises ValueError where it is
        none.
        """
        values: tuple[Scalar, ...] = self.value
        if numeric or self.op in NUMERIC:
            values = tuple(float(value) for value in self.value)
        if self.op == "in" or len(values) > 1:
            return Condition(self.attribute, self.op, values)
        return Condition(self.attribute, self.op, values[0] if values else None)


class SelectorPart(CityFileModel):
    """A department: its code, `ward`, or `attribute:<question>` (by `mapping`, or the answer is its code)."""

    select: Selected
    mapping: dict[Code, Code] = Field(default_factory=dict)

    def selector(self) -> Selector:
        """Raises ValueError for a mapping without an attribute."""
        return Selector(self.select, self.mapping)


Department = Annotated[SelectorPart, BeforeValidator(_selected)]


class RulePart(CityFileModel):
    """Rule. `areas` are units, groups of units or kinds of unit; without them it holds everywhere. `place:
    premises` narrows it to places inside of premises; `premises` as a department is who keeps them.
    """

    number: Annotated[int, Field(ge=1, le=99_999)]
    name: NameByLanguage
    categories: Annotated[tuple[Code, ...], Field(min_length=1)]
    areas: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    place: Literal["premises"] | None = None
    when: tuple[ConditionPart, ...] = ()
    lead: Department
    supports: tuple[Department, ...] = ()
    executor: Department | None = None
    policy: Code
    priority: Annotated[int, Field(ge=-1000, le=1000)] = 0

    def rule(self, areas: Iterable[str], numeric: frozenset[str]) -> Rule:
        """Return the rule for its `areas` as units and kinds; `numeric` are the questions answered by
        numbers.

        Raises ValueError for one that `service.domain.rules.rules` does not take.
        """
        return Rule(
            id=0,
            number=self.number,
            version=1,
            categories=frozenset(self.categories),
            lead=self.lead.selector(),
            policy=self.policy,
            areas=frozenset(areas),
            place=self.place,
            when=tuple(c.condition(numeric=c.attribute in numeric) for c in self.when),
            supports=tuple(support.selector() for support in self.supports),
            executor=self.executor.selector() if self.executor else None,
            priority=self.priority,
        )
