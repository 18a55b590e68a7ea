"""Before a clean-up: tools asked for, places outside of the city, reminders in a browser."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.cleanups.equipment.tools import ToolRequest, request_tools
from service.domain.cleanups.passing_time import forget_volunteers, remind_volunteers
from service.domain.cleanups.push_reminders import remind_by_push
from service.domain.people.devices import Browser
from service.errors import Conflict, Invalid
from service.models import Difficulty, Message, PushDevice, Work
from tests.support.cleanups.stage import MORNING, CleanupStage
from tests.support.people import KEY, Cast
from tests.support.small_city import NOON, OUTSIDE

BROWSER = Browser(
    endpoint="https://fcm.googleapis.com/fcm/send/volunteer",
    p256dh="BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM",
    auth="tBHItJI5svbpez7KI4CCXg",
)


def test_missing_tools_are_asked_for_once(session: Session, reference: Reference, cast: Cast) -> None:
    stage = CleanupStage(session, reference)
    named = (("Găng tay", 50, 20), ("Xẻng", 10, 0), ("Bao (loại 2:1)", 5, 9))
    tools = [{"what": what, "need": need, "have": have} for what, need, have in named]
    found = stage.make(cast.other_department, tools=tools)
    ctx, asked = stage.ctx(cast.other_department), ToolRequest(id=uuid4())
    work, new = request_tools(ctx, cast.other_department.asker, found.work.code, asked)
    kept = session.get_one(Difficulty, work.id)
    assert new and [(each["name"], each["count"]) for each in kept.items] == [("Găng tay", 30), ("Xẻng", 10)]
    assert kept.about_id == found.work.id
    assert request_tools(ctx, cast.other_department.asker, found.work.code, asked) == (work, False)
    plain = stage.make(cast.other_department)
    with pytest.raises(Conflict):
        request_tools(ctx, cast.other_department.asker, plain.work.code, ToolRequest(id=uuid4()))


def test_a_place_outside_the_city_needs_a_reason(session: Session, reference: Reference, cast: Cast) -> None:
    stage, outside = CleanupStage(session, reference), {"lon": OUTSIDE[0], "lat": OUTSIDE[1]}
    with pytest.raises(Invalid) as refused:
        stage.make(cast.other_department, location=outside, note="")
    assert refused.value.errors[0].loc == ("note",)
    found = stage.make(cast.other_department, location=outside, note="Bãi biển giáp ranh")
    assert found.work.ward_id is None


def test_a_browser_is_told_instead_of_an_address_and_forgotten(
    session: Session, reference: Reference, cast: Cast
) -> None:
    stage = CleanupStage(session, reference)
    found = stage.announce(cast.other_department)
    signup = stage.join(found, email="a@b.vn")
    remind_by_push(session, reference, found.work.code, signup.id, BROWSER, language="vi", now=stage.now)
    stage.at(MORNING - timedelta(hours=3))
    assert remind_volunteers(session, reference, KEY, stage.now) == 1
    assert remind_volunteers(session, reference, KEY, stage.now) == 0
    rows = list(session.scalars(select(Message).where(Message.notice == "cleanup_reminder")))
    assert [(row.channel, row.device_id) for row in rows] == [("push", signup.device_id)]
    stage.take(cast.other_department, found, "cancelled", reason="Bão")
    assert stage.told("cleanup_cancelled") == [str(signup.device_id)], "once, not by mail too"
    remind_by_push(session, reference, found.work.code, signup.id, None, language="vi", now=stage.now)
    assert session.scalar(select(PushDevice.id)) is None
    stage.at(NOON)
    other = stage.join(stage.announce(cast.other_department), email="c@d.vn")
    code = session.get_one(Work, other.work_id).code
    remind_by_push(session, reference, code, other.id, BROWSER, language="vi", now=stage.now)
    forget_volunteers(session, reference, MORNING + timedelta(days=31), 10)
    session.expire_all()
    assert (other.sealed, other.device_id) == (None, None)
    assert session.scalar(select(PushDevice.id)) is None
