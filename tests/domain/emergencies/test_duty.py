"""On duty: the switch, hours over midnight and weekends in the city's time, and nobody at all."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.emergencies.duty import (
    DutyChange,
    DutyPlan,
    change_duty,
    duty_roster,
    is_within,
    on_duty,
    own_duty,
    plan_duty,
)
from service.domain.people.staff import NewAccount, add_account
from service.errors import Forbidden, Invalid, NotFound
from service.models import AuditEntry
from tests.support.people import Cast
from tests.support.small_city import LONG_AGO, NOON

HUE = ZoneInfo("Asia/Ho_Chi_Minh")
NIGHT = {"fri": ["22:00-06:00"]}
# 2026-03-06 is a Friday.


@pytest.mark.parametrize(
    ("hours", "day", "clock", "within"),
    [
        ({}, 6, "03:00", True),
        ({"fri": []}, 6, "03:00", True),
        (NIGHT, 6, "21:59", False),
        (NIGHT, 6, "22:00", True),
        (NIGHT, 7, "00:00", True),
        (NIGHT, 7, "05:59", True),
        (NIGHT, 7, "06:00", False),
        (NIGHT, 6, "05:00", False),
        (NIGHT, 7, "22:30", False),
        ({"sun": ["18:00-07:30"]}, 9, "07:00", True),
        ({"sun": ["00:00-24:00"]}, 8, "23:59", True),
        ({"sun": ["00:00-24:00"]}, 9, "00:00", False),
        ({"fri": ["07:30-11:30", "13:30-17:30"]}, 6, "12:00", False),
        ({"fri": ["07:30-11:30", "13:30-17:30"]}, 6, "17:00", True),
    ],
)
def test_hours_of_duty_hold_by_the_citys_clock(
    hours: dict[str, list[str]], day: int, clock: str, within: bool
) -> None:
    local = datetime.fromisoformat(f"2026-03-{day:02}T{clock}").replace(tzinfo=HUE)
    assert is_within(hours, local) is within


def wish(session: Session, reference: Reference, staff_id: int, **given: object) -> Any:
    return change_duty(session, reference, staff_id, DutyChange(**given), NOON)


def test_everybody_is_told_while_nobody_is_on_duty(
    session: Session, reference: Reference, cast: Cast
) -> None:
    night = add_account(session, reference, NewAccount("dem", "Ca đêm", "triage"), None, at=LONG_AGO)
    found = on_duty(session, reference, NOON)
    assert found.nobody
    assert {each.id for each in found.people} == {night.id, cast.triage.account.id}

    wish(session, reference, night.id, on_duty=True, hours={"wed": ["18:00-06:00"]})
    assert on_duty(session, reference, NOON).nobody  # Wednesday noon in Huế
    evening = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)  # 22:00 in Huế
    found = on_duty(session, reference, evening)
    assert (found.nobody, [each.id for each in found.people]) == (False, [night.id])
    before_dawn = datetime(2026, 3, 4, 22, 30, tzinfo=UTC)  # Thursday 05:30 in Huế
    assert not on_duty(session, reference, before_dawn).nobody

    night.active = False
    session.flush()
    assert on_duty(session, reference, evening).nobody


def test_the_switch_is_ones_own_and_audited(session: Session, reference: Reference, cast: Cast) -> None:
    mine = cast.triage.account.id
    found = wish(
        session, reference, mine, on_duty=True, hours={"mon": ["7h30 – 11h30", "22-6"]}, phone="0905 123 456"
    )
    assert found.hours == {"mon": ["07:30-11:30", "22:00-06:00"]}
    assert found.phone == "+84905123456"
    assert found == own_duty(session, reference, mine, NOON)
    note = session.query(AuditEntry).filter_by(action="staff.duty").one()
    assert "0905" not in str(note.after)
    assert own_duty(session, reference, mine, NOON).now is False  # a Wednesday
    assert wish(session, reference, mine, on_duty=True).now is True


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"hours": {"someday": ["07:30-11:30"]}}, ("hours", "someday")),
        ({"hours": {"mon": ["25:00-26:00"]}}, ("hours", "mon")),
        ({"hours": {"mon": ["07:30"]}}, ("hours", "mon")),
        ({"hours": {"mon": ["07:30-07:30"]}}, ("hours", "mon")),
        ({"hours": {"mon": ["²²:00-06:00"]}}, ("hours", "mon")),
        ({"phone": "12"}, ("phone",)),
    ],
)
def test_what_is_no_hour_or_number_is_refused(
    session: Session, reference: Reference, cast: Cast, given: dict[str, object], place: tuple[str, ...]
) -> None:
    with pytest.raises(Invalid) as refused:
        wish(session, reference, cast.triage.account.id, on_duty=True, **given)
    assert [each.loc for each in refused.value.errors] == [place]
    assert own_duty(session, reference, cast.triage.account.id, NOON).on_duty is False


def test_only_coordinators_have_it(session: Session, reference: Reference, cast: Cast) -> None:
    for name, person in cast.everyone().items():
        if name != "triage":
            with pytest.raises(Forbidden):
                wish(session, reference, person.account.id, on_duty=True)


def test_an_administrator_plans_the_duty_of_others_but_not_their_number(
    session: Session, reference: Reference, cast: Cast
) -> None:
    mine, chief = cast.triage.account, cast.administrator.account
    wish(session, reference, mine.id, on_duty=False, phone="0905 123 456")
    plan = DutyPlan(on_duty=True, hours={"wed": ["07h30-17h30"]})
    planned = plan_duty(session, reference, chief.id, mine.username, plan, NOON)
    assert planned.now and planned.reachable and planned.hours == {"wed": ["07:30-17:30"]}
    assert own_duty(session, reference, mine.id, NOON).phone == "+84905123456"
    assert [each.username for each in duty_roster(session, reference, NOON)] == [mine.username]
    entry = session.query(AuditEntry).filter_by(action="staff.duty").order_by(AuditEntry.id.desc()).first()
    assert entry is not None and (entry.subject, entry.staff_id) == (mine.username, chief.id)
    for nobody in (cast.inspector.account.username, "nobody"):
        with pytest.raises(NotFound):
            plan_duty(session, reference, chief.id, nobody, plan, NOON)
    with pytest.raises(Invalid):
        plan_duty(
            session,
            reference,
            chief.id,
            mine.username,
            DutyPlan(on_duty=True, hours={"fri": ["25-26"]}),
            NOON,
        )
