"""Demo cases of numbers stand in every stage, once."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.demo.accounts import demo_accounts
from service.demo.advertisements.number_cases import STAGES, demo_number_cases
from service.models import AdNumberCase, Listing, Staff, Work
from tests.support.factories import found_city, make_report
from tests.support.people import KEY
from tests.support.small_city import NOON


def test_cases_stand_in_every_stage_and_a_second_time_adds_none(session: Session) -> None:
    reference = found_city(session)
    demo_accounts(session, reference, at=NOON)
    unit = session.scalars(select(Staff.department_id).where(Staff.username == "demo.department")).one()
    code = reference.departments[unit or 0].code
    assert demo_number_cases(session, reference, KEY, at=NOON) == 0, "without two posters there is no case"
    for place in ((107.51, 16.42), (107.515, 16.42)):
        make_report(session, reference, "in_progress", category="illegal_ad", lead=code, place=place)
    count = sum(bool(each) for each in STAGES)
    assert demo_number_cases(session, reference, KEY, at=NOON) == count
    assert demo_number_cases(session, reference, KEY, at=NOON) == 0
    cases = select(Work.status).join(AdNumberCase, AdNumberCase.work_id == Work.id)
    wanted = {"open", "invited", "to_suspend", "suspended", "complied", "closed"}
    assert {str(each) for each in session.scalars(cases)} == wanted
    shown = select(func.count()).select_from(Listing).where(Listing.published_on.is_not(None))
    assert session.scalar(shown) == 2
