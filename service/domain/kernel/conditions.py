"""Conditions of routing rules on a report's answers: do they hold, does one imply another. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from sys import float_info
from typing import TypeGuard, get_args

from service.models.city.rule import ConditionOp, ConditionScalar, ConditionSpec

Op = ConditionOp
OPS: tuple[Op, ...] = get_args(Op)
NUMERIC: frozenset[Op] = frozenset({"lt", "gt", "gte"})
BARE: frozenset[Op] = frozenset({"present", "absent"})

Scalar = ConditionScalar
Attributes = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Condition:
    """Condition on the answer to one question. Without an answer only `absent` holds.

    `equals` and `in` hold for an answer of several values if one of them fits; `lt`, `gt` and `gte` hold
    for single numbers only. Raises ValueError for a condition that says nothing.
    """

    attribute: str
    op: Op
    value: Scalar | tuple[Scalar, ...] | None = None

    def __post_init__(self) -> None:
        if not (isinstance(self.attribute, str) and self.attribute):
            raise ValueError("a condition names an attribute")
        if self.op not in OPS:
            raise ValueError(f"unknown condition {self.op!r}: one of {', '.join(OPS)}")
        if not _fits(self.op, self.value):
            raise ValueError(f"{self.value!r} is nothing to compare {self.attribute} with by {self.op!r}")

    def holds(self, attributes: Attributes) -> bool:
        """Return whether the answers meet this condition."""
        answer = attributes.get(self.attribute)
        if answer in (None, "") or answer == []:
            return self.op == "absent"
        if self.op in BARE:
            return self.op == "present"
        return (
            _compares(answer, self.op, self.value) if self.op in NUMERIC else _is_one_of(answer, self.values)
        )

    @property
    def values(self) -> tuple[Scalar, ...]:
        """Return what `equals` and `in` accept; nothing for the others."""
        if self.op == "in" and isinstance(self.value, tuple):
            return self.value
        return (self.value,) if self.op == "equals" and not isinstance(self.value, tuple | None) else ()

    def spec(self) -> ConditionSpec:
        """Return `{"attribute", "op", "value"?}` as a rule's spec stores it."""
        spec: ConditionSpec = {"attribute": self.attribute, "op": self.op}
        if self.value is not None:
            spec["value"] = list(self.value) if isinstance(self.value, tuple) else self.value
        return spec

    @classmethod
    def of(cls, spec: ConditionSpec) -> Condition:
        """Return the condition stored as `spec`. Raises KeyError or ValueError for one that is none."""
        if not isinstance(spec, Mapping):
            raise ValueError("a condition is an object")
        value = spec.get("value")
        return cls(spec["attribute"], spec["op"], tuple(value) if isinstance(value, list) else value)


def implies(given: Iterable[Condition], wanted: Condition) -> bool:
    """Return True if `wanted` holds whenever all of `given` do. False may also mean that it is not known."""
    return any(_implies(condition, wanted) for condition in given if condition.attribute == wanted.attribute)


def contradict(conditions: Iterable[Condition]) -> bool:
    """Return True if no answers meet all of them. False may also mean that it is not known."""
    kept = list(conditions)
    return any(_excludes(a, b) for a in kept for b in kept if a.attribute == b.attribute)


def single_answer_excludes(a: Iterable[Condition], b: Iterable[Condition]) -> bool:
    """Return True if nobody who gives one answer to each question meets both."""
    theirs = list(b)
    return any(
        _excludes(one, other) or _values_apart(one, other)
        for one in a
        for other in theirs
        if one.attribute == other.attribute
    )


def _fits(op: Op, value: object) -> bool:
    if op in BARE:
        return value is None
    if op in NUMERIC:
        return _is_number(value)
    if op == "in":
        return isinstance(value, tuple) and bool(value) and all(_is_scalar(one) for one in value)
    return _is_scalar(value)


def _is_scalar(value: object) -> bool:
    return (isinstance(value, str) and bool(value)) or isinstance(value, bool) or _is_number(value)


def _is_number(value: object) -> TypeGuard[int | float]:
    """Finite, also as a float: an integer of a thousand digits is none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= float_info.max


def _compares(answer: object, op: Op, bound: object) -> bool:
    if not (_is_number(answer) and _is_number(bound)):
        return False
    return bool(answer < bound if op == "lt" else answer > bound if op == "gt" else answer >= bound)


def _is_one_of(answer: object, values: tuple[Scalar, ...]) -> bool:
    given = answer if isinstance(answer, list | tuple) else (answer,)
    return any(_same(one, value) for one in given for value in values)


def _same(one: object, other: object) -> bool:
    """Equal, and a yes is no 1."""
    return bool(one == other) and isinstance(one, bool) is isinstance(other, bool)


def _implies(given: Condition, wanted: Condition) -> bool:
    if wanted.op in BARE:
        return given.op == wanted.op or (wanted.op == "present" and given.op != "absent")
    if wanted.op in NUMERIC:
        return _bound_implies(given, wanted)
    return bool(given.values) and all(_is_one_of(value, wanted.values) for value in given.values)


def _bound_implies(given: Condition, wanted: Condition) -> bool:
    if given.op not in NUMERIC or (given.op == "lt") is not (wanted.op == "lt"):
        return False
    mine, bound = _number(given), _number(wanted)
    if wanted.op == "lt":
        return mine <= bound
    return mine > bound or (mine == bound and (given.op == wanted.op or given.op == "gt"))


def _excludes(one: Condition, other: Condition) -> bool:
    if one.op == "absent":
        return other.op != "absent"
    return one.op == "lt" and other.op in ("gt", "gte") and _number(one) <= _number(other)


def _values_apart(one: Condition, other: Condition) -> bool:
    if not one.values:
        return False
    if other.values:
        return not any(_is_one_of(value, other.values) for value in one.values)
    return other.op in NUMERIC and not any(_compares(value, other.op, other.value) for value in one.values)


def _number(condition: Condition) -> float:
    assert isinstance(condition.value, int | float)  # noqa: S101 - held by __post_init__
    return condition.value
