"""Rules as JSON: read, or refused by ValueError or KeyError alone; and what is read can decide."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy.orm import Session

from service.domain.kernel.conditions import OPS, Condition, contradict, implies
from service.domain.routing.trial import RuleTrial, try_rules
from service.domain.rules.choice import RuleSet
from service.domain.rules.rulebook import Rulebook
from service.domain.rules.rules import ReportFacts, Rule, Selector
from service.domain.rules.words import explain
from service.errors import Invalid
from tests.fuzz.inputs import JSON, LOOSE, MOMENTS, NUMBERS, TEXT, nearly
from tests.support.small_city import NOON

SCALARS = TEXT | NUMBERS | st.booleans()
CONDITION = nearly(
    {
        "attribute": st.sampled_from(["owner", "amount", "height_m"]) | TEXT,
        "op": st.sampled_from(OPS),
        "value": SCALARS | st.lists(SCALARS, max_size=3),
    }
)
SELECTOR = (
    st.sampled_from(["ward", "attribute:owner", "attribute:", "attribute", "vnpt", ""])
    | TEXT
    | nearly(
        {
            "select": st.sampled_from(["attribute:owner", "attribute:", "ward"]),
            "mapping": st.dictionaries(TEXT, TEXT, max_size=3),
        }
    )
)
RULE = nearly(
    {
        "categories": st.lists(st.sampled_from(["litter", "hanging_cable"]) | TEXT, max_size=3),
        "lead": SELECTOR,
        "policy": st.just("standard") | TEXT,
        "areas": st.lists(st.sampled_from(["phường", "xã"]) | TEXT, max_size=3),
        "when": st.lists(CONDITION, max_size=3),
        "supports": st.lists(SELECTOR, max_size=3),
        "executor": st.none() | SELECTOR,
        "priority": st.integers(-5, 5),
    }
)
LITTER = {"categories": ["litter"], "lead": "ward", "policy": "standard"}
ANSWERS = st.dictionaries(
    st.sampled_from(["owner", "amount", "height_m"]),
    TEXT | st.floats(allow_nan=False) | st.lists(TEXT, max_size=2),
)
REFUSED = (ValueError, KeyError)


@LOOSE
@given(CONDITION, CONDITION, ANSWERS)
@example({"attribute": "owner", "op": "gte", "value": 10**400}, {}, {})
@example({"attribute": ["owner"], "op": "present"}, {}, {})
@example({"attribute": "owner", "op": ["in"], "value": ["x"]}, {}, {})
def test_conditions_survive_their_specs_and_hold_or_do_not(
    one: Any, other: Any, answers: dict[str, object]
) -> None:
    read = []
    for spec in (one, other):
        try:
            read.append(Condition.of(spec))
        except REFUSED:
            continue
    for condition in read:
        assert Condition.of(condition.spec()) == condition
        assert condition.holds(answers) in (True, False)
        assert implies(read, condition)
    assert contradict(read) in (True, False)


@given(SELECTOR)
def test_a_selector_survives_its_spec_whatever_it_is(spec: Any) -> None:
    try:
        selector = Selector.of(spec)
    except REFUSED:
        return
    assert Selector.of(selector.spec()) == selector


@LOOSE
@given(spec=RULE, answers=ANSWERS)
@example(spec={**LITTER, "categories": "litter"}, answers={})
@example(spec={**LITTER, "categories": [["litter"]]}, answers={})
@example(spec={**LITTER, "priority": "x"}, answers={})
@example(spec={**LITTER, "lead": 5}, answers={})
@example(spec={**LITTER, "when": 5}, answers={})
def test_a_rule_survives_its_spec_and_decides_whatever_it_is(
    rulebook: Rulebook, spec: Any, answers: dict[str, object]
) -> None:
    try:
        rule = Rule.of(spec, id=1, number=1, version=1)
    except REFUSED:
        return
    assert Rule.of(rule.spec(), id=1, number=1, version=1) == rule
    facts = ReportFacts(("litter",), None, "phường", answers, rulebook.holders, rulebook.committees, NOON)
    decision = RuleSet([rule]).decide(facts)
    assert RuleSet([rule]).misses(facts) is not None
    for language in ("vi", "en"):
        assert explain(decision, rulebook.names, language)


DRAFT = nearly(
    {
        "rules": st.lists(RULE.map(lambda rule: {"number": 7, **rule}), max_size=3),
        "since": MOMENTS,
        "until": MOMENTS,
        "limit": st.integers(1, 10),
    }
)


@LOOSE
@given(body=DRAFT)
@example(body={"rules": [{**LITTER, "number": 1, "lead": "attribute:"}]})
@example(body={"without": [10**400], "since": "9999-12-31T23:59:59-12:00"})
@example(body={"since": "0001-01-01T00:00:00+14:00", "until": "9999-12-31T23:59:59-12:00"})
def test_drafts_of_rules(hue: Session, rulebook: Rulebook, body: object) -> None:
    """As `POST /rules/try` reads them."""
    try:
        trial = RuleTrial.model_validate(body)
    except ValidationError:
        return
    try:
        result = try_rules(hue, rulebook, trial, now=NOON, language="en")
    except Invalid:
        return
    assert result.tried == 0


@given(JSON)
def test_what_is_no_rule_at_all(spec: Any) -> None:
    if not isinstance(spec, dict):
        spec = {"categories": ["litter"], "policy": "standard", "lead": spec}
    try:
        Rule.of(spec, id=1, number=1, version=1)
    except REFUSED:
        return
