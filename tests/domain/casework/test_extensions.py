"""More time: by whom, how much, how often, and never for what is late already."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service.errors import AppError, Conflict, Forbidden, Invalid, NotFound
from service.models import EventType, Report
from tests.domain.casework.stage import Stage
from tests.support.factories import make_report
from tests.support.people import Cast
from tests.support.small_city import NOON

HOUR = timedelta(hours=1)


def case(stage: Stage, cast: Cast, policy: str, lead: str = "city-cables") -> Report:
    """Assigned at NOON; `urgent` is ten hours with approval, `standard` seven working days without."""
    report = make_report(stage.session, stage.reference, "triage")
    return stage.step(cast.triage, report, "assigned", lead=lead, policy=policy)


def test_an_extension_moves_the_deadline_and_tells_before_and_after(stage: Stage, cast: Cast) -> None:
    report = case(stage, cast, "urgent")
    version = report.version
    stage.now = NOON + HOUR
    stage.extend(cast.manager, report, 4, "hours")

    assert report.due_at == NOON + 14 * HOUR
    assert report.amber_at == NOON + 7 * HOUR
    assert (report.version, report.extensions, report.status) == (version + 1, 1, "assigned")
    event = stage.events(report)[-1]
    assert (event.type, event.public) == (EventType.EXTENDED, True)
    assert (event.data["amount"], event.data["unit"], event.data["reason"]) == (4, "hours", "Chờ vật tư")
    assert event.data["before"] < event.data["after"]


def test_the_department_extends_by_itself_where_the_policy_lets_it(stage: Stage, cast: Cast) -> None:
    report = case(stage, cast, "standard")
    before = report.due_at
    stage.extend(cast.department, report, 2, "working_days")
    assert before is not None
    assert report.due_at == before + timedelta(days=4)  # Friday 13 to Tuesday 17 March


@pytest.mark.parametrize(
    ("who", "policy", "refusal"),
    [
        ("department", "urgent", Forbidden),
        ("other_manager", "urgent", Forbidden),
        ("other_department", "standard", Forbidden),
        ("executor", "standard", Forbidden),
        ("triage", "standard", Forbidden),
        ("inspector", "standard", Forbidden),
        ("administrator", "standard", Forbidden),
    ],
)
def test_only_who_may(stage: Stage, cast: Cast, who: str, policy: str, refusal: type[AppError]) -> None:
    report = case(stage, cast, policy)
    due_at = report.due_at
    unit = "hours" if policy == "urgent" else "working_days"
    with pytest.raises(refusal):
        stage.extend(cast.everyone()[who], report, 1, unit)
    assert (report.due_at, report.extensions) == (due_at, 0)


@pytest.mark.parametrize(
    ("amount", "unit", "place"), [(9, "hours", "amount"), (1, "working_days", "unit"), (3, "hours", "reason")]
)
def test_not_too_much_not_in_another_unit_not_without_reason(
    stage: Stage, cast: Cast, amount: int, unit: str, place: str
) -> None:
    report = case(stage, cast, "urgent")
    with pytest.raises(Invalid) as refused:
        stage.extend(cast.manager, report, amount, unit, reason="\x01" if place == "reason" else "vì mưa")
    assert [error.loc for error in refused.value.errors] == [(place,)]


def test_not_more_in_all_and_not_more_often_than_the_policy_says(stage: Stage, cast: Cast) -> None:
    report = case(stage, cast, "urgent")
    stage.extend(cast.manager, report, 5, "hours")
    with pytest.raises(Invalid):
        stage.extend(cast.manager, report, 4, "hours")
    stage.extend(cast.manager, report, 3, "hours")
    with pytest.raises(Conflict):
        stage.extend(cast.manager, report, 1, "hours")
    assert (report.due_at, report.extensions) == (NOON + 18 * HOUR, 2)


def test_not_once_it_is_late(stage: Stage, cast: Cast) -> None:
    report = case(stage, cast, "urgent")
    stage.now = NOON + 11 * HOUR
    with pytest.raises(Conflict):
        stage.extend(cast.manager, report, 1, "hours")


def test_while_the_clock_stands_a_case_is_not_late(stage: Stage, cast: Cast) -> None:
    report = case(stage, cast, "urgent")
    stage.step(cast.department, report, "in_progress")
    stage.step(cast.department, report, "waiting", reason="Ở đâu?")
    stage.now = NOON + 30 * HOUR
    stage.extend(cast.manager, report, 1, "hours")
    assert report.due_at == NOON + 11 * HOUR
    stage.step(cast.department, report, "in_progress")
    assert report.due_at == NOON + 41 * HOUR


@pytest.mark.parametrize("status", ["triage", "resolved", "closed", "rejected"])
def test_only_where_a_deadline_runs(stage: Stage, cast: Cast, status: str) -> None:
    report = make_report(
        stage.session, stage.reference, status, lead_id=stage.department("city-cables"), due_at=NOON + HOUR
    )
    with pytest.raises(Conflict):
        stage.extend(cast.manager, report, 1, "hours")


def test_a_stale_version_and_an_unknown_report_are_refused(stage: Stage, cast: Cast) -> None:
    report = case(stage, cast, "urgent")
    with pytest.raises(Conflict) as refused:
        stage.extend(cast.manager, report, 1, "hours", version=1)
    assert refused.value.extra["version"] == report.version
    hidden = make_report(stage.session, stage.reference, "assigned", lead="ward-W2", published=False)
    with pytest.raises(NotFound):
        stage.extend(cast.manager, hidden, 1, "hours")
