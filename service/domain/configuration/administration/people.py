"""Accounts as administrators change them. The last administrator stays: somebody must be able to come in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.configuration.administration.changes import (
    EditStamp,
    differing_columns,
    lock_configuration,
    same_version,
    version_of,
)
from service.domain.configuration.administration.succession import succeed_person
from service.domain.configuration.cityfile.schema.base import CityFileModel
from service.domain.kernel.addresses import tidy_mailbox
from service.domain.kernel.audit import write_entry
from service.domain.kernel.texts import tidy
from service.domain.people import factors, staff
from service.domain.people.sessions import end_sessions
from service.domain.people.staff import NewAccount
from service.errors import Conflict, NotFound
from service.i18n import N_
from service.models import ApiKey, AuditEntry, Role, Staff, StaffSession


def _mailbox(text: str) -> str:
    if (found := tidy_mailbox(text)) is None:
        raise ValueError(N_("Địa chỉ email chưa đúng, ví dụ đúng: ten@vidu.vn."))
    return found


Email = Annotated[str, StringConstraints(max_length=200), AfterValidator(_mailbox)]


class PersonChange(CityFileModel):
    """An account as it is to be; `department` is a code, none for the whole city. `area_group` is the code of
    a group of wards that an inspector or a manager is bound to in place of a department.

    `version` is the one that was read; none for a new account. Where another role or department takes the
    person away from cases they hold, `successor` (a username, or empty for nobody) takes those over.
    """

    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
    role: Annotated[str, Field(max_length=30)]
    department: Annotated[str, Field(max_length=60)] | None = None
    area_group: Annotated[str, Field(max_length=60)] | None = None
    email: Email | None = None
    language: Literal["vi", "en"] = "vi"
    version: str | None = None
    successor: Annotated[str, Field(max_length=100)] | None = None


class NewPerson(PersonChange):
    """A new account."""

    username: Annotated[str, Field(max_length=100)]


def all_people(session: Session) -> list[Staff]:
    """Return people by name of account; programmes' own accounts are not people."""
    programmes = select(ApiKey.staff_id)
    return list(session.scalars(select(Staff).where(Staff.id.not_in(programmes)).order_by(Staff.username)))


QUIET_FOR = timedelta(days=90)


def last_sign_ins(session: Session, now: datetime) -> dict[int, datetime]:
    """Return when each account was last signed in or seen within ninety days, as sessions and audit tell."""
    since = now - QUIET_FOR
    seen = select(StaffSession.staff_id, func.max(StaffSession.seen_at)).where(StaffSession.seen_at > since)
    entered = select(AuditEntry.staff_id, func.max(AuditEntry.at)).where(
        AuditEntry.action == "signin", AuditEntry.at > since, AuditEntry.staff_id.is_not(None)
    )
    found: dict[int, datetime] = {}
    for query in (seen.group_by(StaffSession.staff_id), entered.group_by(AuditEntry.staff_id)):
        for staff_id, at in session.execute(query).all():
            if staff_id is not None:
                found[staff_id] = max(at, found.get(staff_id, at))
    return found


def find_person(session: Session, username: str) -> Staff:
    """Return a person's account. Raises NotFound."""
    account = staff.find_account(session, username)
    if account is None or session.scalar(select(ApiKey.id).where(ApiKey.staff_id == account.id)):
        raise NotFound(N_("Không có tài khoản “{username}”."), username=username)
    return account


def open_account(
    session: Session, reference: Reference, stamp: EditStamp, change: NewPerson, password_hash: str
) -> Staff:
    """Open an account. Raises Invalid, Conflict for a name that is taken."""
    new = NewAccount(
        change.username,
        change.name,
        change.role,
        change.department or None,
        change.email,
        change.language,
        area_group=change.area_group or None,
    )
    account = staff.add_account(session, reference, new, password_hash, at=stamp.at, by=stamp.staff_id)
    account.must_change_password = True
    return account


def change_account(
    session: Session, reference: Reference, stamp: EditStamp, username: str, change: PersonChange
) -> Staff:
    """Name, role, department, address. Another role or department signs the person out.

    Raises Invalid, NotFound, Conflict for a stale version or the last administrator's role.
    """
    lock_configuration(session)
    account = find_person(session, username)
    before = account_facts(reference, account)
    wanted = {
        "name": tidy(change.name),
        "role": change.role,
        "department": change.department or None,
        "area_group": change.area_group or None,
        "email": change.email,
        "language": change.language,
    }
    if before == before | wanted:
        return account
    same_version(change.version, account_version(reference, account))
    unit, group = change.department or None, change.area_group or None
    new = NewAccount(account.username, change.name, change.role, unit, change.email, area_group=group)
    department_id = staff.check_account(reference, new)
    if account.role == Role.ADMINISTRATOR and change.role != Role.ADMINISTRATOR:
        _keep_one(session, account)
    moved = (account.role, account.department_id) != (change.role, department_id)
    if moved:
        succeed_person(session, stamp, account, change.successor)
    account.name, account.email, account.language = tidy(change.name), change.email, change.language
    account.role, account.department_id, account.area_group = Role(change.role), department_id, new.area_group
    session.flush()
    old, new_facts = differing_columns(before, account_facts(reference, account))
    if new_facts:
        ended = {"sessions_ended": end_sessions(session, account.id)} if moved else {}
        write_entry(
            session,
            "staff.changed",
            account.username,
            at=stamp.at,
            staff_id=stamp.staff_id,
            before=old,
            after=new_facts | ended,
        )
    return account


