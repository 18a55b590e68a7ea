"""The pin of an open case is moved: in another ward the rules run again, first foreseen, then told."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from service.domain.casework.case.case import MAKES_A_VERSION
from service.domain.casework.relocation import RelocateRequest, RelocationPlan, preview_relocating, relocate
from service.domain.kernel.times import utc
from service.domain.numbers.sightings import NumberSeen, enter_sighting
from service.errors import AppError, Conflict, Forbidden, Invalid, NotFound
from service.models import HELD, AdNumber, Report
from tests.domain.casework.stage import Stage
from tests.support.factories import make_report
from tests.support.people import Cast, Person

WEST, EAST = {"lon": 107.53, "lat": 16.42}, {"lon": 107.58, "lat": 16.43}
"""A place in each ward of the small city."""

WEST_PLACE = (107.52, 16.42)


def _sent(report: Report, location: dict[str, float], **wish: Any) -> RelocateRequest:
    return RelocateRequest.model_validate({"location": location, "version": report.version, **wish})


def shift(stage: Stage, person: Person, report: Report, location: dict[str, float], **wish: Any) -> Report:
    body = _sent(report, location, **wish)
    return relocate(stage.session, stage.context(person), report.id, body)


def plan(
    stage: Stage, person: Person, report: Report, location: dict[str, float], **wish: Any
) -> RelocationPlan:
    body = _sent(report, location, **wish)
    return preview_relocating(stage.session, stage.context(person), report.id, body)[1]


def in_the_west(stage: Stage, status: str, **columns: Any) -> Report:
    ward = stage.reference.ward_by_code["W1"].id
    return make_report(
        stage.session, stage.reference, status, lead="ward-W1", place=WEST_PLACE, ward_id=ward, **columns
    )


@pytest.mark.parametrize("status", sorted(HELD))
def test_in_another_ward_the_case_goes_to_whom_the_rules_name_there(
    stage: Stage, cast: Cast, status: str
) -> None:
    report = in_the_west(stage, status)
    foreseen = plan(stage, cast.triage, report, EAST)
    assert (report.status, stage.types(report), report.lon) == (status, [], WEST_PLACE[0])
    shift(stage, cast.triage, report, EAST, address="12 Lê Lợi", reason="Người gọi nói lại")

    assert (report.lon, report.lat, report.accuracy_m, report.address) == (*EAST.values(), None, "12 Lê Lợi")
    assert stage.reference.wards[report.ward_id or 0].code == "W2"
    assert stage.reference.departments[report.lead_id or 0].code == "ward-W2"
    assert report.status == "assigned"
    assert foreseen.refiling is not None and foreseen.refiling.moves
    assert report.due_at == utc(foreseen.refiling.times["due_at"])
    resumed = ["report.resumed"] if status == "waiting" else []
    assert stage.types(report) == ["report.relocated", *resumed, "report.handed_on"]
    told = stage.events(report)[1]
    assert (told.data["ward_before"], told.data["ward"], told.data["reason"]) == (
        *(stage.reference.ward_by_code[code].full_name for code in ("W1", "W2")),
        "Người gọi nói lại",
    )
    assert (told.lon, told.lat) == tuple(EAST.values())
    assert len([each for each in stage.types(report) if each in MAKES_A_VERSION]) == report.version - 1
    assert (report.routing or {})["ward_distance_m"] == 0


def test_the_wards_of_a_number_follow_its_reports(stage: Stage, cast: Cast) -> None:
    reports = [in_the_west(stage, "assigned", category="illegal_ad") for _ in range(2)]
    for report in reports:
        enter_sighting(
            stage.session, cast.triage.asker, report.id, NumberSeen(number="0951234507"), now=stage.now
        )
    number = stage.session.scalars(select(AdNumber)).one()
    assert (number.sightings, number.places, number.wards) == (2, 1, 1)
    shift(stage, cast.triage, reports[0], EAST)
    assert (number.sightings, number.places, number.wards) == (2, 2, 2)


def test_without_a_reason_the_right_ward_is_the_reason(stage: Stage, cast: Cast) -> None:
    report = in_the_west(stage, "assigned")
    shift(stage, cast.triage, report, EAST)
    ward = stage.reference.ward_by_code["W2"].full_name
    assert stage.events(report)[-1].data["reason"] == f"Vị trí đúng thuộc {ward}."


def test_within_the_ward_the_pin_alone_moves(stage: Stage, cast: Cast) -> None:
    report = in_the_west(stage, "in_progress", address="Cũ")
    kept = (report.lead_id, report.due_at, report.status, report.rule_id)
    assert plan(stage, cast.triage, report, WEST).refiling is None
    shift(stage, cast.triage, report, WEST)
    assert (report.lon, report.address) == (WEST["lon"], "Cũ")
    assert (report.lead_id, report.due_at, report.status, report.rule_id) == kept
    assert stage.types(report) == ["report.relocated"]
    assert "ward" not in stage.events(report)[-1].data


def test_the_coordinator_keeps_the_lead_where_they_say_so(stage: Stage, cast: Cast) -> None:
    report = in_the_west(stage, "in_progress")
    shift(stage, cast.triage, report, EAST, keep_lead=True)
    assert stage.reference.departments[report.lead_id or 0].code == "ward-W1"
    assert (report.status, stage.types(report)) == ("in_progress", ["report.relocated"])


@pytest.mark.parametrize("status", ["received", "triage", "resolved"])
def test_before_and_after_the_work_the_place_changes_alone(stage: Stage, cast: Cast, status: str) -> None:
    report = in_the_west(stage, status)
    lead = report.lead_id
    shift(stage, cast.triage, report, EAST)
    assert (report.status, report.lead_id, stage.types(report)) == (status, lead, ["report.relocated"])


def test_a_retry_is_answered_and_another_place_from_the_same_screen_refused(stage: Stage, cast: Cast) -> None:
    report = in_the_west(stage, "triage")
    for _ in range(2):
        shift(stage, cast.triage, report, EAST, version=1)
    assert stage.types(report) == ["report.relocated"]
    with pytest.raises(Conflict) as refused:
        shift(stage, cast.triage, report, WEST, version=1)
    assert refused.value.extra["changed"][0]["type"] == "report.relocated"


@pytest.mark.parametrize(
    ("who", "status", "location", "error"),
    [
        ("other_department", "in_progress", EAST, Forbidden),
        ("inspector", "in_progress", EAST, Forbidden),
        ("triage", "closed", EAST, Conflict),
        ("department", "resolved", EAST, NotFound),
        ("triage", "in_progress", {"lon": 108.9, "lat": 16.42}, Invalid),
        ("triage", "in_progress", {"lon": 1e300, "lat": -1e300}, Invalid),
        ("triage", "in_progress", {"lon": WEST_PLACE[0], "lat": WEST_PLACE[1]}, Invalid),
    ],
)
def test_refusals_change_nothing(
    stage: Stage, cast: Cast, who: str, status: str, location: dict[str, float], error: type[AppError]
) -> None:
    report = in_the_west(stage, status, published=who != "department")
    with pytest.raises(error):
        shift(stage, getattr(cast, who), report, location)
    assert (report.lon, stage.types(report)) == (WEST_PLACE[0], [])
