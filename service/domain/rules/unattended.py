"""Units for which nobody reads notices: who should be given an account, or an address of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.rules.rulebook import load_rules
from service.domain.rules.rules import PREMISES, WARD, Rule, Selector
from service.models import HELD, Premises, PushDevice, Report, Role, Staff, StaffSession

LOOKS_IN_WITHIN = timedelta(days=30)
"""An account without e-mail and push counts as read while somebody signs in at least so often."""

_WORKERS = (Role.DEPARTMENT, Role.EXECUTOR)
"""Roles that are told of a unit's new cases."""


@dataclass(frozen=True, slots=True)
class UnattendedUnit:
    """Department whose notices nobody reads: its active accounts, the open cases it leads or carries out, and
    whether a rule chooses it.
    """

    department_id: int
    code: str
    accounts: int
    open_cases: int
    by_rule: bool


def units_without_eyes(session: Session, reference: Reference, now: datetime) -> list[UnattendedUnit]:
    """Return the departments with work, or named by a rule, that no notice reaches; most cases first.

    A department is reached by the e-mail, the browser or the visits of its people, by its own address, or by
    those of a department above, to which its notices go. Four queries.
    """
    chosen, held = _chosen_by_rules(session, reference), _open_cases(session)
    accounts, read = _accounts(session, now)
    found = []
    for view in reference.departments.values():
        work = held.get(view.id, 0)
        if not work and not (view.active and view.code in chosen):
            continue
        line = list(_line(reference, view.id))
        if any(each in read or reference.departments[each].email for each in line):
            continue
        found.append(UnattendedUnit(view.id, view.code, accounts.get(view.id, 0), work, view.code in chosen))
    return sorted(found, key=lambda unit: (-unit.open_cases, unit.code))


def _line(reference: Reference, department_id: int) -> Iterator[int]:
    """Yield the department and those above it."""
    seen: set[int] = set()
    view = reference.departments.get(department_id)
    while view is not None and view.id not in seen:
        seen.add(view.id)
        yield view.id
        view = reference.departments.get(view.parent_id or 0)


def _accounts(session: Session, now: datetime) -> tuple[dict[int, int], frozenset[int]]:
    """Return the number of active accounts of each department, and the departments where one is read."""
    workers = Staff.active, Staff.role.in_(_WORKERS), Staff.department_id.is_not(None)
    rows = session.execute(
        select(Staff.department_id, func.count(), func.bool_or(_reads(now)))
        .where(*workers)
        .group_by(Staff.department_id)
    ).all()
    return {unit: number for unit, number, _ in rows}, frozenset(unit for unit, _, reads in rows if reads)


def _reads(now: datetime) -> ColumnElement[bool]:
    live = StaffSession.staff_id == Staff.id, StaffSession.expires_at > now
    pushed = exists().where(PushDevice.staff_id == Staff.id).where(exists().where(*live))
    visits = exists().where(StaffSession.staff_id == Staff.id, StaffSession.seen_at > now - LOOKS_IN_WITHIN)
    return or_(Staff.email.is_not(None), pushed, visits)


def _open_cases(session: Session) -> dict[int, int]:
    """Return how many open cases each department leads or carries out."""
    held: dict[int, int] = {}
    for column in (Report.lead_id, Report.executor_id):
        counted = (
            select(column, func.count())
            .where(column.is_not(None), Report.status.in_(sorted(HELD)))
            .group_by(column)
        )
        for unit, number in session.execute(counted).all():
            if unit is not None:
                held[unit] = held.get(unit, 0) + number
    return held


def _chosen_by_rules(session: Session, reference: Reference) -> frozenset[str]:
    """Return the codes of departments that a rule in force can choose as lead or as contractor."""
    committees = [view.code for view in reference.departments.values() if view.active and view.kind == "ward"]
    keeping = session.scalars(select(Premises.department_id).where(Premises.area.is_not(None)).distinct())
    keepers = [view.code for each in keeping if (view := reference.departments.get(each)) and view.active]
    return frozenset(code for rule in load_rules(session) for code in _named(rule, committees, keepers))


def _named(rule: Rule, committees: Sequence[str], keepers: Sequence[str]) -> Iterator[str]:
    selectors: list[Selector] = [rule.lead, *([rule.executor] if rule.executor else [])]
    for each in selectors:
        if each.code == WARD:
            yield from committees
        elif each.code == PREMISES:
            yield from keepers
        elif each.attribute is None:
            yield each.code
        else:
            yield from each.mapping.values()
