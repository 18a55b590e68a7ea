"""Demo numbers: of a range that is nobody's, seen, decided and followed up as the design counts them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from service.demo.accounts import demo_accounts
from service.demo.advertisements import number_cases
from service.demo.advertisements.number_cases import demo_number_cases
from service.demo.advertisements.numbers import demo_numbers
from service.domain.city.city import load_calendar
from service.domain.number_cases.publicity.listings import listed_numbers
from service.domain.reports.access import ANYONE
from service.domain.works.actions import ActionContext
from service.models import (
    AdNumber,
    AdNumberCase,
    CarrierRequest,
    CarrierRequestNumber,
    Objection,
    Photo,
    Sighting,
    Staff,
    Work,
    WorkStatus,
)
from service.storage import Storage
from tests.support.factories import found_city, make_report
from tests.support.people import KEY
from tests.support.small_city import NOON


def count(session: Session, table: type[AdNumber] | type[AdNumberCase]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_the_demos_numbers_are_as_many_as_the_design_counts(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(number_cases, "CARRIERS", ("telecom", "sanitation"))
    reference, storage = found_city(session), Storage(tmp_path.as_uri())
    demo_accounts(session, reference, at=NOON)
    unit = session.scalars(select(Staff.department_id).where(Staff.username == "demo.department")).one()
    code = reference.departments[unit or 0].code
    assert demo_numbers(session, reference, storage, at=NOON) == 0
    assert demo_number_cases(session, reference, KEY, at=NOON) == 0, "without posters there is no case"
    for at in range(16):
        lead = code if at < 3 else "city-cables"
        place = (107.51 + at / 500, 16.42)
        make_report(session, reference, "in_progress", category="illegal_ad", place=place, lead=lead)
    assert demo_numbers(session, reference, storage, at=NOON) == 310
    made = demo_number_cases(session, reference, KEY, at=NOON)
    assert demo_numbers(session, reference, storage, at=NOON) == 0
    assert demo_number_cases(session, reference, KEY, at=NOON) == 0
    assert made == count(session, AdNumberCase)
    assert count(session, AdNumber) == 120
    assert all(each.startswith("+8495") for each in session.scalars(select(AdNumber.e164)))
    states = Counter(str(each) for each in session.scalars(select(Sighting.state)))
    assert min(states["proposed"], states["refused"]) > 0
    assert states["confirmed"] > 130
    assert all(storage.exists(key) for key in set(session.scalars(select(Photo.public_key))))
    ended = exists().where(AdNumberCase.number_id == AdNumber.id, AdNumberCase.running.is_(False))
    again = AdNumber.last_seen > AdNumber.first_seen
    assert len(session.scalars(select(AdNumber.id).where(ended, again)).all()) == 9
    ctx = ActionContext(session, reference, load_calendar(session, reference), ANYONE, NOON)
    assert len(listed_numbers(ctx)) == 14
    assert [each.upheld for each in session.scalars(select(Objection))] == [True]
    letters = session.execute(select(Work, CarrierRequest).join(CarrierRequest)).all()
    assert len(letters) == 4
    late = [
        work for work, _ in letters if work.due_at and work.status == WorkStatus.SENT and work.due_at < NOON
    ]
    assert len(late) == 1
    ported = select(func.count()).where(CarrierRequestNumber.answer == "ported")
    assert session.scalar(ported) == 3
    stages = select(Work.status).join(AdNumberCase, AdNumberCase.work_id == Work.id)
    fines = select(AdNumberCase.fine_vnd).where(AdNumberCase.sanction_document != "")
    assert set(session.scalars(fines)) == {None, 1_500_000}
    wanted = {"open", "invited", "to_suspend", "suspended", "complied", "closed"}
    assert {str(each) for each in session.scalars(stages)} == wanted
