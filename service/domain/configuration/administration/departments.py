"""Departments as administrators change them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.domain.configuration.administration.changes import (
    EditStamp,
    check_code,
    check_parent,
    holds_already,
    lock_configuration,
    parents_by_code,
    record_if_changed,
    same_version,
    version_of,
    write_columns,
)
from service.domain.configuration.administration.succession import succeed_department
from service.domain.configuration.cityfile.schema.departments import DepartmentPart
from service.domain.rules.drafts import named_departments
from service.domain.rules.rulebook import load_rules
from service.errors import Conflict, FieldError, Invalid, NotFound
from service.i18n import N_
from service.models import Area, Department, PushDevice, Staff

KIND = "department"


class DepartmentChange(DepartmentPart):
    """A department as it is to be. `version` is the one that was read; none for a new one. Where it is
    switched off, `successor` takes over its open cases.
    """

    ward: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    active: bool = True
    version: str | None = None
    successor: Annotated[str, Field(min_length=1, max_length=60)] | None = None


def all_departments(session: Session) -> list[Department]:
    """Return all departments: those of the city, companies, then ward committees."""
    rows = list(session.scalars(select(Department).order_by(Department.id)))
    order = {"city": 0, "body": 1, "company": 2, "ward": 3}
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


def find_department(session: Session, code: str) -> Department:
    """Return the department of that code. Raises NotFound."""
    row = session.scalar(select(Department).where(Department.code == code))
    if row is None:
        raise NotFound(N_("Không có đơn vị “{code}”."), code=code)
    return row


def put_department(
    session: Session, stamp: EditStamp, code: str | None, change: DepartmentChange
) -> Department:
    """Make or change a department; without `code` it is a new one.

    Raises Invalid, NotFound; Conflict for a stale version, a code
    that is taken, one that rules still name, and where its open cases would be nobody's.
    """
    lock_configuration(session)
    row = find_department(session, code) if code is not None else None
    there = session.scalar(select(Department).where(Department.code == change.code))
    columns = _columns(session, change, row or there)
    if there is not None and code in (None, change.code) and holds_already(there, columns):
        return there
    check_code(change.code, row.code if row else None, taken=row is None and there is not None)
    same_version(change.version, department_version(session, row) if row else None)
    if row is not None and row.active and not change.active:
        refuse_named_department(session, row.code)
        succeed_department(session, stamp, row, change.successor)
    before = department_facts(session, row) if row else None
    row = write_columns(session, row or Department(code=change.code), columns)
    record_if_changed(session, stamp, (KIND, row.code), before, department_facts(session, row))
    return row


def department_version(session: Session, row: Department) -> str:
    """Return what a form or programme must have read to change it."""
    return version_of(department_facts(session, row))


def department_change_of(session: Session, row: Department) -> DepartmentChange:
    """Return the change that would make the department."""
    said = department_facts(session, row)
    return DepartmentChange.model_validate({**said, "code": row.code, "version": version_of(said)})


def department_facts(session: Session, row: Department) -> dict[str, object]:
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


def _columns(session: Session, change: DepartmentChange, there: Department | None) -> dict[str, object]:
    parents = {row.code: row for row in session.scalars(select(Department))}
    errors = list(_wrong_ward(session, change, there))
    try:
        check_parent(change.code, change.parent, parents_by_code(parents.values()))
    except Invalid as refusal:
        errors += refusal.errors
    if errors:
        raise Invalid(N_("Vui lòng sửa các mục được nêu."), errors=errors)
    return {
        "name": change.name.spec(),
        "short_name": (change.short_name or change.name).spec(),
        "kind": change.kind,
        "parent_id": parents[change.parent].id if change.parent else None,
        "ward_code": change.ward,
        "phone": change.phone,
        "email": change.email,
        "active": change.active,
    }


def _wrong_ward(session: Session, change: DepartmentChange, there: Department | None) -> Iterator[FieldError]:
    if change.ward is None:
        if change.kind == "ward":
            yield FieldError(("ward",), N_("UBND phường, xã cần có phường, xã của mình."))
        return
    # The committee of a ward that has ended keeps it: it can be edited, and switched off.
    kept = there is not None and there.ward_code == change.ward
    inside = select(Area.id).where(Area.code == change.ward, Area.valid_to.is_(None))
    if not kept and not session.scalar(inside):
        yield FieldError(("ward",), N_("Không có phường, xã “{code}”."), {"code": change.ward})
        return
    taken = select(Department.code).where(
        Department.ward_code == change.ward,
        Department.kind == "ward",
        Department.active,
        Department.code != change.code,
    )
    if change.kind == "ward" and change.active and (other := session.scalar(taken)):
        yield FieldError(("ward",), N_("Phường, xã này đã có đơn vị “{code}”."), {"code": other})


def refuse_named_department(session: Session, code: str) -> None:
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
