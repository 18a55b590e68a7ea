"""Changes put off: made at their time and once, called off, or failed with a reason."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service.domain.configuration.administration import rules, scheduled_changes
from service.errors import Conflict, Invalid, NotFound
from service.models.city.administration import ScheduledChangeState
from tests.domain.configuration.administration.stage import Room, rule
from tests.support.small_city import NOON

TOMORROW = NOON + timedelta(days=1)


def planned(room: Room, lead: str = "city-cables") -> int:
    return scheduled_changes.schedule_rule(
        room.session, room.book, room.stamp(), 1, rule(lead=lead), TOMORROW
    ).id


def test_a_planned_rule_comes_into_force_at_its_time_and_once(room: Room) -> None:
    plan = planned(room)
    assert scheduled_changes.next_due(room.session, TOMORROW - timedelta(seconds=1)) is None
    assert scheduled_changes.make(room.session, plan, NOON) is None
    assert len(rules.rule_history(room.session, 1)) == 1
    assert scheduled_changes.next_due(room.session, TOMORROW) == plan
    assert scheduled_changes.make(room.session, plan, TOMORROW) == ScheduledChangeState.DONE
    newest = rules.rule_history(room.session, 1)[0]
    assert (newest.version, newest.spec["lead"], newest.valid_from) == (2, "city-cables", TOMORROW)
    assert scheduled_changes.make(room.session, plan, TOMORROW) is None
    assert scheduled_changes.next_due(room.session, TOMORROW) is None
    assert scheduled_changes.pending_changes(room.session) == []
    assert room.audited("rule.changed")[0].staff_id == room.administrator.id


def test_a_new_rule_can_be_planned(room: Room) -> None:
    wish = rule(None, categories=["noise"])
    row = scheduled_changes.schedule_rule(room.session, room.book, room.stamp(), None, wish, TOMORROW)
    assert scheduled_changes.make(room.session, row.id, TOMORROW) == ScheduledChangeState.DONE
    assert [each.number for each in rules.rules_in_force(room.session)] == [1, 2, 3, 4]


def test_what_somebody_changed_meanwhile_is_left_alone_and_says_why(room: Room) -> None:
    plan = planned(room)
    rules.put_rule_in_force(room.session, room.book, room.stamp(5), 1, rule(lead="telecom"))
    assert scheduled_changes.make(room.session, plan, TOMORROW) == ScheduledChangeState.FAILED
    assert rules.rule_history(room.session, 1)[0].spec["lead"] == "telecom"
    (waiting,) = scheduled_changes.pending_changes(room.session)
    assert waiting.problem
    assert "Người khác" in waiting.problem
    assert len(room.audited("plan.failed")) == 1
    scheduled_changes.cancel(room.session, room.stamp(6), plan)
    assert scheduled_changes.pending_changes(room.session) == []


def test_a_plan_is_checked_when_it_is_made(room: Room) -> None:
    with pytest.raises(Invalid):
        scheduled_changes.schedule_rule(
            room.session, room.book, room.stamp(), 1, rule(lead="nobody"), TOMORROW
        )
    with pytest.raises(Conflict):
        scheduled_changes.schedule_rule(room.session, room.book, room.stamp(), 1, rule(version=4), TOMORROW)
    with pytest.raises(Invalid) as refusal:
        scheduled_changes.schedule_rule(room.session, room.book, room.stamp(), 1, rule(), NOON)
    assert [error.loc for error in refusal.value.errors] == [("due_at",)]
    assert scheduled_changes.pending_changes(room.session) == []


def test_a_cancelled_plan_is_never_made(room: Room) -> None:
    plan = planned(room)
    scheduled_changes.cancel(room.session, room.stamp(), plan)
    assert scheduled_changes.next_due(room.session, TOMORROW) is None
    assert scheduled_changes.make(room.session, plan, TOMORROW) is None
    with pytest.raises(Conflict):
        scheduled_changes.cancel(room.session, room.stamp(), plan)
    with pytest.raises(NotFound):
        scheduled_changes.cancel(room.session, room.stamp(), 9_999)
    assert [entry.subject for entry in room.audited("plan.cancelled")] == ["rule 1"]
