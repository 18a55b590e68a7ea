"""Reports that are made by themselves: once a period, for who may read them, told to their owner."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.workspaces.downloads.scheduled import (
    order_due,
    past_reports,
    subscribe,
    subscriptions_of,
    unsubscribe,
)
from service.errors import Forbidden, Invalid, NotFound
from service.models import Download, Message, Role, Staff
from service.sending.channels import CHANNELS
from tests.support.people import Cast, Person

NOVEMBER = datetime(2026, 11, 10, 3, tzinfo=UTC)
SEVEN = datetime(2026, 12, 1, 0, tzinfo=UTC)
"""Seven o'clock of the first of December, in the city."""


def wish(session: Session, reference: Reference, person: Person, period: str = "month", **asked: str) -> None:
    subscribe(
        session,
        reference,
        person.actor,
        period,
        ["report", "list"],
        asked,
        language="vi",
        now=NOVEMBER,
    )


def run(session: Session, reference: Reference, at: datetime) -> int:
    return order_due(session, CHANNELS, reference, at)


def test_the_files_of_a_month_are_ordered_once_at_seven(
    session: Session, reference: Reference, cast: Cast
) -> None:
    wish(session, reference, cast.manager)
    assert [each.next_at for each in subscriptions_of(session, reference, cast.manager.actor, NOVEMBER)] == [
        SEVEN
    ]
    assert run(session, reference, SEVEN - timedelta(seconds=1)) == 0
    assert [run(session, reference, SEVEN + timedelta(minutes=each)) for each in (0, 0, 5)] == [1, 0, 0]
    made = session.scalars(select(Download).order_by(Download.kind)).all()
    assert [each.name for each in made] == [
        "bao-cao-thang-11-2026.docx",
        "danh-sach-phan-anh-thang-11-2026.xlsx",
    ]
    assert {each.asked["at"] for each in made} == {"2026-11-01"}
    assert {each.staff_id for each in made} == {cast.manager.actor.staff_id}
    [past] = past_reports(session, cast.manager.actor, SEVEN)
    assert set(past.files) == {"report", "list"}
    later = past_reports(session, cast.manager.actor, SEVEN + timedelta(days=30))[0]
    assert set(later.files) == {"report"}, "a list holds people's words and goes earlier"
    told = session.scalars(select(Message).where(Message.notice == "staff_report")).all()
    assert {each.staff_id for each in told} <= {cast.manager.actor.staff_id}
    assert past_reports(session, cast.triage.actor, SEVEN) == []


def test_what_was_missed_is_made_up_for(session: Session, reference: Reference, cast: Cast) -> None:
    wish(session, reference, cast.manager)
    wish(session, reference, cast.manager, "quarter")
    assert run(session, reference, SEVEN + timedelta(days=9)) == 1
    assert run(session, reference, datetime(2027, 1, 1, tzinfo=UTC)) == 2


def test_before_seven_of_a_first_day_the_month_before_is_still_made_up_for(
    session: Session, reference: Reference, cast: Cast
) -> None:
    wish(session, reference, cast.manager)
    midnight = datetime(2026, 12, 31, 17, 20, tzinfo=UTC)
    assert run(session, reference, midnight) == 1
    assert run(session, reference, datetime(2027, 1, 1, tzinfo=UTC) - timedelta(seconds=1)) == 0
    [past] = past_reports(session, cast.manager.actor, midnight)
    assert (past.period.first.month, past.period.last.day) == (11, 30)
    [due] = subscriptions_of(session, reference, cast.manager.actor, midnight)
    assert due.next_at == datetime(2027, 1, 1, tzinfo=UTC)
    assert run(session, reference, due.next_at) == 1


def test_who_left_or_ended_it_is_sent_nothing(session: Session, reference: Reference, cast: Cast) -> None:
    wish(session, reference, cast.manager)
    wish(session, reference, cast.triage)
    unsubscribe(session, cast.manager.actor, "month")
    session.execute(update(Staff).where(Staff.id == cast.triage.actor.staff_id).values(role=Role.INSPECTOR))
    assert run(session, reference, SEVEN) == 0


def test_a_wish_is_looked_at_before_it_is_kept(session: Session, reference: Reference, cast: Cast) -> None:
    with pytest.raises(Forbidden):
        wish(session, reference, cast.inspector)
    with pytest.raises(Invalid):
        wish(session, reference, cast.manager, "week")
    with pytest.raises(NotFound):
        wish(session, reference, cast.manager, department="ward-W2")
    with pytest.raises(Invalid):
        subscribe(session, reference, cast.manager.actor, "month", ["pdf"], {}, language="vi", now=NOVEMBER)
    assert subscriptions_of(session, reference, cast.manager.actor, NOVEMBER) == []
