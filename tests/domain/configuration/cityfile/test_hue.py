"""The example city's folder: what Huế's service needs is there, and nothing in it is wrong."""

from __future__ import annotations

import csv
import json
from itertools import product
from typing import Any

import pytest
from shapely.geometry import Point, shape

from service.domain.configuration.cityfile.checks.whole import check_folder
from service.domain.configuration.cityfile.folder import Folder
from service.domain.configuration.cityfile.resolve import Resolver
from service.domain.rules.choice import RuleSet
from service.domain.rules.rules import ReportFacts
from tests.domain.configuration.cityfile.cities import HUE, SHARED

MISSION = ("litter", "illegal_ad", "hanging_cable")
OTHERS = (
    *("blocked_drain", "fallen_tree", "pollution", "food_hygiene"),
    *("illegal_construction", "pavement_order", "street_light"),
)


@pytest.fixture(scope="module")
def hue() -> Folder:
    return check_folder(HUE)


@pytest.fixture(scope="module")
def rules(hue: Folder) -> RuleSet:
    resolver = Resolver(hue)
    return RuleSet(resolver.rule(item.value) for item in hue.rules if item.value)


def facts(hue: Folder, category: str, ward: str = "19789", **answers: Any) -> ReportFacts:
    """A report of a category in a ward (Thuận Hóa if not said)."""
    ground = Resolver(hue).ground()
    return ReportFacts(
        ground.categories[category], ward, ground.wards[ward], answers, ground.departments, ground.committees
    )


def test_nothing_is_wrong_or_doubtful(hue: Folder) -> None:
    assert [str(mistake) for mistake in hue.mistakes] == []


def test_the_categories_of_the_mission_and_the_others(hue: Folder) -> None:
    roots = [item.value.code for item in hue.categories if item.value and item.value.parent is None]
    assert roots == [*MISSION, *OTHERS, "other"]
    for code in MISSION:
        assert sum(str(item.code).startswith(f"{code}.") for item in hue.categories) >= 4


def test_forty_units_with_the_names_of_the_law(hue: Folder) -> None:
    units = {item.value.code: item.value for item in hue.units if item.value}
    assert len(units) == 40
    assert sum(unit.kind == "phường" for unit in units.values()) == 21
    assert units["19789"].full_name == "Phường Thuận Hóa"
    assert units["19789"].other_names == ("Thuận Hoá",)


def test_former_units_are_those_of_the_register(hue: Folder) -> None:
    with (SHARED / "areas" / "hue_ward_old_to_new.csv").open(encoding="utf-8") as file:
        register = {row["old_code"]: (row["old_name"], row["new_code"]) for row in csv.DictReader(file)}
    mine = {
        item.value.code: (f"{item.value.kind} {item.value.name}", item.value.unit)
        for item in hue.former_units
        if item.value
    }
    assert {code: (name.lower(), unit) for code, (name, unit) in register.items()} == {
        code: (name.lower(), unit) for code, (name, unit) in mine.items() if code in register
    }


def test_those_gone_before_are_of_the_census_and_lie_in_the_unit_named(hue: Folder) -> None:
    census = json.loads((SHARED / "areas" / "hue_wards_2009.geojson").read_text(encoding="utf-8"))
    units = [each["properties"] for each in census["features"]]
    names = {each["gso_code_2009"]: each["full_name"] for each in units}
    wards = json.loads((SHARED / "areas" / "hue_wards_2025.geojson").read_text(encoding="utf-8"))
    shapes = {each["properties"]["code"]: shape(each["geometry"]) for each in wards["features"]}
    older = [item.value for item in hue.former_units if item.value and len(item.value.code) == 7]
    assert {each.name for each in older} >= {"Phú Hiệp", "Phú Cát", "Thuận Thành", "Hương Hồ", "Phú Dương"}
    for unit in older:
        assert names[unit.code].lower() == f"{unit.kind} {unit.name}".lower()
        assert shapes[unit.unit].contains(Point(unit.lon, unit.lat)), unit.name


def test_every_category_in_every_unit_has_a_lead_whatever_is_answered(hue: Folder, rules: RuleSet) -> None:
    ground = Resolver(hue).ground()
    for category, ward in product(ground.categories, ground.wards):
        assert bool(rules.decide(facts(hue, category, ward)).lead) == (category != "other")


