"""Making the accounts of `signins.py`, each where it finds cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from service.demo.places import middle_ward
from service.demo.signins import DEMO_ACCOUNTS, DemoAccount
from service.domain.city.reference import Reference
from service.domain.people import staff
from service.domain.people.passwords import hash_password
from service.domain.people.staff import NewAccount
from service.domain.rules.rulebook import load_rules
from service.models import Role


def demo_accounts(session: Session, reference: Reference, *, at: datetime) -> list[DemoAccount]:
    """Make those that are missing; all of them.

    The department is the committee of the ward in the city's middle, its manager the same, the executor the
    company that the rules name most, so that each finds cases. The others work for the whole city.
    """
    department, executor = middle_committee(session, reference), _contractor(session, reference)
    scopes: Mapping[str, str] = {
        Role.DEPARTMENT: department,
        Role.MANAGER: department,
        Role.EXECUTOR: executor,
    }
    password_hash = hash_password(DEMO_ACCOUNTS[0].password)
    for each in DEMO_ACCOUNTS:
        if staff.find_account(session, each.username) is None:
            scope = scopes.get(each.role)
            new = NewAccount(
                each.username,
                each.name,
                each.role,
                department=scope,
                email=f"{each.username}@example.org",
                demo=True,
            )
            staff.add_account(session, reference, new, password_hash, at=at)
    return list(DEMO_ACCOUNTS)


def middle_committee(session: Session, reference: Reference) -> str:
    """Return the code of the unit of the ward in the city's middle, where the demo's department works."""
    ward = middle_ward(session, reference)
    active = [view for view in reference.departments.values() if view.active]
    committees = [
        view.code for view in active if view.kind == "ward" and ward and view.ward_code == ward.code
    ]
    return committees[0] if committees else min(view.code for view in active)


def _contractor(session: Session, reference: Reference) -> str:
    active = {view.code: view for view in reference.departments.values() if view.active}
    named = Counter(rule.executor.code for rule in load_rules(session) if rule.executor)
    known = [code for code, _ in named.most_common() if code in active]
    companies = sorted(code for code, view in active.items() if view.kind == "company")
    return (known + companies + sorted(active))[0]
