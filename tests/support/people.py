"""The standing cast: one person a role, a colleague in a room below, and strangers from other departments."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from functools import lru_cache

from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.kernel.codes import report_secret
from service.domain.people import staff
from service.domain.people.passwords import hash_password
from service.domain.people.sessions import open_session
from service.domain.people.staff import NewAccount, actor_for
from service.domain.reports.access import Asker
from service.domain.reports.events import Actor
from service.models import Report, Staff
from tests.support.small_city import LONG_AGO

KEY = b"k" * 40
PASSWORD = "mat khau de thu"


@dataclass(frozen=True)
class Person:
    """A member of staff as the domain sees them."""

    account: Staff
    actor: Actor

    @property
    def asker(self) -> Asker:
        return Asker(staff=self.actor, key=KEY)

    def token(self, session: Session, at: datetime) -> dict[str, str]:
        """Headers that sign the person in, from `at` on."""
        opened = open_session(session, self.account, "bearer", at=at)
        return {"Authorization": f"Bearer {opened.token}"}


@dataclass(frozen=True)
class Cast:
    """Everybody. `department` and `manager` belong to city-cables, `room` to a room of it; `other_…` do not.

    The city-wide roles have no department.
    """

    triage: Person
    department: Person
    room: Person
    other_department: Person
    executor: Person
    other_executor: Person
    inspector: Person
    ward_inspector: Person
    manager: Person
    other_manager: Person
    administrator: Person

    def everyone(self) -> dict[str, Person]:
        """All by their name in the cast."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


_ROLES: dict[str, tuple[str, str | None]] = {
    "triage": ("triage", None),
    "department": ("department", "city-cables"),
    "room": ("department", "cables-room"),
    "other_department": ("department", "ward-W2"),
    "executor": ("executor", "telecom"),
    "other_executor": ("executor", "sanitation"),
    "inspector": ("inspector", None),
    "ward_inspector": ("inspector", "ward-W2"),
    "manager": ("manager", "city-cables"),
    "other_manager": ("manager", "ward-W2"),
    "administrator": ("administrator", None),
}


def make_cast(session: Session, reference: Reference) -> Cast:
    """Accounts for everybody in the city of `factories.found_city`; they all have PASSWORD."""
    people = {}
    for name, (role, department) in _ROLES.items():
        new = NewAccount(username=name, name=f"Cán bộ {name}", role=role, department=department)
        account = staff.add_account(session, reference, new, password_hash(), at=LONG_AGO)
        people[name] = Person(account, actor_for(account, reference))
    return Cast(**people)


@lru_cache
def password_hash() -> str:
    """The hash of PASSWORD, made once: making one is slow by design."""
    return hash_password(PASSWORD)


def reporter_of(report: Report) -> Asker:
    """Whoever sent the report."""
    return Asker(secret=report_secret(KEY, report.id), key=KEY)
