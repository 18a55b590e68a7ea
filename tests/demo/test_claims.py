"""Demo claims: every answer is there, two cables nobody owns, accounts of the office and of a company."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.demo.cables import demo_cables
from service.demo.claims import demo_claims
from service.domain.city.reference import load_reference
from service.domain.people.staff import find_account
from service.models import Claim, Event, EventType, Pole, Report, Status
from tests.support.factories import found_city, make_report
from tests.support.small_city import NOON


def test_every_answer_is_there_and_a_second_time_adds_none(session: Session) -> None:
    reference = found_city(session)
    for days in (9, 8, 7, 0):
        at = NOON - timedelta(days=days)
        make_report(session, reference, "assigned", category="hanging_cable", at=at)
    for days in (41, 40, 12, 11):
        at = NOON - timedelta(days=days)
        make_report(session, reference, "closed", category="hanging_cable", at=at)
    reference = load_reference(session)
    demo_cables(session, reference, at=NOON)
    for _ in range(2):
        demo_claims(session, reference, at=NOON)
        rows = session.execute(select(Claim.answer, func.count()).group_by(Claim.answer))
        counted = {row[0]: row[1] for row in rows}
        assert counted == {"mine": 1, "not_mine": 4, None: 3}
    unclaimed = select(func.count()).where(Event.type == EventType.UNCLAIMED)
    assert session.scalar(unclaimed) == 2
    assert session.scalar(select(func.count()).select_from(Pole)) == 0, "nobody owns the poles here"
    query = select(Report.executor_id).where(Report.status == Status.CLOSED).order_by(Report.created_at)
    did = session.scalars(query).all()
    company = find_account(session, "demo.company")
    assert company is not None
    assert [each == company.department_id for each in did] == [True, False, True, False]
    for name in ("demo.cables", "demo.company"):
        account = find_account(session, name)
        assert account is not None
        assert account.demo