def test_litter_is_led_by_the_ward_and_collected_in_the_urban_wards(hue: Folder, rules: RuleSet) -> None:
    urban = rules.decide(facts(hue, "litter.uncollected"))
    rural = rules.decide(facts(hue, "litter.uncollected", "20035"))
    assert (urban.lead, urban.executor, urban.policy) == ("19789", "hepco", "standard")
    assert (rural.lead, rural.executor, rural.policy) == ("20035", None, "standard")


def test_an_overflowing_bin_is_urgent(hue: Folder, rules: RuleSet) -> None:
    assert rules.decide(facts(hue, "litter.bin_overflow", amount="truck")).policy == "urgent"


@pytest.mark.parametrize("answers", [{"amount": "truck"}, {}])
def test_a_large_dump_is_supported_by_the_environment_department(
    hue: Folder, rules: RuleSet, answers: dict[str, str]
) -> None:
    found = rules.decide(facts(hue, "litter.dump", "19789", **answers))
    assert (found.lead, found.supports, found.executor) == ("19789", ("so-nnmt",), "hepco")


@pytest.mark.parametrize(
    ("category", "lead"), [("illegal_ad.loan", "19789"), ("illegal_ad.banner", "so-vhtt")]
)
def test_an_ad_with_a_number_brings_in_the_inspectors_and_no_carrier(
    hue: Folder, rules: RuleSet, category: str, lead: str
) -> None:
    plain = rules.decide(facts(hue, category))
    named = rules.decide(facts(hue, category, phone="0905 000 000"))
    assert plain.lead == named.lead == lead
    assert "so-khcn.thanh-tra" not in plain.supports
    assert named.supports[-1] == "so-khcn.thanh-tra"
    assert plain.executor is named.executor is None  # who gave out a number takes no paper off a pole


@pytest.mark.parametrize("owner", ["vnpt", "viettel", "fpt", "mobifone", "cmc", "sctv", "htvc", "dienluc"])
def test_a_cable_goes_to_its_owner(owner: str, hue: Folder, rules: RuleSet) -> None:
    found = rules.decide(facts(hue, "hanging_cable", owner=owner))
    assert (found.lead, found.supports, found.executor) == ("so-khcn.bcvt", ("19789",), owner)
    assert found.policy == "standard"


def test_a_cable_of_nobody_known_brings_in_the_owner_of_the_poles(hue: Folder, rules: RuleSet) -> None:
    found = rules.decide(facts(hue, "hanging_cable", owner="unknown"))
    assert (found.supports, found.executor) == (("dienluc", "19789"), None)


@pytest.mark.parametrize(
    ("answers", "policy"),
    [
        ({"height_m": 4.4}, "urgent"),
        ({"height_m": 4.5}, "standard"),
        ({"height_m": 2.0, "condition": "broken"}, "emergency"),
        ({"condition": "live"}, "emergency"),
        ({"condition": "across_road", "owner": "fpt"}, "emergency"),
        ({"condition": "sagging", "owner": "fpt"}, "standard"),
    ],
)
def test_how_soon_a_cable_is_seen_to(
    answers: dict[str, object], policy: str, hue: Folder, rules: RuleSet
) -> None:
    assert rules.decide(facts(hue, "hanging_cable", "19789", **answers)).policy == policy


def test_policies_are_those_of_the_city(hue: Folder) -> None:
    terms = {item.value.code: item.value for item in hue.policies if item.value}
    told = {code: (policy.resolve.amount, policy.resolve.unit) for code, policy in terms.items()}
    assert told == {
        "standard": (7, "working_days"),
        "at_once": (3, "working_days"),
        "urgent": (1, "working_days"),
        "emergency": (4, "hours"),
    }
    assert (terms["standard"].accept.amount, terms["standard"].accept.unit) == (8, "working_hours")


def test_duplicates_are_looked_for_close_by(hue: Folder) -> None:
    radii = {
        item.value.code: item.value.duplicates
        for item in hue.categories
        if item.value and item.value.duplicates
    }
    found = [(radii[code].radius_m, radii[code].window_hours, radii[code].action) for code in MISSION]
    assert found == [(15, 72, "suggest"), (10, 72, "suggest"), (20, 72, "suggest")]


def test_danger_to_life_is_marked(hue: Folder) -> None:
    dangers = {
        (item.value.code, value.key)
        for item in hue.categories
        if item.value
        for question in item.value.questions
        for value in question.values
        if value.danger
    }
    assert {
        ("hanging_cable", "live"),
        ("hanging_cable", "across_road"),
        ("hanging_cable", "broken"),
    } <= dangers
