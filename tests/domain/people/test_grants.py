"""From claims to a role and department: the first grant that fits, never wider than was meant."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.people.grants import NO_DEPARTMENT, NO_ROLE, NO_WARDS, Grant, grant_of, words_of
from tests.domain.city.city_configs import with_config
from tests.support.factories import found_city


def rule(value: str, role: str, department: str | None = None, own: bool = False) -> dict[str, Any]:
    return {"value": value, "role": role, "department": department, "own_department": own}


@pytest.fixture
def reference(session: Session) -> Reference:
    found = found_city(session)
    sign_in = {
        "roles_claim": "realm_access.roles",
        "department_claim": "unit",
        "departments": {"Phòng cáp": "city-cables", "Cũ": "gone"},
        "grants": [
            rule("chief", "manager", own=True),
            rule("all", "manager"),
            rule("w1", "inspector", "ward-W1"),
            rule("old", "department", "gone"),
            rule("clerk", "department", own=True),
        ],
    }
    return with_config(found, sign_in=sign_in)


@pytest.mark.parametrize(
    ("roles", "unit", "granted"),
    [
        (["all"], None, Grant("manager", None)),
        (["all", "chief"], "ward-W2", Grant("manager", "ward-W2")),
        (["clerk", "w1"], None, Grant("inspector", "ward-W1")),
        (["clerk"], "Phòng cáp", Grant("department", "city-cables")),
        (["clerk"], ["x", "gone", "cables-room", "telecom"], Grant("department", "cables-room")),
        ("clerk", "telecom", Grant("department", "telecom")),
        (["chief"], None, NO_DEPARTMENT),
        (["chief", "all"], "nowhere", NO_DEPARTMENT),
        (["clerk"], "Cũ", NO_DEPARTMENT),
        (["clerk"], {"code": "telecom"}, NO_DEPARTMENT),
        (["old"], None, NO_DEPARTMENT),
        (["CLERK"], "telecom", NO_ROLE),
        ([], "telecom", NO_ROLE),
        (None, None, NO_ROLE),
        ([{"name": "all"}, 5, True, None, ""], None, NO_ROLE),
    ],
)
def test_the_first_that_fits_counts(
    reference: Reference, roles: object, unit: object, granted: object
) -> None:
    assert grant_of(reference, {"realm_access": {"roles": roles}, "unit": unit}) == granted


def test_a_grant_names_the_wards_and_gives_nothing_without_them(session: Session) -> None:
    noi_thi = {"code": "noi-thi", "name": {"vi": "Nội thị", "en": "Inner city"}, "wards": ["W1"]}
    grants = [
        {**rule("gone", "manager"), "area_group": "xa"},
        {**rule("inner", "inspector"), "area_group": "noi-thi"},
        rule("round", "inspector"),
        rule("lead", "manager", "telecom"),
        rule("ioc", "triage"),
    ]
    found = with_config(found_city(session), sign_in={"grants": grants}, area_groups=[noi_thi])
    said = {name: grant_of(found, {"groups": [name]}) for name in ("gone", "inner", "round", "lead", "ioc")}
    assert said == {
        "gone": NO_WARDS,
        "inner": Grant("inspector", None, "noi-thi", decides_wards=True),
        "round": Grant("inspector", None, None, decides_wards=True),
        "lead": Grant("manager", "telecom"),
        "ioc": Grant("triage", None),
    }


def test_a_city_that_grants_nothing_lets_nobody_in(session: Session) -> None:
    assert grant_of(found_city(session), {"groups": ["administrator", "triage"]}) == NO_ROLE


@pytest.mark.parametrize(
    ("claims", "name", "words"),
    [
        ({"a": {"b": ["x", " y "]}}, "a.b", ["x", "y"]),
        ({"a.b": "whole", "a": {"b": "way"}}, "a.b", ["whole"]),
        ({"https://city.example/roles": ["x"]}, "https://city.example/roles", ["x"]),
        ({"a": "text"}, "a.b", []),
        ({"a": [1, ["x"], {"y": 1}]}, "a", []),
        ({}, "a", []),
    ],
)
def test_ways_into_claims(claims: dict[str, object], name: str, words: list[str]) -> None:
    assert words_of(claims, name) == words
