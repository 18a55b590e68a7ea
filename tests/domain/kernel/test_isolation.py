"""A report that cannot be dealt with keeps no other of its batch waiting, and leaves nothing half written."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from service.domain.kernel.isolation import each_alone
from service.domain.reports.events import SYSTEM, record
from service.errors import Conflict
from service.models import Event, Report
from tests.support.factories import found_city, make_report
from tests.support.feed_stage import of_later_code
from tests.support.small_city import NOON


@pytest.fixture
def batch(session: Session) -> list[Report]:
    reference = found_city(session)
    return [make_report(session, reference, "in_progress") for _ in range(3)]


def noted(session: Session, report: Report) -> int:
    told = select(func.count()).select_from(Event)
    return session.scalar(told.where(Event.report_id == report.id, Event.type == "report.note")) or 0


def note(session: Session, report: Report) -> None:
    record(session, report, of_later_code("report.note"), actor=SYSTEM, at=NOON, public=False)
    session.flush()


def _broken_sql(session: Session) -> None:
    session.execute(text("SELECT 1 / 0"))


def _refused(_: Session) -> None:
    raise Conflict("no")


def _missing(_: Session) -> None:
    raise KeyError("a rule that is gone")


@pytest.mark.parametrize("fail", [_broken_sql, _refused, _missing])
def test_the_others_go_their_way_and_of_it_nothing_stays(
    session: Session, batch: list[Report], fail: object
) -> None:
    first, bad, last = batch
    bad_id, failures = bad.id, dict[UUID, Exception]()

    def act(report: Report) -> None:
        note(session, report)
        if report.id == bad_id:
            assert callable(fail)
            fail(session)

    assert each_alone(session, batch, act, failures.__setitem__) == 2
    assert failures.keys() == {bad_id}
    assert [noted(session, each) for each in (first, bad, last)] == [1, 0, 1]


def test_a_database_that_is_away_ends_the_batch(session: Session, batch: list[Report]) -> None:
    def act(_: Report) -> None:
        raise OperationalError("", {}, Exception("gone"))

    with pytest.raises(OperationalError):
        each_alone(session, batch, act, lambda *_: None)


def test_without_anybody_to_tell_it_is_raised(session: Session, batch: list[Report]) -> None:
    def act(_: Report) -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        each_alone(session, batch, act, None)
