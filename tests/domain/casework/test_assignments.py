"""Assign, hand on, refuse: who plays which part afterwards, until when, and what is told."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from service.domain.casework.case.assignment import current_supports
from service.domain.kernel.times import utc_text
from service.domain.reports.access import Asker
from service.domain.routing.why import RoutingAccount, explain_routing
from service.errors import Invalid
from service.models import DeadlinePolicy, Report, RoutingRule
from tests.domain.casework.stage import Stage
from tests.support.factories import make_report
from tests.support.people import Cast
from tests.support.small_city import NOON

HUE = ZoneInfo("Asia/Ho_Chi_Minh")
NEXT_DAY = NOON + timedelta(days=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HUE)


def supports(stage: Stage, report: Report) -> list[str]:
    stage.session.flush()
    return [view.code for view in current_supports(stage.reference, report)]


def test_the_coordinator_assigns_and_the_clock_has_run_since_the_report_came(
    stage: Stage, cast: Cast
) -> None:
    report = make_report(stage.session, stage.reference, "triage", category="noise")
    stage.now = NEXT_DAY
    stage.step(cast.triage, report, "assigned", lead="city-cables", supports=["ward-W1"], executor="telecom")

    assert (report.lead_id, report.executor_id) == (
        stage.department("city-cables"),
        stage.department("telecom"),
    )
    assert supports(stage, report) == ["ward-W1"]
    # Received on Wednesday 4 March: seven working days end on Friday 13, counted from the day after.
    assert report.due_at == at("2026-03-13 17:30")
    # The department learns of it on Thursday noon: eight working hours from there.
    assert report.accept_due_at == at("2026-03-06 11:30")
    assert report.amber_at is not None
    assert report.created_at < report.amber_at < report.due_at
    told = stage.events(report)[-1]
    assert told.type == "report.assigned"
    assert told.data["lead"] == "city-cables"
    assert told.data["supports"] == ["ward-W1"]
    assert told.data["executor"] == "telecom"
    assert datetime.fromisoformat(told.data["due_at"]) == report.due_at


@pytest.mark.parametrize(("lead", "followed"), [("ward-W1", True), ("ward-W2", False)])
def test_the_rule_is_kept_where_the_coordinator_does_what_it_says(
    stage: Stage, cast: Cast, lead: str, followed: bool
) -> None:
    ward = stage.reference.ward_by_code["W1"].id
    report = make_report(stage.session, stage.reference, "triage", ward_id=ward)
    stage.step(cast.triage, report, "assigned", lead=lead)
    rule = stage.session.scalars(select(RoutingRule.id).where(RoutingRule.number == 1)).one()
    assert report.rule_id == (rule if followed else None)
    assert report.routing is not None
    assert "Quy tắc 1" in report.routing["explanation"]["vi"]


def test_the_coordinator_may_choose_another_policy(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "triage")
    stage.step(cast.triage, report, "assigned", lead="ward-W1", policy="urgent")
    assert report.due_at == NOON + timedelta(hours=10)
    assert report.amber_at == NOON + timedelta(hours=5)
    assert report.accept_due_at == NOON + timedelta(hours=1)
    kept = stage.session.get_one(DeadlinePolicy, report.policy_id)
    assert kept.code == "urgent"


def test_the_coordinator_corrects_the_category(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "triage", category="noise")
    stage.step(cast.triage, report, "assigned", lead="ward-W1", category="litter")
    litter = stage.reference.category_by_code["litter"].id
    event = stage.events(report)[-1]
    assert (report.category_id, event.category_id) == (litter, litter)
    assert event.data["category_before"] == "noise"


@pytest.mark.parametrize(
    ("before", "after", "published"),
    [
        ("pollution", None, True),
        ("tip_off", None, False),
        ("litter", "tip_off", False),
        ("tip_off", "litter", True),
    ],
)
def test_what_waited_for_a_persons_look_is_published_by_it(
    stage: Stage, cast: Cast, before: str, after: str | None, published: bool
) -> None:
    report = make_report(
        stage.session, stage.reference, "triage", category=before, published=before == "litter"
    )
    wish = {"category": after} if after else {}
    stage.step(cast.triage, report, "assigned", lead="ward-W1", **wish)
    assert report.published is published
    assert stage.events(report)[-1].public is published


@pytest.mark.parametrize(
    ("wish", "place"),
    [
        ({}, ("lead",)),
        ({"lead": "nowhere"}, ("lead",)),
        ({"lead": "gone"}, ("lead",)),
        ({"lead": "ward-W1", "supports": ["ward-W2", "nowhere"]}, ("supports", 1)),
        ({"lead": "ward-W1", "supports": ["ward-W1"]}, ("supports", 0)),
        ({"lead": "ward-W1", "executor": "nowhere"}, ("executor",)),
        ({"lead": "ward-W1", "executor": "ward-W1"}, ("executor",)),
        ({"lead": "ward-W1", "executor": "telecom", "supports": ["telecom"]}, ("supports", 0)),
        ({"lead": "ward-W1", "policy": "nowhere"}, ("policy",)),
        ({"lead": "ward-W1", "category": "nowhere"}, ("category",)),
        ({"lead": "ward-W1", "category": "old_kind"}, ("category",)),
    ],
)
def test_codes_that_nobody_has_are_named(
    stage: Stage, cast: Cast, wish: dict[str, object], place: tuple[str | int, ...]
) -> None:
    report = make_report(stage.session, stage.reference, "triage")
    with pytest.raises(Invalid) as refused:
        stage.step(cast.triage, report, "assigned", **wish)
    assert [error.loc for error in refused.value.errors] == [place]


def test_handing_on_keeps_the_deadline_and_begins_acceptance_anew(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "triage")
    stage.step(cast.triage, report, "assigned", lead="city-cables", executor="telecom", supports=["ward-W1"])
    stage.step(cast.department, report, "in_progress")
    due_at, stage.now = report.due_at, NEXT_DAY
    stage.step(cast.department, report, "assigned", lead="ward-W1", reason="Cột của phường")

    assert report.due_at == due_at
    assert report.accept_due_at == at("2026-03-06 11:30")
    assert (report.status, report.accepted_at, report.holder_id) == ("assigned", None, None)
    assert report.lead_id == stage.department("ward-W1")
    assert report.executor_id == stage.department("telecom"), "what is left out stays"
    assert supports(stage, report) == [], "who leads no longer supports"
    event = stage.events(report)[-1]
    assert event.type == "report.handed_on"
    assert (event.data["lead_before"], event.data["reason"]) == ("city-cables", "Cột của phường")


def test_a_case_is_not_handed_on_to_who_has_it(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "assigned")
    with pytest.raises(Invalid) as refused:
        stage.step(cast.department, report, "assigned", lead="city-cables", reason="nhầm")
    assert [error.loc for error in refused.value.errors] == [("lead",)]


def test_an_executor_who_takes_the_lead_no_longer_executes(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "assigned", executor="telecom")
    stage.step(cast.triage, report, "assigned", lead="telecom", reason="Cáp của họ")
    assert (report.lead_id, report.executor_id) == (stage.department("telecom"), None)


def test_an_empty_list_and_null_take_parts_away(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "assigned", executor="telecom", supports=["ward-W2"])
    stage.step(cast.department, report, "in_progress", supports=[], executor=None)
    assert (supports(stage, report), report.executor_id) == ([], None)


def test_a_refusal_frees_the_case_and_leaves_its_deadline_running(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "triage")
    stage.step(cast.triage, report, "assigned", lead="city-cables", executor="telecom", supports=["ward-W2"])
    due_at = report.due_at
    stage.step(cast.department, report, "triage", reason="Không phải cáp viễn thông")

    assert (report.lead_id, report.executor_id, report.accept_due_at) == (None, None, None)
    assert supports(stage, report) == []
    assert (report.triage_reason, report.due_at) == ("refused", due_at)
    assert stage.events(report)[-1].data["lead_before"] == "city-cables"


def test_time_waited_before_a_refusal_is_not_lost_when_it_is_assigned_again(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "triage")
    stage.step(cast.triage, report, "assigned", lead="city-cables", policy="urgent")
    stage.step(cast.department, report, "in_progress")
    stage.step(cast.department, report, "waiting", reason="Ở đâu?")
    stage.now = NOON + timedelta(hours=3)
    stage.step(cast.department, report, "in_progress")
    stage.step(cast.department, report, "assigned", lead="ward-W1", reason="Của phường")
    stage.step(cast.triage, report, "triage", reason="Phường trả lại")
    stage.step(cast.triage, report, "assigned", lead="ward-W2", policy="urgent")
    assert report.due_at == NOON + timedelta(hours=13)


def test_the_lead_of_the_rule_brings_along_whom_the_rule_names(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "triage", category="hanging_cable")
    stage.step(cast.triage, report, "assigned", lead="city-cables")
    assert report.executor_id == stage.department("telecom")
    assert stage.events(report)[-1].data["executor"] == "telecom"


def test_so_it_does_with_a_corrected_kind(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "triage", category="litter")
    stage.step(cast.triage, report, "assigned", lead="city-cables", category="hanging_cable")
    assert report.executor_id == stage.department("telecom")


def test_what_the_coordinator_says_otherwise_is_done(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "triage", category="hanging_cable")
    stage.step(cast.triage, report, "assigned", lead="city-cables", executor=None, supports=["ward-W1"])
    assert (report.executor_id, supports(stage, report)) == (None, ["ward-W1"])


def test_another_lead_than_the_rule_names_comes_alone(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "triage", category="hanging_cable")
    stage.step(cast.triage, report, "assigned", lead="ward-W1")
    assert report.executor_id is None


def test_the_account_of_routing_is_made_anew_and_says_who_decided(stage: Stage, cast: Cast) -> None:
    old = {"at": "2026-03-04T05:00:00Z", "explanation": {"vi": "cũ", "en": "old"}, "ward_distance_m": 3.0}
    report = make_report(stage.session, stage.reference, "triage", category="hanging_cable", routing=old)
    stage.now = NEXT_DAY
    stage.step(cast.triage, report, "assigned", lead="city-cables")
    book = stage.books.get(stage.session)

    def told(who: Asker) -> RoutingAccount:
        return explain_routing(stage.session, book, who, report.id, now=stage.now, language="vi")

    inside = told(cast.department.asker)
    assert inside.explanation is not None
    assert inside.explanation.startswith("Điều phối viên chuyển theo quy tắc. Quy tắc 2:")
    assert (inside.decided_at, inside.decided_by) == (NEXT_DAY, "person")
    assert (inside.decided_by_name, inside.ward_distance_m) == (cast.triage.account.name, 3.0)
    assert told(Asker()).decided_by_name is None

    stage.step(cast.triage, report, "assigned", lead="ward-W2", reason="Đúng địa bàn")
    handed = told(cast.triage.asker)
    assert handed.explanation is not None
    assert "ward-W2 chủ trì" in handed.explanation
    assert handed.rule is None


def test_a_deadline_reads_the_same_after_assigning_and_afterwards(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "triage", category="noise")
    stage.step(cast.triage, report, "assigned", lead="city-cables")
    assert report.due_at is not None
    assert report.accept_due_at is not None
    first = [report.due_at.isoformat(), report.accept_due_at.isoformat()]
    stage.session.flush()
    stage.session.refresh(report)
    assert first == [report.due_at.isoformat(), report.accept_due_at.isoformat()]
    assert stage.events(report)[-1].data["due_at"] == utc_text(report.due_at)
    assert utc_text(report.due_at).endswith("Z")