def close_account(session: Session, stamp: EditStamp, username: str, successor: str | None = None) -> Staff:
    """Close an account; `successor` (a username, or empty for nobody) takes over the cases it holds.

    Raises NotFound; Conflict for oneself, for the last administrator, and for an account that holds cases
    where no successor is named.
    """
    lock_configuration(session)
    account = find_person(session, username)
    if account.id == stamp.staff_id:
        raise Conflict(N_("Bạn không thể tự khóa tài khoản của mình."))
    _keep_one(session, account)
    succeed_person(session, stamp, account, successor)
    return staff.disable_account(session, account.username, at=stamp.at, by=stamp.staff_id)


def enable_account(session: Session, reference: Reference, stamp: EditStamp, username: str) -> Staff:
    """Open an account again. Raises NotFound, Invalid where its department is no longer active."""
    lock_configuration(session)
    account = find_person(session, username)
    if account.active:
        return account
    unit, group = reference.departments.get(account.department_id or 0), account.area_group
    code = unit.code if unit else None
    staff.check_account(
        reference,
        NewAccount(account.username, account.name, account.role, code, area_group=group),
    )
    account.active = True
    staff.decided_by_hand(session, account.id)
    write_entry(
        session,
        "staff.enabled",
        account.username,
        at=stamp.at,
        staff_id=stamp.staff_id,
        before={"active": False},
        after={"active": True},
    )
    session.flush()
    return account


def replace_password(session: Session, stamp: EditStamp, username: str, password_hash: str) -> Staff:
    """Replace a password; the person is signed out everywhere. Raises NotFound."""
    account = find_person(session, username)
    changed = staff.set_password(session, account.username, password_hash, at=stamp.at, by=stamp.staff_id)
    changed.must_change_password = changed.id != stamp.staff_id
    return changed


def sign_out_everywhere(session: Session, stamp: EditStamp, username: str) -> int:
    """End all of somebody's sessions; how many there were. Raises NotFound."""
    account = find_person(session, username)
    ended = {"sessions_ended": end_sessions(session, account.id)}
    write_entry(
        session, "staff.sessions_ended", account.username, at=stamp.at, staff_id=stamp.staff_id, after=ended
    )
    return ended["sessions_ended"]


def remove_factor(session: Session, stamp: EditStamp, username: str) -> Staff:
    """Remove the second factor of somebody who lost it; their sessions end. Raises NotFound, Conflict for
    oneself: one's own is switched off on the account's page, which asks who one is.
    """
    account = find_person(session, username)
    if account.id == stamp.staff_id:
        raise Conflict(N_("Hãy tắt lớp bảo vệ thứ hai của mình ở trang tài khoản."))
    if account.totp_since is None:
        raise Conflict(N_("Tài khoản này chưa có lớp bảo vệ thứ hai."))
    factors.switch_off_factor(session, account, stamp.at, by=stamp.staff_id)
    sign_out_everywhere(session, stamp, username)
    session.flush()
    return account


def account_version(reference: Reference, account: Staff) -> str:
    """Return what a form or programme must have read to change it."""
    return version_of(account_facts(reference, account))


def account_facts(reference: Reference, account: Staff) -> dict[str, object]:
    """Return what is said of an account; its department by code."""
    department = reference.departments.get(account.department_id or 0)
    return {
        "name": account.name,
        "role": account.role,
        "department": department.code if department else None,
        "area_group": account.area_group,
        "email": account.email,
        "language": account.language,
        "active": account.active,
    }


def _keep_one(session: Session, account: Staff) -> None:
    if account.role != Role.ADMINISTRATOR or not account.active:
        return
    # Accounts of programmes and of the demo do not count: nobody comes in by them for good.
    others = select(func.count()).where(
        Staff.role == Role.ADMINISTRATOR,
        Staff.active,
        Staff.id != account.id,
        Staff.id.not_in(select(ApiKey.staff_id)),
    )
    if not account.demo:
        others = others.where(Staff.demo.is_(False))
    if not session.scalar(others):
        raise Conflict(N_("Đây là quản trị viên cuối cùng. Hãy thêm một quản trị viên khác trước."))
