"""Departments as administrators change them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.domain.configuration.administration.changes import (
    EditStamp,
    alone,
    check_code,
    check_parent,
    same_version,
    says_already,
    told_if_changed,
    version_of,
)
from service.domain.configuration.administration.succession import succeed_department
from service.domain.configuration.cityfile.schema.departments import DepartmentPart
from service.domain.rules.drafts import named_departments
from service.domain.rules.rulebook import load_rules
from service.errors import Conflict, NotFound, invalid
from service.i18n import N_
from service.models import Area, Department, PushDevice, Staff

KIND = "department"


class DepartmentWish(DepartmentPart):
    """A department as it is to be. `version` is the one that was read; none for a new one. Where it is
    switched off, `successor` takes over its open cases.
    """

    ward: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    active: bool = True
    version: str | None = None
    successor: Annotated[str, Field(min_length=1, max_length=60)] | None = None


def every(session: Session) -> list[Department]:
    """All departments: those of the city, companies, then ward committees."""
    rows = list(session.scalars(select(Department).order_by(Department.id)))
    order = {"city": 0, "company": 1, "ward": 2}
    return sorted(rows, key=lambda row: (order[row.kind], row.id))


def unanswered(session: Session) -> frozenset[str]:
    """Return the codes of active departments that nobody hears of: neither they nor one above has an
    e-mail address of its own, an account with one, or one with a browser that is told.
    """
    heard = select(Staff.department_id).where(
        Staff.active,
        Staff.department_id.is_not(None),
        or_(Staff.email.is_not(None), Staff.id.in_(select(PushDevice.staff_id))),
    )
    answering = set(session.scalars(heard))
    rows = {row.id: row for row in session.scalars(select(Department))}

    def is_heard(row: Department | None) -> bool:
        while row is not None:
            if row.email or row.id in answering:
                return True
            row = rows.get(row.parent_id or 0)
        return False

    return frozenset(row.code for row in rows.values() if row.active and not is_heard(row))


def one(session: Session, code: str) -> Department:
    """The department of that code. Raises NotFound."""
    row = session.scalar(select(Department).where(Department.code == code))
    if row is None:
        raise NotFound(N_("Không có đơn vị “{code}”."), code=code)
    return row


def put(session: Session, hand: EditStamp, code: str | None, wish: DepartmentWish) -> Department:
    """Make or change a department; without `code` it is a new one.

    Raises Invalid, NotFound; Conflict for a stale version, a code
    that is taken, one that rules still name, and where its open cases would be nobody's.
    """
    alone(session)
    row = one(session, code) if code is not None else None
    there = session.scalar(select(Department).where(Department.code == wish.code))
    columns = _columns(session, wish, row or there)
    if there is not None and code in (None, wish.code) and says_already(there, columns):
        return there
    check_code(wish.code, row.code if row else None, taken=row is None and there is not None)
    same_version(wish.version, version(session, row) if row else None)
    if row is not None and row.active and not wish.active:
        refuse_if_named(session, row.code)
        succeed_department(session, hand, row, wish.successor)
    before = facts(session, row) if row else None
    if row is None:
        row = Department(code=wish.code, **columns)
        session.add(row)
    for name, value in columns.items():
        setattr(row, name, value)
    session.flush()
    told_if_changed(session, hand, (KIND, row.code), before, facts(session, row))
    return row


def version(session: Session, row: Department) -> str:
    """Return what a form or programme must have read to change it."""
    return version_of(facts(session, row))


def wish_of(session: Session, row: Department) -> DepartmentWish:
    """A department as the wish that would make it."""
    said = facts(session, row)
    return DepartmentWish.model_validate({**said, "code": row.code, "version": version_of(said)})


def facts(session: Session, row: Department) -> dict[str, Any]:
    """Return what is said of a department; its parent by code."""
    parent = session.get(Department, row.parent_id) if row.parent_id else None
    return {
        "name": row.name,
        "short_name": row.short_name,
        "kind": row.kind,
        "parent": parent.code if parent else None,
        "ward": row.ward_code,
        "phone": row.phone,
        "email": row.email,
        "active": row.active,
    }


def _columns(session: Session, wish: DepartmentWish, there: Department | None) -> dict[str, Any]:
    parents = {row.code: row for row in session.scalars(select(Department))}
    ids = {row.id: row.code for row in parents.values()}
    above = {code: ids.get(row.parent_id) if row.parent_id else None for code, row in parents.items()}
    check_parent(wish.code, wish.parent, above)
    if wish.kind == "ward" and wish.ward is None:
        raise invalid(["ward"], N_("UBND phường, xã cần có phường, xã của mình."))
    if wish.ward is not None:
        # The committee of a ward that has ended keeps it: it can be edited, and switched off.
        kept = there is not None and there.ward_code == wish.ward
        inside = select(Area.id).where(Area.code == wish.ward, Area.valid_to.is_(None))
        if not kept and not session.scalar(inside):
            raise invalid(["ward"], N_("Không có phường, xã “{code}”."), code=wish.ward)
        taken = select(Department.code).where(
            Department.ward_code == wish.ward,
            Department.kind == "ward",
            Department.active,
            Department.code != wish.code,
        )
        if wish.kind == "ward" and wish.active and (other := session.scalar(taken)):
            raise invalid(["ward"], N_("Phường, xã này đã có đơn vị “{code}”."), code=other)
    return {
        "name": wish.name.spec(),
        "short_name": (wish.short_name or wish.name).spec(),
        "kind": wish.kind,
        "parent_id": parents[wish.parent].id if wish.parent else None,
        "ward_code": wish.ward,
        "phone": wish.phone,
        "email": wish.email,
        "active": wish.active,
    }


def refuse_if_named(session: Session, code: str) -> None:
    """Raise Conflict for a department that rules in force name."""
    numbers = [
        str(rule.number)
        for rule in load_rules(session)
        if any(
            code in named_departments(each)
            for each in (rule.lead, *rule.supports, *([rule.executor] if rule.executor else []))
        )
    ]
    if numbers:
        raise Conflict(
            N_("Các quy tắc {numbers} còn giao việc cho đơn vị này. Hãy đổi chúng trước."),
            numbers=", ".join(numbers),
        )
