"""The demo's accounts: one a role, clearly of the demo, where there is something to see."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.demo.accounts import demo_accounts
from service.demo.signins import DEMO_ACCOUNTS
from service.domain.city.reference import Reference, load_reference
from service.domain.people import passwords
from service.domain.people.staff import disable_account
from service.models import Role, Staff
from tests.support.factories import found_city
from tests.support.small_city import NOON


@pytest.fixture
def reference(session: Session) -> Reference:
    return found_city(session)


def stored(session: Session) -> dict[str, Staff]:
    return {each.role: each for each in session.scalars(select(Staff).where(Staff.demo))}


def test_there_is_one_a_role_and_its_name_says_what_it_is(session: Session, reference: Reference) -> None:
    made = demo_accounts(session, reference, at=NOON)
    assert [each.role for each in made] == list(Role)
    assert all(each.name.startswith("Demo – ") for each in made)
    accounts = stored(session)
    for each in made:
        account = accounts[each.role]
        assert (account.username, account.name) == (each.username, each.name)
        assert passwords.verify(each.password, account.password_hash)[0]


def test_making_them_again_changes_nothing(session: Session, reference: Reference) -> None:
    demo_accounts(session, reference, at=NOON)
    disable_account(session, "demo.triage", at=NOON)
    assert demo_accounts(session, reference, at=NOON) == list(DEMO_ACCOUNTS)
    assert len(stored(session)) == len(Role)
    assert not stored(session)["triage"].active, "who closed it meant it"


def test_each_finds_cases_of_their_own(session: Session, reference: Reference) -> None:
    demo_accounts(session, reference, at=NOON)
    code = {view.id: view.code for view in reference.departments.values()}
    scopes = {role: code.get(account.department_id or 0) for role, account in stored(session).items()}
    assert scopes["executor"] == "telecom", "the only one that a rule names"
    assert scopes["department"] in ("ward-W1", "ward-W2")
    assert scopes["manager"] == scopes["department"]
    assert scopes["triage"] is None
    assert scopes["inspector"] is None


def test_the_example_city_has_work_for_them(city: Session) -> None:
    reference = load_reference(city)
    demo_accounts(city, reference, at=NOON)
    accounts = stored(city)
    department = reference.departments[accounts["department"].department_id or 0]
    executor = reference.departments[accounts["executor"].department_id or 0]
    assert (department.kind, executor.kind) == ("ward", "company")
