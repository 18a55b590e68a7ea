"""Demo plans have something of everything to show, and are made once."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.demo.accounts import demo_accounts
from service.demo.claims import demo_claims
from service.demo.documents import demo_documents
from service.demo.plans import demo_plans
from service.domain.city.reference import Reference, load_reference
from service.domain.configuration.cityload import load_city
from service.domain.plans.readers import ReaderCounts, count_readers
from service.models import Department, OfficialDocument, Plan, Work
from service.storage import Storage
from tests.support.factories import found_city
from tests.support.small_city import NOON


def test_every_state_is_there_and_a_second_time_adds_none(session: Session) -> None:
    found_city(session)
    session.add(Department(code="so-khcn", name={"vi": "Sở"}, short_name={"vi": "Sở"}, kind="city"))
    session.flush()
    reference: Reference = load_reference(session)
    for _ in range(2):
        demo_plans(session, reference, at=NOON)
    statuses = {str(each) for each in session.scalars(select(Work.status))}
    assert statuses >= {"planned", "under_way", "waiting", "done", "raised", "summarised", "decided"}
    assert statuses >= {"answered", "returned"}
    assert session.scalar(select(func.count()).select_from(Plan)) == 3
    storage = Storage("memory:")
    for _ in range(2):
        demo_documents(session, reference, storage, at=NOON)
    signed, numbered, draft = session.scalars(select(OfficialDocument).order_by(OfficialDocument.id))
    assert (signed.signed_key is not None, len(signed.sent_to)) == (True, 1)
    assert (numbered.number, numbered.signed_key, draft.number, draft.kind) == (49, None, None, "CV")
    assert all(storage.exists(each.file_key) for each in (signed, numbered, draft))


def test_of_fifty_two_people_whom_the_plan_concerns_forty_three_have_read_it(session: Session) -> None:
    load_city(session, Path("service/cities/hue"), now=NOON)
    reference = load_reference(session)
    demo_accounts(session, reference, at=NOON)
    demo_plans(session, reference, at=NOON)
    demo_claims(session, reference, at=NOON)  # makes the accounts of the office of cables and of a company
    named = Plan.title.startswith("Kế hoạch thực hiện")
    plan = session.scalars(select(Plan).where(named)).one()
    assert count_readers(session, reference, [plan]) == {plan.id: ReaderCounts(read=43, total=52)}
