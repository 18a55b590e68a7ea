"""Asking a manager for more time: who asks, who decides, what becomes of what nobody decided."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from service.domain.casework.extension_requests import (
    ExtensionDecision,
    RequestView,
    answer_request,
    ask_for_more,
    requests_of,
    waiting_requests,
)
from service.domain.casework.extensions import ExtensionTerms
from service.errors import AppError, Conflict, Forbidden, Invalid, NotFound
from service.models import EventType, Report
from service.models.casework.casework import ExtensionRequestState
from tests.domain.casework.stage import Stage
from tests.support.factories import make_report
from tests.support.people import Cast, Person
from tests.support.small_city import NOON

HOUR = timedelta(hours=1)


def case(stage: Stage, cast: Cast, policy: str = "urgent") -> Report:
    """Assigned at NOON; `urgent` is ten hours with approval, `standard` seven working days without."""
    report = make_report(stage.session, stage.reference, "triage")
    return stage.step(cast.triage, report, "assigned", lead="city-cables", policy=policy)


def ask(stage: Stage, person: Person, report: Report, amount: int = 4, **wish: object) -> RequestView:
    values = {"amount": amount, "unit": "hours", "reason": "Chờ xe nâng", "version": report.version, **wish}
    body = ExtensionTerms.model_validate(values)
    return ask_for_more(stage.session, stage.reference, person.asker, report.id, body, stage.now)


def answer(stage: Stage, person: Person, report: Report, *, approve: bool, **wish: Any) -> RequestView:
    body = ExtensionDecision.model_validate({"approve": approve, "version": report.version, **wish})
    return answer_request(stage.session, stage.reference, person.asker, report.id, body, stage.now)


def test_the_manager_grants_what_was_asked(stage: Stage, cast: Cast) -> None:
    report = case(stage, cast)
    asked = ask(stage, cast.department, report)
    assert (asked.state, asked.code) == (ExtensionRequestState.OPEN, report.code)
    assert asked.by == cast.department.account.name
    assert report.due_at == NOON + 10 * HOUR
    assert [each.id for each in waiting_requests(stage.session, cast.manager.actor)] == [asked.id]
    assert waiting_requests(stage.session, cast.other_manager.actor) == []
    assert waiting_requests(stage.session, cast.department.actor) == []

    stage.now = NOON + HOUR
    decided = answer(stage, cast.manager, report, approve=True, answer="Đồng ý")
    assert (decided.state, decided.decided_by) == (ExtensionRequestState.APPROVED, cast.manager.account.name)
    assert (report.due_at, report.extensions) == (NOON + 14 * HOUR, 1)
    assert waiting_requests(stage.session, cast.manager.actor) == []
    asking, granted = stage.events(report)[-2:]
    assert (asking.type, asking.public, granted.type, granted.public) == (
        "report.extension_asked",
        False,
        "report.extended",
        True,
    )
    assert "Chờ xe nâng" not in str(asking.data)
    assert granted.data["reason"] == "Chờ xe nâng"


def test_what_is_declined_needs_a_word_and_changes_no_deadline(stage: Stage, cast: Cast) -> None:
    report = case(stage, cast)
    ask(stage, cast.department, report)
    with pytest.raises(Invalid):
        answer(stage, cast.manager, report, approve=False, answer="  ")
    stage.session.expire_all()
    declined = answer(stage, cast.manager, report, approve=False, answer="Làm được trong hôm nay")
    assert (declined.state, declined.answer) == (ExtensionRequestState.DECLINED, "Làm được trong hôm nay")
    assert (report.due_at, report.extensions) == (NOON + 10 * HOUR, 0)
    assert ask(stage, cast.department, report, 2).state == ExtensionRequestState.OPEN


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        ("department", Forbidden),
        ("other_manager", Forbidden),
        ("triage", Forbidden),
        ("executor", Forbidden),
        ("administrator", Forbidden),
    ],
)
def test_only_its_manager_decides(stage: Stage, cast: Cast, who: str, refusal: type[AppError]) -> None:
    report = case(stage, cast)
    ask(stage, cast.department, report)
    with pytest.raises(refusal):
        answer(stage, cast.everyone()[who], report, approve=True)


@pytest.mark.parametrize("who", ["other_department", "executor", "inspector", "triage", "administrator"])
def test_only_the_lead_department_asks(stage: Stage, cast: Cast, who: str) -> None:
    report = case(stage, cast)
    with pytest.raises(Forbidden):
        ask(stage, cast.everyone()[who], report)


def test_what_one_may_not_see_is_not_there(stage: Stage, cast: Cast) -> None:
    report = case(stage, cast)
    report.published = False
    stage.session.flush()
    for act in (
        lambda: ask(stage, cast.other_department, report),
        lambda: answer(stage, cast.other_manager, report, approve=True),
        lambda: requests_of(stage.session, cast.other_department.asker, report.id, stage.now),
    ):
        with pytest.raises(NotFound):
            act()


def test_who_decides_after_another_manager_is_told_what_was_decided(stage: Stage, cast: Cast) -> None:
    report = case(stage, cast)
    ask(stage, cast.department, report)
    seen = report.version
    answer(stage, cast.manager, report, approve=True)
    with pytest.raises(Conflict, match="phiên bản") as refused:
        answer(stage, cast.manager, report, approve=False, answer="Không", version=seen)
    changed = refused.value.extra["changed"]
    assert [each["type"] for each in changed] == ["report.extended"]


def test_a_request_that_has_no_sense_now_is_refused(stage: Stage, cast: Cast) -> None:
    report = case(stage, cast)
    with pytest.raises(Conflict, match="phiên bản"):
        ask(stage, cast.department, report, version=report.version + 1)
    with pytest.raises(Invalid):
        ask(stage, cast.department, report, 9)
    with pytest.raises(Conflict):
        answer(stage, cast.manager, report, approve=True)
    ask(stage, cast.department, report)
    with pytest.raises(Conflict, match="đang chờ"):
        ask(stage, cast.department, report, 5)
    easy = case(stage, cast, "standard")
    with pytest.raises(Conflict, match="không cần duyệt"):
        ask(stage, cast.department, easy, 1, unit="working_days")
    stage.now = NOON + 11 * HOUR
    late = case(stage, cast)
    late.due_at = NOON
    with pytest.raises(Conflict, match="quá hạn"):
        ask(stage, cast.department, late)


def test_the_same_request_again_is_one(stage: Stage, cast: Cast) -> None:
    report = case(stage, cast)
    assert ask(stage, cast.department, report).id == ask(stage, cast.department, report).id
    assert stage.types(report).count(EventType.EXTENSION_ASKED) == 1


def test_what_was_asked_in_time_may_be_granted_late(stage: Stage, cast: Cast) -> None:
    report = case(stage, cast)
    ask(stage, cast.department, report)
    stage.now = NOON + 11 * HOUR
    answer(stage, cast.manager, report, approve=True)
    assert report.due_at == NOON + 14 * HOUR


def test_a_case_that_went_on_needs_no_answer(stage: Stage, cast: Cast) -> None:
    report = case(stage, cast)
    ask(stage, cast.department, report)
    stage.step(cast.department, report, "in_progress")
    assert len(waiting_requests(stage.session, cast.manager.actor)) == 1
    stage.step(cast.department, report, "assigned", lead="ward-W2", reason="Ở phường")
    assert waiting_requests(stage.session, cast.manager.actor) == []
    assert waiting_requests(stage.session, cast.other_manager.actor) == []
    [left] = requests_of(stage.session, cast.triage.asker, report.id, stage.now)
    assert (left.state, left.decided_by) == (ExtensionRequestState.LAPSED, None)
