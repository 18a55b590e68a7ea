"""Steps that wait some seconds: nobody is told before, they can be taken back, a refusal is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.casework.case.case import Transition
from service.domain.casework.delayed_steps import (
    FAILED_FOR,
    DelayedStepView,
    cancel_delayed_step,
    cancel_delayed_steps,
    carry_out_next_step,
    delay_step,
    delayed_steps,
    forget_failed,
    has_due_step,
)
from service.errors import AppError, Conflict, Invalid, NotFound
from service.models import DelayedStep, Report, Role, Staff
from tests.domain.casework.stage import Stage
from tests.support.factories import make_report
from tests.support.people import KEY, Cast, Person
from tests.support.small_city import NOON

TEN = timedelta(seconds=10)


def hold(stage: Stage, person: Person, report: Report, to: str = "rejected", **wish: object) -> None:
    values = {"to": to, "version": report.version, **({"reason": "Không phải"} if to == "rejected" else {})}
    body = Transition.model_validate({**values, **wish})
    delay_step(stage.session, stage.context(person, NOON), report.id, body, 10)


def take(stage: Stage, after: timedelta = TEN) -> list[Report]:
    """The reports whose steps were taken, or tried, at that time."""
    found = []
    while made := carry_out_next_step(stage.session, stage.reference, stage.books, KEY, NOON + after):
        found.append(stage.session.get_one(Report, made, populate_existing=True))
    return found


def shown(session: Session, person: Person) -> list[DelayedStepView]:
    assert person.asker.staff
    return delayed_steps(session, person.asker.staff)


def test_nobody_is_told_before_its_time_and_then_it_is_done(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "triage")
    before = stage.types(report)
    hold(stage, cast.triage, report)

    assert (report.status, report.version, stage.types(report)) == ("triage", 1, before)
    assert [(each.code, each.act, each.own) for each in shown(stage.session, cast.triage)] == [
        (report.code, "reject", True)
    ]
    assert not has_due_step(stage.session, NOON + TEN - timedelta(seconds=1))
    assert take(stage, TEN - timedelta(seconds=1)) == []

    assert has_due_step(stage.session, NOON + TEN)
    assert take(stage) == [report]
    assert (report.status, stage.types(report)) == ("rejected", [*before, "report.rejected"])
    assert stage.events(report)[-1].staff_id == cast.triage.asker.staff.staff_id  # type: ignore[union-attr]
    assert shown(stage.session, cast.triage) == []
    assert take(stage) == []


def test_what_was_taken_back_never_happens(stage: Stage, cast: Cast) -> None:
    report, other = (make_report(stage.session, stage.reference, "triage") for _ in range(2))
    hold(stage, cast.triage, report)
    hold(stage, cast.triage, other, "assigned", lead="ward-W1")
    cancel_delayed_step(stage.session, cast.triage.asker, report.code, NOON)
    assert cancel_delayed_steps(stage.session, cast.triage.asker) == 1
    assert take(stage) == []
    assert (report.status, other.status) == ("triage", "triage")
    with pytest.raises(Conflict):
        cancel_delayed_step(stage.session, cast.triage.asker, report.code, NOON)


def test_too_late_to_take_back(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "triage")
    hold(stage, cast.triage, report)
    take(stage)
    with pytest.raises(Conflict):
        cancel_delayed_step(stage.session, cast.triage.asker, report.code, NOON + TEN)
    assert report.status == "rejected"


@pytest.mark.parametrize(
    ("wish", "error"),
    [
        ({"reason": ""}, Invalid),
        ({"to": "assigned", "lead": "nobody"}, Invalid),
        ({"to": "duplicate", "duplicate_of": "HUE-2222-22"}, Invalid),
        ({"version": 7}, Conflict),
    ],
)
def test_what_is_wrong_is_told_at_once(
    stage: Stage, cast: Cast, wish: dict[str, Any], error: type[AppError]
) -> None:
    report = make_report(stage.session, stage.reference, "triage")
    with pytest.raises(error):
        hold(stage, cast.triage, report, **{"to": "rejected", **wish})
    assert shown(stage.session, cast.triage) == []
    assert (report.status, report.version) == ("triage", 1)


def test_others_hold_nothing_and_take_nothing_back(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "triage")
    for person in (cast.executor, cast.administrator):
        with pytest.raises(AppError):
            hold(stage, person, report)
    hold(stage, cast.triage, report)
    for person in (cast.administrator, cast.department):
        with pytest.raises((Conflict, NotFound)):
            cancel_delayed_step(stage.session, person.asker, report.code, NOON)
        assert cancel_delayed_steps(stage.session, person.asker) == 0
    assert len(shown(stage.session, cast.triage)) == 1


def test_a_second_decision_waits_for_the_first(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "triage")
    hold(stage, cast.triage, report)
    hold(stage, cast.triage, report)
    with pytest.raises(Conflict):
        hold(stage, cast.triage, report, "assigned", lead="ward-W1")
    assert take(stage) == [report]
    assert report.status == "rejected"


def test_what_a_colleague_did_meanwhile_stands_and_the_maker_reads_why(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "triage")
    hold(stage, cast.triage, report, reason="Ngoài địa bàn")
    stage.step(cast.triage, report, "assigned", lead="ward-W1")
    take(stage)

    assert report.status == "assigned"
    (told,) = shown(stage.session, cast.triage)
    assert told.failed
    assert "vừa cập nhật" in told.why
    assert told.words == "Ngoài địa bàn"
    assert take(stage) == []
    assert shown(stage.session, cast.administrator) == [], "nobody else is bothered with it"
    hold(stage, cast.triage, report, reason="Vẫn từ chối")
    (again,) = shown(stage.session, cast.triage)
    assert not again.failed, "a new decision takes the place of the one that failed"


def test_what_nobody_reads_is_forgotten(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "triage")
    hold(stage, cast.triage, report)
    stage.step(cast.triage, report, "assigned", lead="ward-W1")
    take(stage)
    forget_failed(stage.session, NOON + FAILED_FOR)
    assert len(shown(stage.session, cast.triage)) == 1
    forget_failed(stage.session, NOON + TEN + FAILED_FOR + timedelta(seconds=1))
    assert stage.session.scalars(select(DelayedStep)).all() == []


def test_who_is_no_coordinator_any_more_does_nothing(stage: Stage, cast: Cast) -> None:
    gone, moved = (make_report(stage.session, stage.reference, "triage") for _ in range(2))
    for report, change in ((gone, {"active": False}), (moved, {"active": True, "role": Role.INSPECTOR})):
        hold(stage, cast.triage, report)
        maker = stage.session.get_one(Staff, cast.triage.asker.staff.staff_id)  # type: ignore[union-attr]
        for name, value in change.items():
            setattr(maker, name, value)
        take(stage)
        assert report.status == "triage"
        maker.active, maker.role = True, Role.TRIAGE


def test_a_merge_and_a_suggestion_are_kept_whole(stage: Stage, cast: Cast) -> None:
    original = make_report(stage.session, stage.reference, "in_progress")
    twin, third = (make_report(stage.session, stage.reference, "triage") for _ in range(2))
    hold(stage, cast.triage, twin, "duplicate", duplicate_of=original.code)

    def fill(_: Session, __: Report) -> Transition:
        return Transition(to="assigned", version=1, lead="ward-W2", supports=["ward-W1"], executor=None)

    delay_step(
        stage.session,
        stage.context(cast.triage, NOON),
        third.id,
        Transition(to="assigned", version=1),
        10,
        fill,
    )
    assert {each.original for each in shown(stage.session, cast.triage)} == {None, original.code}
    take(stage)
    assert (twin.status, twin.duplicate_of_id) == ("duplicate", original.id)
    assert (third.status, third.lead_id) == ("assigned", stage.department("ward-W2"))
    assert third.support_ids == [stage.department("ward-W1")]
