"""Accept, ask, resume, resolve, close, send back, reopen, appeal: times and what is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service.domain.casework.passing_time.timeouts import end_unanswered
from service.errors import Forbidden
from service.models import Report
from tests.domain.casework.stage import Stage
from tests.support.factories import make_photo, make_report
from tests.support.people import Cast
from tests.support.small_city import NOON

HOUR = timedelta(hours=1)


@pytest.fixture
def urgent(stage: Stage, cast: Cast) -> Report:
    """A case of city-cables due ten hours after NOON, amber after five, accepted at NOON."""
    report = make_report(stage.session, stage.reference, "triage")
    stage.step(cast.triage, report, "assigned", lead="city-cables", policy="urgent")
    return stage.step(cast.department, report, "in_progress")


def test_accepting_says_who_holds_the_case_and_who_helps(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "assigned")
    stage.now = NOON + HOUR
    stage.step(cast.department, report, "in_progress", executor="telecom")
    assert report.accepted_at == NOON + HOUR
    assert report.holder_id == cast.department.account.id
    assert report.executor_id == stage.department("telecom")
    assert stage.events(report)[-1].data["executor"] == "telecom"


def test_accepting_publishes_what_waited_for_a_persons_look(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "assigned", category="pollution", published=False)
    stage.step(cast.department, report, "in_progress")
    assert report.published
    assert stage.events(report)[-1].public


def test_while_the_reporter_is_asked_the_deadline_stands_and_then_moves_by_as_much(
    stage: Stage, cast: Cast, urgent: Report
) -> None:
    stage.now = NOON + 2 * HOUR
    stage.step(cast.department, urgent, "waiting", reason="Số cột điện là gì?")
    assert (urgent.due_at, urgent.paused_at) == (NOON + 10 * HOUR, NOON + 2 * HOUR)

    stage.now = NOON + 26 * HOUR
    stage.step(cast.triage, urgent, "in_progress")
    assert (urgent.due_at, urgent.amber_at) == (NOON + 34 * HOUR, NOON + 29 * HOUR)
    assert urgent.paused_at is None
    assert stage.types(urgent)[-2:] == ["report.waiting", "report.resumed"]


@pytest.mark.parametrize("by_time", [False, True])
def test_who_was_never_answered_is_not_late(stage: Stage, cast: Cast, urgent: Report, by_time: bool) -> None:
    stage.now = NOON + 2 * HOUR
    stage.step(cast.department, urgent, "waiting", reason="Số cột điện là gì?")
    stage.now = NOON + 30 * 24 * HOUR
    if by_time:
        assert end_unanswered(stage.session, stage.reference, stage.now) == 1
    else:
        stage.step(cast.department, urgent, "rejected", reason="Không rõ nơi")
    assert (urgent.status, urgent.closed_at) == ("rejected", stage.now)
    assert urgent.due_at == stage.now + 8 * HOUR


def test_every_pause_counts(stage: Stage, cast: Cast, urgent: Report) -> None:
    for hour in (1, 4):
        stage.now = NOON + hour * HOUR
        stage.step(cast.department, urgent, "waiting", reason=f"Câu hỏi {hour}")
        stage.now += 2 * HOUR
        stage.step(cast.department, urgent, "in_progress")
    assert urgent.due_at == NOON + 14 * HOUR


def test_the_executor_resolves_what_was_handed_to_them(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "in_progress", executor="telecom")
    stage.now = NOON + HOUR
    photo = make_photo(stage.session, report)
    stage.step(cast.executor, report, "resolved", evidence=[photo])
    assert (report.status, report.resolved_at) == ("resolved", NOON + HOUR)


def test_the_inspector_closes_and_the_case_is_at_its_end(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "resolved")
    stage.now = NOON + HOUR
    stage.step(cast.inspector, report, "closed", public_reply="Đã kiểm tra, sạch sẽ")
    assert (report.status, report.closed_at) == ("closed", NOON + HOUR)


def test_an_inspector_of_one_ward_has_no_say_in_another(stage: Stage, cast: Cast) -> None:
    mine = make_report(stage.session, stage.reference, "resolved", lead="ward-W2")
    other = make_report(stage.session, stage.reference, "resolved", lead="ward-W1")
    assert stage.step(cast.ward_inspector, mine, "closed").status == "closed"
    with pytest.raises(Forbidden):
        stage.step(cast.ward_inspector, other, "closed")


def test_what_was_sent_back_is_not_resolved_any_more_and_its_clock_ran_on(
    stage: Stage, cast: Cast, urgent: Report
) -> None:
    evidence = make_photo(stage.session, urgent)
    stage.now = NOON + 3 * HOUR
    stage.step(cast.department, urgent, "resolved", evidence=[evidence])
    stage.now = NOON + 6 * HOUR
    stage.step(cast.inspector, urgent, "in_progress", reason="Còn rác", evidence=[evidence])
    assert (urgent.resolved_at, urgent.due_at) == (None, NOON + 10 * HOUR)


def test_a_reopened_case_gets_a_new_term(stage: Stage, cast: Cast, urgent: Report) -> None:
    stage.now = NOON + HOUR
    stage.step(cast.department, urgent, "waiting", reason="Ở đâu?")
    stage.now = NOON + 3 * HOUR
    stage.step(cast.department, urgent, "in_progress")
    stage.step(cast.department, urgent, "resolved", evidence=[make_photo(stage.session, urgent)])
    stage.step(cast.inspector, urgent, "closed")
    stage.now = NOON + 100 * HOUR
    stage.step(cast.triage, urgent, "in_progress", reason="Rác lại đầy")
    assert (urgent.status, urgent.closed_at, urgent.resolved_at) == ("in_progress", None, None)
    assert (urgent.due_at, urgent.amber_at) == (NOON + 110 * HOUR, NOON + 105 * HOUR)
    assert urgent.lead_id == stage.department("city-cables")


def test_a_rejection_is_looked_at_again_at_the_desk(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "triage")
    stage.step(cast.triage, report, "rejected", reason="Không rõ nơi")
    stage.step(cast.triage, report, "triage", reason="Người dân gọi lại")
    assert (report.status, report.triage_reason, report.closed_at) == ("triage", "appeal", None)


def test_the_coordinator_keeps_what_routing_has_not_come_to(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "received")
    stage.step(cast.triage, report, "triage")
    assert (report.status, report.triage_reason) == ("triage", "by_hand")


def test_a_case_without_policy_goes_on_without_deadline(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "waiting", policy_id=None)
    stage.step(cast.department, report, "in_progress")
    assert (report.due_at, report.amber_at) == (None, None)


def test_accepting_leaves_the_case_with_whom_it_was_given_to(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "assigned", lead="cables-room")
    report.holder_id = cast.room.account.id
    stage.step(cast.department, report, "in_progress")
    assert report.holder_id == cast.room.account.id
    event = stage.events(report)[-1]
    assert event.private == {"holder_id": cast.room.account.id, "holder": cast.room.account.name}


def test_who_accepts_takes_over_from_somebody_who_is_gone_and_it_is_written_down(
    stage: Stage, cast: Cast
) -> None:
    report = make_report(stage.session, stage.reference, "assigned", lead="cables-room")
    report.holder_id = cast.room.account.id
    cast.room.account.active = False
    stage.step(cast.department, report, "in_progress")
    assert report.holder_id == cast.department.account.id
    assert (stage.events(report)[-1].private or {})["before"] == cast.room.account.name
