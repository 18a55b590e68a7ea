"""The kind of an open case is corrected: the rules run again, what comes of it is foreseen and told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from service.domain.casework.case.case import MAKES_A_VERSION
from service.domain.casework.recategorisation import (
    RecategorisationPlan,
    RecategoriseRequest,
    preview_recategorising,
    recategorise,
)
from service.domain.kernel.times import utc
from service.errors import AppError, Conflict, Forbidden, Invalid
from service.models import HELD, Report
from tests.domain.casework.stage import Stage
from tests.support.factories import make_report
from tests.support.people import Cast, Person
from tests.support.small_city import NOON


def correct(stage: Stage, person: Person, report: Report, category: str, **wish: Any) -> Report:
    sent = {"category": category, "reason": "Sai loại", "version": report.version, **wish}
    body = RecategoriseRequest.model_validate(sent)
    return recategorise(stage.session, stage.context(person), report.id, body)


def plan(stage: Stage, person: Person, report: Report, category: str, **wish: object) -> RecategorisationPlan:
    sent = {"category": category, "reason": "Sai loại", "version": report.version, **wish}
    body = RecategoriseRequest.model_validate(sent)
    return preview_recategorising(stage.session, stage.context(person), report.id, body)[1]


def lead_of(stage: Stage, report: Report) -> str:
    return stage.reference.departments[report.lead_id or 0].code


@pytest.mark.parametrize("status", sorted(HELD))
def test_a_held_case_goes_to_whom_the_rules_name_for_the_right_kind(
    stage: Stage, cast: Cast, status: str
) -> None:
    report = make_report(stage.session, stage.reference, status, category="litter", lead="ward-W1")
    foreseen = plan(stage, cast.triage, report, "hanging_cable")
    assert (report.status, stage.types(report)) == (status, [])
    correct(stage, cast.triage, report, "hanging_cable")

    assert report.status == "assigned"
    assert (lead_of(stage, report), report.executor_id) == ("city-cables", stage.department("telecom"))
    assert foreseen.assignment.lead is not None
    assert (foreseen.moves, foreseen.assignment.lead.code) == (True, "city-cables")
    assert report.due_at == utc(foreseen.times["due_at"])
    assert report.accept_due_at is not None
    resumed = ["report.resumed"] if status == "waiting" else []
    assert stage.types(report) == ["report.recategorised", *resumed, "report.handed_on"]
    told = stage.events(report)[1].data
    assert (told["category_before"], told["category"], told["reason"]) == (
        "litter",
        "hanging_cable",
        "Sai loại",
    )
    made = [each for each in stage.types(report) if each in MAKES_A_VERSION]
    assert len(made) == report.version - 1
    rule = (report.routing or {}).get("rule")
    assert rule is not None
    assert rule["number"] == 2


def test_where_the_same_department_leads_it_stays_with_its_holder(stage: Stage, cast: Cast) -> None:
    report = make_report(
        stage.session, stage.reference, "in_progress", category="litter", holder_id=cast.department.account.id
    )
    correct(stage, cast.department, report, "hanging_cable")
    assert (report.status, report.holder_id) == ("in_progress", cast.department.account.id)
    assert report.executor_id == stage.department("telecom")
    assert stage.types(report) == ["report.recategorised"]


def test_a_kind_without_a_rule_leaves_the_parts(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "in_progress", executor="telecom")
    correct(stage, cast.triage, report, "noise")
    assert (lead_of(stage, report), report.executor_id) == ("city-cables", stage.department("telecom"))
    assert report.rule_id is None


def test_the_coordinator_keeps_the_lead_where_they_say_so(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "in_progress", lead="ward-W2")
    correct(stage, cast.triage, report, "hanging_cable", keep_lead=True)
    assert (lead_of(stage, report), report.status) == ("ward-W2", "in_progress")


def test_the_coordinator_corrects_the_deadline_alone(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "in_progress")
    correct(stage, cast.triage, report, "litter", policy="urgent", keep_lead=True)
    assert report.due_at == report.created_at + timedelta(hours=10)
    told = stage.events(report)[-1].data
    assert "category_before" not in told
    assert told["policy"] == "urgent"


def test_a_department_does_not_give_itself_more_time(stage: Stage, cast: Cast) -> None:
    due_at = NOON + timedelta(hours=10)
    report = make_report(stage.session, stage.reference, "in_progress", policy="urgent", due_at=due_at)
    assert plan(stage, cast.department, report, "hanging_cable").kept_deadline
    correct(stage, cast.department, report, "hanging_cable")
    assert report.due_at == due_at
    with pytest.raises(Forbidden):
        correct(stage, cast.department, report, "noise", policy="standard")


@pytest.mark.parametrize("status", ["received", "triage", "resolved"])
def test_before_and_after_the_work_the_kind_changes_alone(stage: Stage, cast: Cast, status: str) -> None:
    report = make_report(stage.session, stage.reference, status, category="noise")
    correct(stage, cast.triage, report, "hanging_cable")
    assert (report.status, stage.types(report)) == (status, ["report.recategorised"])
    assert stage.reference.categories[report.category_id].code == "hanging_cable"


def test_answers_that_no_longer_fit_are_kept_for_colleagues_alone(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "triage", attributes={"owner": "vnpt"})
    correct(stage, cast.triage, report, "noise")
    assert report.attributes == {}
    event = stage.events(report)[-1]
    assert event.private == {"answers": {"owner": "vnpt"}}
    assert "vnpt" not in str(event.data)


def test_a_kind_that_is_never_public_hides_the_case(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "triage")
    correct(stage, cast.triage, report, "tip_off")
    assert not report.published


def test_a_retry_is_answered_and_another_kind_from_the_same_screen_refused(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "triage")
    for _ in range(2):
        correct(stage, cast.triage, report, "noise", version=1)
    assert stage.types(report) == ["report.recategorised"]
    with pytest.raises(Conflict) as refused:
        correct(stage, cast.triage, report, "hanging_cable", version=1)
    assert refused.value.extra["changed"][0]["data"]["category"] == "noise"


@pytest.mark.parametrize(
    ("who", "status", "wish", "error"),
    [
        ("other_department", "in_progress", {}, Forbidden),
        ("executor", "in_progress", {}, Forbidden),
        ("administrator", "in_progress", {}, Forbidden),
        ("inspector", "resolved", {}, Forbidden),
        ("department", "resolved", {}, Conflict),
        ("triage", "closed", {}, Conflict),
        ("triage", "rejected", {}, Conflict),
        ("triage", "in_progress", {"category": "old_kind"}, Invalid),
        ("triage", "in_progress", {"category": "nonsense"}, Invalid),
        ("triage", "in_progress", {"category": "litter"}, Invalid),
        ("triage", "in_progress", {"policy": "nonsense"}, Invalid),
    ],
)
def test_who_may_not_correct_and_what_is_no_correction(
    stage: Stage, cast: Cast, who: str, status: str, wish: dict[str, Any], error: type[AppError]
) -> None:
    report = make_report(stage.session, stage.reference, status)
    for verb in (plan, correct):
        with pytest.raises(error):
            verb(stage, cast.everyone()[who], report, **{"category": "noise", **wish})
    assert stage.types(report) == []
