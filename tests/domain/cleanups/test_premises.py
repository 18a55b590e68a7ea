"""Premises as a place of rules: a report inside goes to the unit, its head answers; files of areas."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.cleanups.offices.map_file import take_premises
from service.domain.cleanups.offices.premises import NewPremises, PremisesView, make_premises
from service.domain.reports.reports import submit
from service.domain.routing.dispatch import route_many
from service.domain.rules.drafts import RuleBody, rule_of_draft
from service.domain.rules.rulebook import load_rulebook
from service.domain.rules.rules import Rule
from service.errors import Forbidden, Invalid
from service.models import City, Event, Report, RoutingRule
from tests.support.cleanups.stage import CleanupStage
from tests.support.people import Cast
from tests.support.small_city import IN_W2, NOON, draft

AT = IN_W2


def square(lon: float, lat: float, half: float = 0.001) -> dict[str, Any]:
    west, south, east, north = lon - half, lat - half, lon + half, lat + half
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def keep(stage: CleanupStage, cast: Cast, **said: Any) -> PremisesView:
    body = {
        "name": "Trụ sở 5",
        "department": "city-cables",
        "location": {"lon": AT[0], "lat": AT[1]},
        "buildings": [{"name": "Nhà A", "units": ["city-cables"]}],
        "area": square(*AT),
        "head": "department",
        **said,
    }
    return make_premises(stage.ctx(cast.department), NewPremises.model_validate(body))[0]


def add_rule(session: Session, reference: Reference, number: int = 90, **said: object) -> None:
    spec = {"categories": ["litter"], "place": "premises", "lead": "premises", "policy": "standard", **said}
    rule = rule_of_draft(load_rulebook(session), RuleBody.model_validate(spec), number, ("rule",))
    row = RoutingRule(number=number, version=1, name={"vi": "Trong trụ sở"}, spec=rule.spec(), created_by="")
    row.valid_from = NOON
    session.add(row)
    session.flush()


def routed(session: Session, reference: Reference, place: tuple[float, float]) -> Report:
    receipt = submit(session, draft(reference.category_by_code["litter"].id, place, at=NOON))
    route_many(session, load_rulebook(session), [receipt.id], NOON)
    session.expire_all()
    return session.get_one(Report, receipt.id)


def test_a_report_inside_goes_to_the_unit_and_its_head(
    session: Session, reference: Reference, cast: Cast
) -> None:
    stage = CleanupStage(session, reference)
    before = session.get_one(City, 1).revision
    view = keep(stage, cast)
    session.expire_all()
    assert session.get_one(City, 1).revision > before, "other processes read it again"
    assert (view.head, view.area and view.area["type"]) == ("department", "MultiPolygon")
    outside = routed(session, reference, AT)
    assert outside.lead_id == stage.unit("ward-W2"), "without a rule the premises change nothing"
    add_rule(session, reference)
    inside = routed(session, reference, AT)
    assert inside.lead_id == stage.unit("city-cables"), "before the rule of the ward"
    assert inside.holder_id == cast.department.actor.staff_id
    types = [
        str(each.type) for each in session.query(Event).filter_by(report_id=inside.id).order_by(Event.id)
    ]
    assert types[1:] == ["report.assigned", "report.entrusted"]
    assert inside.routing and "tại khuôn viên trụ sở ở phường W2" in inside.routing["explanation"]["vi"]
    assert routed(session, reference, (AT[0] + 0.002, AT[1])).lead_id == stage.unit("ward-W2")
    keep(stage, cast, head=None)
    assert routed(session, reference, AT).holder_id is None
    keep(stage, cast, area=None)
    assert routed(session, reference, AT).lead_id == stage.unit("ward-W2")


def test_the_smaller_of_two_areas_is_meant(session: Session, reference: Reference, cast: Cast) -> None:
    stage = CleanupStage(session, reference)
    keep(stage, cast, area=square(*AT, half=0.004))
    body = {
        "name": "Trường học",
        "department": "ward-W2",
        "location": {"lon": AT[0], "lat": AT[1]},
        "buildings": [{"name": "Nhà A", "units": ["ward-W2"]}],
        "area": square(*AT),
    }
    make_premises(stage.ctx(cast.other_department), NewPremises.model_validate(body))
    ground = load_rulebook(session).premises
    assert [found and found.unit for found in (ground.at(*AT), ground.at(AT[0] + 0.002, AT[1]))] == [
        "ward-W2",
        "city-cables",
    ]


@pytest.mark.parametrize(
    "said",
    [
        {
            "area": {
                "type": "Polygon",
                "coordinates": [[[107.5, 16.4], [107.5, 16.4], [107.5, 16.4], [107.5, 16.4]]],
            }
        },
        {"area": {**square(*AT), "type": "MultiPolygon"}},
        {"area": square(2.35, 48.85)},
        {"area": square(1e300, 1e300, half=1e299)},
        {"area": square(*AT, half=0.02)},
        {"head": "nobody"},
        {"head": "other_department"},
    ],
)
def test_odd_areas_and_heads_of_elsewhere_are_refused(
    session: Session, reference: Reference, cast: Cast, said: dict[str, object]
) -> None:
    with pytest.raises(Invalid):
        keep(CleanupStage(session, reference), cast, **said)


def test_only_a_rule_for_premises_names_who_keeps_them(
    session: Session, reference: Reference, cast: Cast
) -> None:
    with pytest.raises(Invalid):
        add_rule(session, reference, place=None)
    with pytest.raises(ValueError, match="place"):
        Rule.of(
            {"categories": ["litter"], "lead": "ward", "policy": "p", "place": "x"}, id=1, number=1, version=1
        )


def test_a_file_of_areas_is_taken_whole_or_not_at_all(
    session: Session, reference: Reference, cast: Cast
) -> None:
    stage, lines = CleanupStage(session, reference), "Nhà A: city-cables|Nhà B: city-cables, sanitation"
    first = {"Tên": "Trụ sở 5", "Đơn vị": "city-cables", "Nhà": lines, "Phụ trách": "department"}
    areas = [(first, square(*AT)), ({"Tên": "Kho", "Đơn vị": "city-cables"}, square(AT[0] + 0.01, AT[1]))]
    ctx = stage.ctx(cast.department)
    assert take_premises(ctx, areas).new == 2
    again = take_premises(ctx, areas)
    assert (again.new, again.changed) == (0, 2)
    with pytest.raises(Invalid) as wrong:
        take_premises(ctx, [*areas, ({"Tên": "Kho 2"}, square(*AT))])
    assert wrong.value.errors
    with pytest.raises(Forbidden):
        take_premises(ctx, [({"Tên": "Phường", "Đơn vị": "ward-W2"}, square(*AT))])
