"""Conditions: what they hold for, and what can be said of them without a report."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.kernel.conditions import Condition, Op, contradict, implies, single_answer_excludes
from tests.domain.rules.cases import ANSWERS, CONDITIONS

MANY = st.one_of(
    ANSWERS, st.fixed_dictionaries({"owner": st.lists(st.sampled_from(["vnpt", "viettel", "nobody"]))})
)


@pytest.mark.parametrize(
    ("op", "value", "answer", "holds"),
    [
        ("equals", "vnpt", "vnpt", True),
        ("equals", "vnpt", "VNPT", False),
        ("equals", "vnpt", ["fpt", "vnpt"], True),
        ("equals", 1, True, False),
        ("equals", True, True, True),
        ("equals", 1, 1.0, True),
        ("in", ("vnpt", "fpt"), "fpt", True),
        ("in", ("vnpt", "fpt"), ["viettel"], False),
        ("lt", 4.5, 4.4, True),
        ("lt", 4.5, 4.5, False),
        ("lt", 4.5, "4.4", False),
        ("lt", 4.5, True, False),
        ("lt", 4.5, [4.4], False),
        ("lt", 4.5, float("nan"), False),
        ("gt", 4.5, 4.5, False),
        ("gte", 4.5, 4.5, True),
        ("present", None, 0, True),
        ("present", None, False, True),
        ("present", None, "", False),
        ("present", None, [], False),
        ("absent", None, "", True),
        ("absent", None, "vnpt", False),
    ],
)
def test_a_condition_holds_by_its_answer(op: Op, value: Any, answer: Any, holds: bool) -> None:
    assert Condition("owner", op, value).holds({"owner": answer}) is holds


@pytest.mark.parametrize("op", ["equals", "in", "lt", "gt", "gte", "present", "absent"])
def test_without_an_answer_only_absent_holds(op: Op) -> None:
    value: Any = {"equals": "x", "in": ("x",), "present": None, "absent": None}.get(op, 1)
    for answers in ({}, {"owner": None}):
        assert Condition("owner", op, value).holds(answers) is (op == "absent")


@pytest.mark.parametrize(
    ("attribute", "op", "value"),
    [
        ("", "present", None),
        ("owner", "like", "x"),
        ("owner", "equals", None),
        ("owner", "equals", ""),
        ("owner", "equals", ("a",)),
        ("owner", "in", ()),
        ("owner", "in", ("a", "")),
        ("owner", "in", "abc"),
        ("height_m", "lt", "4"),
        ("height_m", "lt", True),
        ("height_m", "lt", float("inf")),
        ("owner", "present", "x"),
    ],
)
def test_a_condition_that_says_nothing_is_refused(attribute: str, op: Any, value: Any) -> None:
    with pytest.raises(ValueError, match=r"condition|compare"):
        Condition(attribute, op, value)


@given(CONDITIONS)
def test_a_condition_survives_its_spec(condition: Condition) -> None:
    assert Condition.of(condition.spec()) == condition


@given(st.lists(CONDITIONS, max_size=3), CONDITIONS, MANY)
def test_what_is_implied_holds(known: list[Condition], wanted: Condition, answers: dict[str, Any]) -> None:
    if implies(known, wanted) and all(condition.holds(answers) for condition in known):
        assert wanted.holds(answers)


@given(CONDITIONS)
def test_each_implies_itself(condition: Condition) -> None:
    assert implies([condition], condition)


@given(st.lists(CONDITIONS, max_size=3), MANY)
def test_what_contradicts_itself_never_holds(conditions: list[Condition], answers: dict[str, Any]) -> None:
    if contradict(conditions):
        assert not all(condition.holds(answers) for condition in conditions)


@given(CONDITIONS, CONDITIONS, ANSWERS)
def test_no_single_answer_meets_both_of_what_is_apart(
    one: Condition, other: Condition, answers: dict[str, Any]
) -> None:
    if single_answer_excludes([one], [other]):
        assert not (one.holds(answers) and other.holds(answers))


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        (("owner", "equals", "vnpt"), ("owner", "equals", "fpt"), True),
        (("owner", "in", ("vnpt", "fpt")), ("owner", "in", ("fpt", "sctv")), False),
        (("owner", "absent", None), ("owner", "present", None), True),
        (("height_m", "lt", 4), ("height_m", "gte", 4), True),
        (("height_m", "lt", 5), ("height_m", "gte", 4), False),
        (("height_m", "equals", 5), ("height_m", "lt", 4), True),
        (("owner", "equals", "vnpt"), ("height_m", "lt", 4), False),
    ],
)
def test_what_excludes_what(one: Any, other: Any, apart: bool) -> None:
    assert single_answer_excludes([Condition(*one)], [Condition(*other)]) is apart
